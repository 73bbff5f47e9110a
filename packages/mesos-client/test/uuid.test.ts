import fc from 'fast-check';
import { expect, it } from 'vitest';
import { randomUuid } from '../src/index.ts';

it('makes UUIDs of version 4 and variant 1 from any random bytes, and changes no other bit', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (random) => {
      const before = Uint8Array.from(random);
      const text = Buffer.from(randomUuid(() => random)).toString('hex');
      expect(text).toMatch(/^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
      const uuid = Buffer.from(text, 'hex');
      const changed = uuid.map((byte, index) => byte ^ (before[index] ?? 0));
      expect([...changed].every((bits, index) => bits === 0 || index === 6 || index === 8)).toBe(true);
      expect(random).toEqual(before);
    }),
  );
});

it('does not repeat itself', () => {
  const made = Array.from({ length: 1000 }, () => Buffer.from(randomUuid()).toString('hex'));
  expect(new Set(made).size).toBe(1000);
});

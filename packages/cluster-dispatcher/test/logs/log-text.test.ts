import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logText } from '../../src/logs/log-text.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

test('a part ends with its last whole character, and the next one begins with the one that is left', () => {
  const bytes = bytesOf('Pi — 🎉');
  const at = (length: number) => logText(bytes.subarray(0, length), { offset: 10, isExact: true, length });
  expect(at(3)).toEqual({ data: 'Pi ', offset: 10, nextOffset: 13 });
  expect(at(5)).toEqual({ data: 'Pi ', offset: 10, nextOffset: 13 });
  expect(at(6)).toEqual({ data: 'Pi —', offset: 10, nextOffset: 16 });
  expect(at(10)).toEqual({ data: 'Pi — ', offset: 10, nextOffset: 17 });
  expect(at(11)).toEqual({ data: 'Pi — 🎉', offset: 10, nextOffset: 21 });
});

test('the last part of a file begins with a whole character, one that was asked for where it was asked for', () => {
  const bytes = bytesOf('—x').subarray(1);
  expect(logText(bytes, { offset: 1, isExact: false, length: 3 })).toEqual({
    data: 'x',
    offset: 3,
    nextOffset: 4,
  });
  expect(logText(bytes, { offset: 1, isExact: true, length: 3 })).toMatchObject({ offset: 1, nextOffset: 4 });
});

test('who asks for single bytes gets on', () => {
  const bytes = bytesOf('—');
  expect(logText(bytes.subarray(0, 1), { offset: 0, isExact: true, length: 1 }).nextOffset).toBe(1);
});

test('text that is read in parts of any size is the text that was written', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 4, max: 9 }), (text, length) => {
      const bytes = bytesOf(text);
      let read = '';
      for (let offset = 0; offset < bytes.length; ) {
        const part = logText(bytes.subarray(offset, offset + length), { offset, isExact: true, length });
        expect(part.nextOffset).toBeGreaterThan(offset);
        read += part.data;
        offset = part.nextOffset;
      }
      expect(read).toBe(text);
    }),
  );
});

test('bytes that are no text at all are passed, one part after another', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.boolean(), (bytes, isExact) => {
      const { offset, nextOffset } = logText(bytes, { offset: 5, isExact, length: 65_536 });
      expect(offset).toBeGreaterThanOrEqual(5);
      expect(nextOffset).toBeLessThanOrEqual(5 + bytes.length);
      // Only a character that may still go on is left.
      expect(5 + bytes.length - nextOffset).toBeLessThan(4);
    }),
  );
});

import { expect, it } from 'vitest';
import { freeMemory } from '../../src/ciphers/free-memory.ts';

it('takes memory away from its owner, and leaves alone what is shared', () => {
  const own = new Uint8Array(1000);
  const part = new Uint8Array(1000).subarray(1);
  const shared = new Uint8Array(new SharedArrayBuffer(10));
  for (const bytes of [own, part, shared]) freeMemory(bytes);
  expect(own.byteLength).toBe(0);
  expect(part.byteLength).toBe(999);
  expect(shared.byteLength).toBe(10);
});

it('has the memory free before anything else happens', () => {
  const before = process.memoryUsage().rss;
  for (let round = 0; round < 2000; round++) freeMemory(new Uint8Array(1024 * 1024).fill(round));
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
});

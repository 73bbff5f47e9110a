import { closeSync, fstatSync, truncateSync } from 'node:fs';
import { ShuffleError } from '@spark-mesos/external-shuffle';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { longs, syntheticExecutor } from '../support/synthetic-executor.ts';

describe('damaged indexes', () => {
  test.each([
    ['empty', Buffer.alloc(0)],
    ['of one offset', longs(0)],
    ['cut off within an offset', longs(0, 10).subarray(0, 15)],
    ['negative', longs(0, -1)],
    ['the smallest long', longs(0, -(2n ** 63n))],
    ['the largest long', longs(0, 2n ** 63n - 1n)],
    ['past 2^53', longs(0, 2n ** 53n + 1n)],
    ['not monotonic', longs(0, 20, 10)],
    ['not beginning with 0', longs(5, 10)],
  ])('%s: the block fails, and so does every other of it', async (_what, content) => {
    const { resolver, executor, write } = await syntheticExecutor();
    write('shuffle_5_0_0.index', content);
    write('shuffle_5_0_0.data', 'x'.repeat(100));
    expect(() => resolver.shuffleBlock(executor, 5, 0, 0)).toThrowError(
      expect.objectContaining({ code: 'SHUFFLE_INDEX_DAMAGED' }),
    );
  });

  test('past the end of the data file: it is not opened', async () => {
    const { resolver, executor, write, contentOf } = await syntheticExecutor();
    write('shuffle_5_0_0.index', longs(0, 10, 101));
    write('shuffle_5_0_0.data', 'x'.repeat(100));
    const segment = resolver.shuffleBlock(executor, 5, 0, 0);
    expect(() => resolver.open(segment.file)).toThrowError(
      expect.objectContaining({ code: 'SHUFFLE_INDEX_DAMAGED' }),
    );
    write('shuffle_5_0_0.data', 'x'.repeat(101));
    expect(contentOf(segment).toString()).toBe('x'.repeat(10));
  });

  test('longer than any that Spark writes: nothing is read', async () => {
    const { resolver, executor, write, pathOf } = await syntheticExecutor();
    write('shuffle_5_0_0.index', longs(0, 1));
    truncateSync(pathOf('shuffle_5_0_0.index'), 2 ** 40);
    expect(() => resolver.mapOutput(executor, 5, 0)).toThrowError(
      expect.objectContaining({ code: 'SHUFFLE_INDEX_DAMAGED' }),
    );
  });

  test('whatever an index holds, a block is within its data file or a coded error', async () => {
    const { resolver, executor, write } = await syntheticExecutor({ trustedMs: -1, indexCacheBytes: 0 });
    write('shuffle_5_0_0.data', 'x'.repeat(1000));
    const offset = fc.oneof(fc.nat(1000).map(BigInt), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }));
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.array(offset, { maxLength: 6 }).map((offsets) => longs(...offsets)),
      fc.array(fc.nat(1000), { maxLength: 6 }).map((offsets) => longs(0, ...offsets.sort((a, b) => a - b))),
    );
    fc.assert(
      fc.property(
        content,
        fc.integer({ min: -1, max: 7 }),
        fc.integer({ min: -1, max: 7 }),
        (bytes, start, end) => {
          write('shuffle_5_0_0.index', bytes);
          try {
            const segment = resolver.shuffleBlock(executor, 5, 0, start, end);
            const descriptor = resolver.open(segment.file);
            const { size } = fstatSync(descriptor);
            closeSync(descriptor);
            expect(segment.length).toBeGreaterThanOrEqual(0);
            expect(segment.offset).toBeGreaterThanOrEqual(0);
            expect(segment.offset + segment.length).toBeLessThanOrEqual(size);
          } catch (error) {
            expect(error).toBeInstanceOf(ShuffleError);
          }
        },
      ),
    );
  });
});

import { closeSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { ShuffleError } from '@spark-mesos/external-shuffle';
import { describe, expect, test } from 'vitest';
import { longs, syntheticExecutor } from '../support/synthetic-executor.ts';

describe('blocks of a shuffle', () => {
  test('lie where Spark’s own service has read them', async () => {
    const { resolver, executor } = await syntheticExecutor();
    const lengths = [0, 1, 2, 3].map((reduce) => resolver.shuffleBlock(executor, 0, 0, reduce).length);
    expect(lengths).toEqual([10, 20, 0, 30]);
    expect(resolver.shuffleBlock(executor, 0, 0, 0, 4)).toMatchObject({ offset: 0, length: 60 });
    expect(resolver.shuffleBlock(executor, 0, 0n, 3)).toMatchObject({ offset: 30, length: 30 });
    expect(resolver.shuffleBlock(executor, 0, 0, 2, 2).length).toBe(0);
  });

  test('share the object of their file, so that it is opened once', async () => {
    const { resolver, executor } = await syntheticExecutor();
    const { file } = resolver.shuffleBlock(executor, 0, 0, 0);
    expect(resolver.shuffleBlock(executor, 0, 0n, 1).file).toBe(file);
    expect(resolver.counters()).toMatchObject({ indexCacheHitsTotal: 1, indexCacheMissesTotal: 1 });
  });

  test.each([
    [4, 5],
    [50, 51],
    [-1, 0],
    [0, 5],
    [2, 1],
    [0.5, 1.5],
    [Number.NaN, 1],
  ])('from %d to %d are out of range', async (start, end) => {
    const { resolver, executor } = await syntheticExecutor();
    expect(() => resolver.shuffleBlock(executor, 0, 0, start, end)).toThrowError(
      expect.objectContaining({
        code: 'SHUFFLE_REDUCER_OUT_OF_RANGE',
        failureText: expect.stringMatching(/^java\.lang\.IndexOutOfBoundsException/),
      }),
    );
  });

  test('of a map output that is not there fail as in Spark’s service', async () => {
    const { resolver, executor, pathOf } = await syntheticExecutor();
    expect(() => resolver.shuffleBlock(executor, 0, 99, 0)).toThrowError(
      expect.objectContaining({
        failureText: `java.lang.RuntimeException: Failed to open file: ${pathOf('shuffle_0_99_0.index')}`,
      }),
    );
  });
});

describe('the index cache', () => {
  test('is trusted for a second, then looked at, and read again when the file is another', async () => {
    const { resolver, executor, write, pathOf, clock, dropped } = await syntheticExecutor();
    const first = resolver.shuffleBlock(executor, 0, 0, 0);
    clock.nowMs = 5000;
    expect(resolver.shuffleBlock(executor, 0, 0, 0).file).toBe(first.file);
    // A stage of Spark 2.4 that is run again puts its output in the place of the first.
    write('shuffle_0_0_0.new', longs(0, 7, 9));
    renameSync(pathOf('shuffle_0_0_0.new'), pathOf('shuffle_0_0_0.index'));
    clock.nowMs = 5900;
    expect(resolver.shuffleBlock(executor, 0, 0, 0).length).toBe(10);
    clock.nowMs = 6001;
    const second = resolver.shuffleBlock(executor, 0, 0, 0);
    expect(second.length).toBe(7);
    expect(second.file).not.toBe(first.file);
    expect(dropped).toEqual([first.file]);
  });

  test('forgets a file that is gone', async () => {
    const { resolver, executor, pathOf, clock, dropped } = await syntheticExecutor();
    const { file } = resolver.shuffleBlock(executor, 0, 0, 0);
    rmSync(pathOf('shuffle_0_0_0.index'));
    clock.nowMs = 1001;
    expect(() => resolver.shuffleBlock(executor, 0, 0, 0)).toThrow('Failed to open file');
    expect(dropped).toEqual([file]);
  });

  test('stays within its bytes, and drops what was used the longest ago', async () => {
    const { resolver, executor, write, dropped } = await syntheticExecutor({ indexCacheBytes: 3000 });
    for (let map = 0; map < 4; map++) write(`shuffle_5_${map}_0.index`, longs(...Array(64).fill(0)));
    const files = [0, 1, 0, 2].map((map) => resolver.mapOutput(executor, 5, map).file);
    expect(dropped).toEqual([files[1]]);
    expect(resolver.counters()).toMatchObject({ indexCacheEntries: 2, indexCacheEvictionsTotal: 1 });
    expect(resolver.counters().indexCacheBytes).toBeLessThanOrEqual(3000);
  });

  test('serves an index that is larger than itself', async () => {
    const { resolver, executor } = await syntheticExecutor({ indexCacheBytes: 0 });
    expect(resolver.shuffleBlock(executor, 0, 0, 1).length).toBe(20);
    expect(resolver.counters()).toMatchObject({ indexCacheEntries: 0, indexCacheBytes: 0 });
  });

  test('drops all of an executor that is gone, and nothing of others', async () => {
    const { resolver, executor, dropped } = await syntheticExecutor();
    const other = { ...executor };
    const gone = resolver.mapOutput(executor, 0, 0);
    const kept = resolver.mapOutput(other, 0, 0);
    resolver.drop(new Set([executor]));
    expect(dropped).toEqual([gone.file]);
    expect(resolver.mapOutput(other, 0, 0)).toBe(kept);
  });
});

describe('persisted partitions', () => {
  test('are whole files', async () => {
    const { resolver, executor, write, contentOf } = await syntheticExecutor();
    write('rdd_7_0', 'fourteen bytes');
    expect(contentOf(resolver.rddBlock(executor, 7, 0)).toString()).toBe('fourteen bytes');
    expect(resolver.rddBlock(executor, 7, 0).file).toBe(resolver.rddBlock(executor, 7, 0).file);
  });

  test('that are not there fail as in Spark’s service', async () => {
    const { resolver, executor } = await syntheticExecutor();
    expect(() => resolver.rddBlock(executor, 7, 9)).toThrowError(
      expect.objectContaining({ failureText: 'java.lang.IllegalStateException: Chunk was not found' }),
    );
  });
});

describe('removed blocks', () => {
  test('are gone, counted, and not served from the cache', async () => {
    const { resolver, executor, write, pathOf, dropped } = await syntheticExecutor();
    write('rdd_7_0', 'x');
    resolver.rddBlock(executor, 7, 0);
    resolver.mapOutput(executor, 0, 0);
    const names = [
      'rdd_7_0',
      'rdd_7_9',
      'shuffle_0_0_0.data',
      'shuffle_0_0_0.index',
      'shuffle_0_0_0.checksum.ADLER32',
    ];
    expect(await resolver.removeBlocks(executor, names)).toBe(4);
    expect(dropped).toHaveLength(2);
    for (const name of names) expect(statSync(pathOf(name), { throwIfNoEntry: false })).toBeUndefined();
    expect(() => resolver.mapOutput(executor, 0, 0)).toThrow(ShuffleError);
    expect(() => resolver.rddBlock(executor, 7, 0)).toThrow(ShuffleError);
    expect(resolver.counters()).toMatchObject({ blocksRemovedTotal: 4, indexCacheEntries: 0 });
  });

  test('a thousand of them', async () => {
    const { resolver, executor, write } = await syntheticExecutor();
    const names = Array.from({ length: 1000 }, (_, split) => `rdd_1_${split}`);
    for (const name of names) write(name, '');
    expect(await resolver.removeBlocks(executor, names)).toBe(1000);
  });
});

test('descriptors are closed whatever happens', async () => {
  const { resolver, executor, write } = await syntheticExecutor({ indexCacheBytes: 0 });
  write('shuffle_5_0_0.index', longs(0, -1));
  write('shuffle_5_1_0.index', longs(0, 9));
  write('shuffle_5_1_0.data', '');
  const before = openDescriptors();
  for (let count = 0; count < 100; count++) {
    expect(() => resolver.mapOutput(executor, 5, 0)).toThrow();
    const { file } = resolver.mapOutput(executor, 5, 1);
    expect(() => resolver.open(file)).toThrow();
  }
  await resolver.diagnoseCorruption(executor, 5, 1, 0, 1n, 'ADLER32');
  await resolver.removeBlocks(executor, ['rdd_1_1', 'shuffle_5_1_0.data']);
  expect(openDescriptors() - before).toBeLessThan(20);
});

/** The number that the next descriptor gets: it is the lowest that is free. */
function openDescriptors(): number {
  const descriptor = openSync('/dev/null', 'r');
  closeSync(descriptor);
  return descriptor;
}

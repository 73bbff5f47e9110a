import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {
  type BlockFile,
  type BlockSegment,
  FileBlockResolver,
  type FileBlockResolverOptions,
  ShuffleError,
} from '@spark-mesos/external-shuffle';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockFilePath } from '../../src/blocks/block-file-names.ts';
import { copySyntheticFiles, makeLocalDirectory, temporaryFolder } from '../support/folders.ts';

/** The executor whose files Spark's own service served when the golden bytes were recorded. */
async function syntheticExecutor(options: FileBlockResolverOptions = {}) {
  const localDirs = await copySyntheticFiles(await temporaryFolder());
  const dropped: BlockFile[] = [];
  const clock = { nowMs: 0 };
  const resolver = new FileBlockResolver({
    now: () => clock.nowMs,
    dropped: (file) => dropped.push(file),
    ...options,
  });
  const executor = { appId: 'app-1', executorId: 'exec-0', localDirs, subDirsPerLocalDir: 64 };
  const pathOf = (name: string) => blockFilePath(executor, name);
  const write = (name: string, content: Uint8Array | string) => {
    mkdirSync(path.dirname(pathOf(name)), { recursive: true });
    writeFileSync(pathOf(name), content);
  };
  const contentOf = ({ file, offset, length }: BlockSegment) => {
    const descriptor = resolver.open(file);
    const content = Buffer.alloc(length);
    expect(readSync(descriptor, content, 0, length, offset)).toBe(length);
    closeSync(descriptor);
    return content;
  };
  return { resolver, executor, dropped, clock, pathOf, write, contentOf };
}

function longs(...offsets: readonly (number | bigint)[]): Buffer {
  const bytes = Buffer.alloc(offsets.length * 8);
  for (const [index, offset] of offsets.entries()) bytes.writeBigInt64BE(BigInt(offset), index * 8);
  return bytes;
}

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

describe('why a block is broken', () => {
  test.each([
    [1n, 'ADLER32', 'NETWORK_ISSUE'],
    [1n, 'MD5', 'UNSUPPORTED_CHECKSUM_ALGORITHM'],
    [1n, '../../x', 'UNSUPPORTED_CHECKSUM_ALGORITHM'],
    [1n, 'CRC32', 'UNKNOWN_ISSUE'],
  ])('with the reader’s checksum %d of %s: %s', async (checksum, algorithm, cause) => {
    const { resolver, executor } = await syntheticExecutor();
    expect(await resolver.diagnoseCorruption(executor, 0, 0, 1, checksum, algorithm)).toBe(cause);
  });

  test.each(['ADLER32', 'CRC32'])('all checksums of %s agree, or the disk has changed', async (algorithm) => {
    const { resolver, executor, write } = await syntheticExecutor();
    const content = 'wikipedia'.repeat(100_000);
    // Of "Wikipedia" and the like there are values in books; these two are zlib's of the same bytes.
    const { crc32 } = await import('node:zlib');
    const expected = algorithm === 'CRC32' ? BigInt(crc32(content)) : adler32(Buffer.from(content));
    write('shuffle_5_0_0.data', content);
    write('shuffle_5_0_0.index', longs(0, content.length));
    write(`shuffle_5_0_0.checksum.${algorithm}`, longs(expected));
    const diagnose = (checksum: bigint) =>
      resolver.diagnoseCorruption(executor, 5, 0, 0, checksum, algorithm);
    expect(await diagnose(expected)).toBe('CHECKSUM_VERIFY_PASS');
    expect(await diagnose(expected + 1n)).toBe('NETWORK_ISSUE');
    write('shuffle_5_0_0.data', `W${content.slice(1)}`);
    expect(await diagnose(expected)).toBe('DISK_ISSUE');
  });

  test.each([
    ['no such block', 9],
    ['a negative one', -1],
  ])('%s: unknown', async (_what, reduceId) => {
    const { resolver, executor } = await syntheticExecutor();
    expect(await resolver.diagnoseCorruption(executor, 0, 0, reduceId, 1n, 'ADLER32')).toBe('UNKNOWN_ISSUE');
  });

  test('the checksum of an empty block', async () => {
    const { resolver, executor } = await syntheticExecutor();
    expect(await resolver.diagnoseCorruption(executor, 0, 0, 2, 1n, 'ADLER32')).toMatch(/PASS|ISSUE/);
  });
});

test('descriptors are closed whatever happens', async () => {
  const { resolver, executor, write } = await syntheticExecutor({ indexCacheBytes: 0 });
  const root = await temporaryFolder();
  makeLocalDirectory(root, 3);
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

/** The definition in RFC 1950, without the short cuts. */
function adler32(bytes: Uint8Array): bigint {
  let low = 1n;
  let high = 0n;
  for (const byte of bytes) {
    low = (low + BigInt(byte)) % 65521n;
    high = (high + low) % 65521n;
  }
  return high * 65536n + low;
}

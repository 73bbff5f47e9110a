import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { longs, syntheticExecutor } from '../support/synthetic-executor.ts';

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

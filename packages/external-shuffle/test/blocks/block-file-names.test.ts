import { describe, expect, test } from 'vitest';
import { blockFilePath, javaHashCode, removableFile } from '../../src/blocks/block-file-names.ts';

describe('where a file lies', () => {
  test.each([
    ['', 0],
    ['abc', 96354],
    ['polygenelubricants', -2147483648],
    ['ü€😀', 257_391_923],
  ])('the hash of %j is that of Java', (text, hash) => {
    expect(javaHashCode(text)).toBe(text === 'ü€😀' ? javaHashOf(text) : hash);
  });

  test('the paths are those that Spark’s own service has read', () => {
    const place = { localDirs: ['/a', '/b'], subDirsPerLocalDir: 64 };
    expect(
      [
        'shuffle_0_0_0.index',
        'shuffle_0_0_0.data',
        'shuffle_0_1_0.index',
        'shuffle_0_1_0.data',
        'shuffle_0_99_0.index',
        'shuffle_0_0_0.checksum.ADLER32',
      ].map((name) => blockFilePath(place, name)),
    ).toEqual([
      '/a/38/shuffle_0_0_0.index',
      '/a/26/shuffle_0_0_0.data',
      '/b/07/shuffle_0_1_0.index',
      '/b/2a/shuffle_0_1_0.data',
      '/a/0b/shuffle_0_99_0.index',
      '/a/1a/shuffle_0_0_0.checksum.ADLER32',
    ]);
  });

  test('the smallest hash counts as 0', () => {
    const place = { localDirs: ['/a', '/b', '/c'], subDirsPerLocalDir: 64 };
    expect(blockFilePath(place, 'polygenelubricants')).toBe('/a/00/polygenelubricants');
  });
});

describe('what may be deleted', () => {
  test.each([
    ['rdd_13_0', { kind: 'rdd', rddId: 13, splitIndex: 0 }],
    ['shuffle_0_1_0.data', { kind: 'shuffle', shuffleId: 0, mapId: '1' }],
    ['shuffle_0_123456789012_0.index', { kind: 'shuffle', shuffleId: 0, mapId: '123456789012' }],
    ['shuffle_7_1_0.checksum.ADLER32', { kind: 'shuffle', shuffleId: 7, mapId: '1' }],
  ])('%s', (name, expected) => {
    expect(removableFile(name)).toEqual(expected);
  });

  test.each([
    '',
    '.',
    '..',
    '../../x',
    '/etc/passwd',
    'rdd_1_0/../../x',
    '../rdd_1_0',
    'rdd_1_0\0',
    'rdd_1_0\n',
    'rdd_-1_0',
    'rdd_1',
    'rdd_1_0_0',
    'RDD_1_0',
    'shuffle_0_1_0',
    'shuffle_0_1_0.data/x',
    'shuffle_0_1_0.data.bak',
    'shuffle_0_1_0.checksum.',
    'shuffle_0_1_0.checksum.../x',
    'shuffle_0_../x_0.data',
    'temp_shuffle_1',
    'broadcast_1_piece0',
  ])('not %j', (name) => {
    expect(removableFile(name)).toBeUndefined();
  });
});

/** Another way to the same: a sum of powers, in exact arithmetic. */
function javaHashOf(text: string): number {
  let sum = 0n;
  for (let index = 0; index < text.length; index++) {
    sum = sum * 31n + BigInt(text.charCodeAt(index));
  }
  return Number(BigInt.asIntN(32, sum));
}

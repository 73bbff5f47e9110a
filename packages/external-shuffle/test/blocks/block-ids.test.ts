import { parseBlockIds, ShuffleError } from '@spark-mesos/external-shuffle';
import fc from 'fast-check';
import { expect, test } from 'vitest';

test('reads ids of shuffle blocks', () => {
  expect(parseBlockIds(['shuffle_3_0_1', 'shuffle_3_4294967296_0'])).toEqual({
    kind: 'shuffle',
    shuffleId: 3,
    mapAndReduceIds: [0, 1, 4294967296, 0],
  });
});

test('reads ids of persisted partitions', () => {
  expect(parseBlockIds(['rdd_7_0', 'rdd_8_9'])).toEqual({ kind: 'rdd', rddAndSplitIds: [7, 0, 8, 9] });
});

test.each([
  [['broadcast_1'], 'java.lang.IllegalArgumentException: Unexpected block id format: broadcast_1'],
  [
    ['shuffle_0_0_0', 'shuffle_1_1_0'],
    'java.lang.IllegalArgumentException: Expected shuffleId=0, got:shuffle_1_1_0',
  ],
  [
    ['shuffle_0_0_0', 'rdd_1_0'],
    'java.lang.IllegalArgumentException: Unexpected shuffle block id format: rdd_1_0',
  ],
  [['shuffle_0_0_0_1'], 'java.lang.IllegalArgumentException: Unexpected block id format: shuffle_0_0_0_1'],
  [['shuffleChunk_0_0_0_0'], 'java.lang.UnsupportedOperationException: Cannot handle shuffle block merge'],
])('says of %j what Spark’s service says', (ids, failureText) => {
  expect(() => parseBlockIds(ids)).toThrowError(expect.objectContaining({ failureText }));
});

test.each([
  [[]],
  [['']],
  [['shuffle_0_0_-1']],
  [['shuffle_0_0_1.5']],
  [['shuffle_0_0_ 1']],
  [['shuffle_0_0_1e3']],
  [['shuffle_0_0_0x1']],
  [['shuffle_0_0_2147483648']],
  [['shuffle_0_99999999999999999999_0']],
  [['shuffle_0_../../x_0']],
  [['rdd_1_../../../etc/passwd']],
  [['rdd_1_0', 'shuffle_0_0_0']],
])('refuses %j', (ids) => {
  expect(() => parseBlockIds(ids)).toThrow(ShuffleError);
});

test('ids of blocks come out as they went in', () => {
  const int = fc.integer({ min: 0, max: 0x7fff_ffff });
  fc.assert(
    fc.property(int, fc.array(fc.tuple(fc.maxSafeNat(), int), { minLength: 1 }), (shuffleId, blocks) => {
      const ids = blocks.map(([map, reduce]) => `shuffle_${shuffleId}_${map}_${reduce}`);
      expect(parseBlockIds(ids)).toEqual({ kind: 'shuffle', shuffleId, mapAndReduceIds: blocks.flat() });
    }),
  );
});

test('whatever the ids are, nothing is thrown but a coded error', () => {
  const part = fc.oneof(
    fc.string(),
    fc.constantFrom('shuffle', 'rdd', 'shuffleChunk', '_', '__', '..'),
    fc.integer().map(String),
  );
  const id = fc.array(part, { maxLength: 6 }).map((parts) => parts.join('_'));
  fc.assert(
    fc.property(fc.array(fc.oneof(id, fc.string({ unit: 'binary' }))), (ids) => {
      try {
        parseBlockIds(ids);
      } catch (error) {
        expect(error).toBeInstanceOf(ShuffleError);
      }
    }),
  );
});

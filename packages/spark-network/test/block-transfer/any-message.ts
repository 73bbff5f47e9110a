import fc from 'fast-check';
import type { BlockTransferMessage } from '../../src/index.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 30 });
const texts = fc.array(text, { maxLength: 5 });
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const int32s = fc.array(int32, { maxLength: 6 });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const bytes = fc.uint8Array({ maxLength: 40 }).map((value) => Buffer.from(value));
const application = { appId: text };
const executor = { appId: text, executorId: text };
const merge = { appId: text, appAttemptId: int32, shuffleId: int32, shuffleMergeId: int32 };

/** RoaringBitmaps in their portable form: none, {0}, {0..9} as a run, three values in two containers. */
const BITMAPS = [
  '3a30000000000000',
  '3a3000000100000000000000100000000000',
  '3b3000000100000900010000000900',
  '3a300000020000000000000001000100180000001a00000005000100ffff',
].map((hex) => Buffer.from(hex, 'hex'));

const pairs = <Entry>(entry: fc.Arbitrary<Entry>, key: fc.Arbitrary<bigint> | fc.Arbitrary<number>) =>
  fc.array(fc.tuple<[bigint | number, Entry]>(key, entry), { maxLength: 5 });

const fetch = fc.oneof(
  fc.tuple(pairs(int32s, int64), fc.constant(false)),
  fc.tuple(pairs(fc.array(int32, { minLength: 2, maxLength: 2 }), int64), fc.constant(true)),
);

function kind<const Kind extends string>(name: Kind): { kind: fc.Arbitrary<Kind> } {
  return { kind: fc.constant(name) };
}

/** Any message, of every kind. */
export const anyMessage: fc.Arbitrary<BlockTransferMessage> = fc.oneof(
  fc.record({ ...kind('OpenBlocks'), ...executor, blockIds: texts }),
  fc.record({ ...kind('UploadBlock'), ...executor, blockId: text, metadata: bytes, blockData: bytes }),
  fc.record({
    ...kind('RegisterExecutor'),
    ...executor,
    executorInfo: fc.record({ localDirs: texts, subDirsPerLocalDir: int32, shuffleManager: text }),
  }),
  fc.record({ ...kind('StreamHandle'), streamId: int64, numChunks: int32 }),
  fc.record({ ...kind('RegisterDriver'), ...application, heartbeatTimeoutMs: int64 }),
  fc.record({ ...kind('ShuffleServiceHeartbeat'), ...application }),
  fc.record({ ...kind('UploadBlockStream'), blockId: text, metadata: bytes }),
  fc.record({ ...kind('RemoveBlocks'), ...executor, blockIds: texts }),
  fc.record({ ...kind('BlocksRemoved'), numRemovedBlocks: int32 }),
  fc.tuple(fc.record({ ...executor, shuffleId: int32 }), fetch).map(
    ([fields, [maps, batchFetchEnabled]]): BlockTransferMessage => ({
      kind: 'FetchShuffleBlocks',
      ...fields,
      mapIds: maps.map(([mapId]) => BigInt(mapId)),
      reduceIds: maps.map(([, reduceIds]) => reduceIds),
      batchFetchEnabled,
    }),
  ),
  fc.record({ ...kind('GetLocalDirsForExecutors'), ...application, executorIds: texts }),
  fc.record({
    ...kind('LocalDirsForExecutors'),
    executors: fc.array(fc.record({ executorId: text, localDirs: texts }), { maxLength: 4 }),
  }),
  fc.record({ ...kind('PushBlockStream'), ...merge, mapIndex: int32, reduceId: int32, index: int32 }),
  fc.record({ ...kind('FinalizeShuffleMerge'), ...merge }),
  fc.record({
    ...kind('MergeStatuses'),
    shuffleId: int32,
    shuffleMergeId: int32,
    bitmaps: fc.array(fc.constantFrom(...BITMAPS), { maxLength: 4 }),
    reduceIds: int32s,
    sizes: fc.array(int64, { maxLength: 4 }),
  }),
  fc.tuple(fc.record({ ...executor, shuffleId: int32, shuffleMergeId: int32 }), pairs(int32s, int32)).map(
    ([fields, chunks]): BlockTransferMessage => ({
      kind: 'FetchShuffleBlockChunks',
      ...fields,
      reduceIds: chunks.map(([reduceId]) => Number(reduceId)),
      chunkIds: chunks.map(([, chunkIds]) => chunkIds),
    }),
  ),
  fc.record({
    ...kind('DiagnoseCorruption'),
    ...executor,
    shuffleId: int32,
    mapId: int64,
    reduceId: int32,
    checksum: int64,
    algorithm: text,
  }),
  fc.record({
    ...kind('CorruptionCause'),
    cause: fc.constantFrom('DISK_ISSUE', 'UNKNOWN_ISSUE', 'UNSUPPORTED_CHECKSUM_ALGORITHM'),
  }),
  fc.record({
    ...kind('BlockPushReturnCode'),
    returnCode: fc.integer({ min: 0, max: 255 }),
    failureBlockId: text,
  }),
  fc.record({ ...kind('RemoveShuffleMerge'), ...merge }),
  fc.record({ ...kind('RemoveApplication'), ...application }),
  fc.record({ ...kind('ApplicationSecret'), ...application, secret: text }),
);

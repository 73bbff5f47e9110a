import type { WireReader } from '../../wire-reader.ts';
import { readArray, readInt32s, readInt64s } from '../array-fields.ts';
import { BLOCK_TRANSFER_TYPE } from '../message-type.ts';
import { MessageWriter } from '../message-writer.ts';
import { readRoaringBitmap } from '../roaring-bitmap.ts';

/** The shortest that a RoaringBitmap can be. */
const BITMAP_BYTES = 8;

/**
 * The answer to a FinalizeShuffleMerge. Push-based shuffle is for YARN only.
 *
 *     MergeStatuses => type(14) shuffleId:int32 shuffleMergeId:int32 bitmaps:RoaringBitmap[] reduceIds:int32[]
 *         sizes:int64[]
 *
 * Source: Spark's `org.apache.spark.network.shuffle.protocol.MergeStatuses`.
 */
export interface MergeStatuses {
  readonly kind: 'MergeStatuses';
  readonly shuffleId: number;
  readonly shuffleMergeId: number;
  /** Which maps were merged, each a RoaringBitmap in its portable form, unread. */
  readonly bitmaps: readonly Uint8Array[];
  readonly reduceIds: readonly number[];
  readonly sizes: readonly bigint[];
}

/** The whole message. */
export function encodeMergeStatuses(message: MergeStatuses): Uint8Array {
  return new MessageWriter()
    .uint8(BLOCK_TRANSFER_TYPE.MERGE_STATUSES)
    .int32(message.shuffleId)
    .int32(message.shuffleMergeId)
    .array(message.bitmaps, (writer, bitmap) => writer.raw(bitmap))
    .int32s(message.reduceIds)
    .int64s(message.sizes)
    .finish();
}

/** Reads what follows the type byte. */
export function decodeMergeStatuses(reader: WireReader): MergeStatuses {
  return {
    kind: 'MergeStatuses',
    shuffleId: reader.readInt32(),
    shuffleMergeId: reader.readInt32(),
    bitmaps: readArray(reader, BITMAP_BYTES, readRoaringBitmap),
    reduceIds: readInt32s(reader),
    sizes: readInt64s(reader),
  };
}

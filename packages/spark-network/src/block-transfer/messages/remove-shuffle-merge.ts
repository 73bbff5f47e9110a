import type { WireReader } from '../../wire-reader.ts';
import { BLOCK_TRANSFER_TYPE } from '../message-type.ts';
import { MessageWriter } from '../message-writer.ts';

/**
 * Deletes what was merged of a shuffle. Push-based shuffle is for YARN only.
 *
 *     RemoveShuffleMerge => type(19) appId:text appAttemptId:int32 shuffleId:int32 shuffleMergeId:int32
 *
 * Source: Spark's `org.apache.spark.network.shuffle.protocol.RemoveShuffleMerge`.
 */
export interface RemoveShuffleMerge {
  readonly kind: 'RemoveShuffleMerge';
  readonly appId: string;
  readonly appAttemptId: number;
  readonly shuffleId: number;
  readonly shuffleMergeId: number;
}

/** The whole message. */
export function encodeRemoveShuffleMerge(message: RemoveShuffleMerge): Uint8Array {
  return new MessageWriter()
    .uint8(BLOCK_TRANSFER_TYPE.REMOVE_SHUFFLE_MERGE)
    .text(message.appId)
    .int32(message.appAttemptId)
    .int32(message.shuffleId)
    .int32(message.shuffleMergeId)
    .finish();
}

/** Reads what follows the type byte. */
export function decodeRemoveShuffleMerge(reader: WireReader): RemoveShuffleMerge {
  return {
    kind: 'RemoveShuffleMerge',
    appId: reader.readText(),
    appAttemptId: reader.readInt32(),
    shuffleId: reader.readInt32(),
    shuffleMergeId: reader.readInt32(),
  };
}

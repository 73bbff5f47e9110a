import type { WireReader } from '../../wire-reader.ts';
import { BLOCK_TRANSFER_TYPE } from '../message-type.ts';
import { MessageWriter } from '../message-writer.ts';

/**
 * Ends the merging of a shuffle's pushed blocks. Push-based shuffle is for YARN only.
 *
 *     FinalizeShuffleMerge => type(13) appId:text appAttemptId:int32 shuffleId:int32 shuffleMergeId:int32
 *
 * Source: Spark's `org.apache.spark.network.shuffle.protocol.FinalizeShuffleMerge`.
 */
export interface FinalizeShuffleMerge {
  readonly kind: 'FinalizeShuffleMerge';
  readonly appId: string;
  readonly appAttemptId: number;
  readonly shuffleId: number;
  readonly shuffleMergeId: number;
}

/** The whole message. */
export function encodeFinalizeShuffleMerge(message: FinalizeShuffleMerge): Uint8Array {
  return new MessageWriter()
    .uint8(BLOCK_TRANSFER_TYPE.FINALIZE_SHUFFLE_MERGE)
    .text(message.appId)
    .int32(message.appAttemptId)
    .int32(message.shuffleId)
    .int32(message.shuffleMergeId)
    .finish();
}

/** Reads what follows the type byte. */
export function decodeFinalizeShuffleMerge(reader: WireReader): FinalizeShuffleMerge {
  return {
    kind: 'FinalizeShuffleMerge',
    appId: reader.readText(),
    appAttemptId: reader.readInt32(),
    shuffleId: reader.readInt32(),
    shuffleMergeId: reader.readInt32(),
  };
}

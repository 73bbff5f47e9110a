import type { WireReader } from '../../wire-reader.ts';
import { BLOCK_TRANSFER_TYPE } from '../message-type.ts';
import { MessageWriter } from '../message-writer.ts';

/**
 * Pushes a block to be merged, in the meta of an UploadStream. Push-based shuffle is for YARN only; as in Spark 3.2
 * and later.
 *
 *     PushBlockStream => type(12) appId:text appAttemptId:int32 shuffleId:int32 shuffleMergeId:int32
 *         mapIndex:int32 reduceId:int32 index:int32
 *
 * Source: Spark's `org.apache.spark.network.shuffle.protocol.PushBlockStream`.
 */
export interface PushBlockStream {
  readonly kind: 'PushBlockStream';
  readonly appId: string;
  readonly appAttemptId: number;
  readonly shuffleId: number;
  readonly shuffleMergeId: number;
  readonly mapIndex: number;
  readonly reduceId: number;
  readonly index: number;
}

/** The whole message. */
export function encodePushBlockStream(message: PushBlockStream): Uint8Array {
  return new MessageWriter()
    .uint8(BLOCK_TRANSFER_TYPE.PUSH_BLOCK_STREAM)
    .text(message.appId)
    .int32(message.appAttemptId)
    .int32(message.shuffleId)
    .int32(message.shuffleMergeId)
    .int32(message.mapIndex)
    .int32(message.reduceId)
    .int32(message.index)
    .finish();
}

/** Reads what follows the type byte. */
export function decodePushBlockStream(reader: WireReader): PushBlockStream {
  return {
    kind: 'PushBlockStream',
    appId: reader.readText(),
    appAttemptId: reader.readInt32(),
    shuffleId: reader.readInt32(),
    shuffleMergeId: reader.readInt32(),
    mapIndex: reader.readInt32(),
    reduceId: reader.readInt32(),
    index: reader.readInt32(),
  };
}

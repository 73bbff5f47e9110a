import type { WireReader } from '../../wire-reader.ts';
import { BLOCK_TRANSFER_TYPE } from '../message-type.ts';
import { MessageWriter } from '../message-writer.ts';

/**
 * The answer to what opens a stream: its chunks are asked for by this id and their index.
 *
 *     StreamHandle => type(3) streamId:int64 numChunks:int32
 *
 * Source: Spark's `org.apache.spark.network.shuffle.protocol.StreamHandle`.
 */
export interface StreamHandle {
  readonly kind: 'StreamHandle';
  readonly streamId: bigint;
  readonly numChunks: number;
}

/** The whole message. */
export function encodeStreamHandle(message: StreamHandle): Uint8Array {
  return new MessageWriter()
    .uint8(BLOCK_TRANSFER_TYPE.STREAM_HANDLE)
    .int64(message.streamId)
    .int32(message.numChunks)
    .finish();
}

/** Reads what follows the type byte. */
export function decodeStreamHandle(reader: WireReader): StreamHandle {
  return {
    kind: 'StreamHandle',
    streamId: reader.readInt64(),
    numChunks: reader.readInt32(),
  };
}

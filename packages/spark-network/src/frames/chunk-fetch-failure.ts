import { FRAME_TYPE } from '../frame-type.ts';
import type { WireReader } from '../wire-reader.ts';
import { encodeHead, encodeText } from '../wire-writer.ts';

/**
 * The answer to a ChunkFetchRequest that could not be carried out.
 *
 *     ChunkFetchFailure => type(2) streamId:int64 chunkIndex:int32 error
 *     error             => length:int32 utf8
 *
 * Source: Spark's `org.apache.spark.network.protocol.ChunkFetchFailure`.
 */
export interface ChunkFetchFailure {
  readonly type: 'ChunkFetchFailure';
  readonly streamId: bigint;
  readonly chunkIndex: number;
  readonly error: string;
}

/** The whole frame; it has no body. */
export function encodeChunkFetchFailure(failure: ChunkFetchFailure): Uint8Array {
  const text = encodeText(failure.error);
  return encodeHead(FRAME_TYPE.CHUNK_FETCH_FAILURE, 12 + text.byteLength, 0, (view, offset, bytes) => {
    view.setBigInt64(offset, failure.streamId);
    view.setInt32(offset + 8, failure.chunkIndex);
    bytes.set(text, offset + 12);
  });
}

/** Reads what follows the type byte. */
export function decodeChunkFetchFailure(reader: WireReader): ChunkFetchFailure {
  return {
    type: 'ChunkFetchFailure',
    streamId: reader.readInt64(),
    chunkIndex: reader.readInt32(),
    error: reader.readText(),
  };
}

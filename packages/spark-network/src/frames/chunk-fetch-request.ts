import { FRAME_TYPE } from '../frame-type.ts';
import type { WireReader } from '../wire-reader.ts';
import { encodeHead } from '../wire-writer.ts';

/**
 * Asks for one chunk of a stream that was opened before.
 *
 *     ChunkFetchRequest => type(0) streamId:int64 chunkIndex:int32
 *
 * Source: Spark's `org.apache.spark.network.protocol.ChunkFetchRequest`.
 */
export interface ChunkFetchRequest {
  readonly type: 'ChunkFetchRequest';
  readonly streamId: bigint;
  readonly chunkIndex: number;
}

/** The whole frame; it has no body. */
export function encodeChunkFetchRequest({ streamId, chunkIndex }: ChunkFetchRequest): Uint8Array {
  return encodeHead(FRAME_TYPE.CHUNK_FETCH_REQUEST, 12, 0, (view, offset) => {
    view.setBigInt64(offset, streamId);
    view.setInt32(offset + 8, chunkIndex);
  });
}

/** Reads what follows the type byte. */
export function decodeChunkFetchRequest(reader: WireReader): ChunkFetchRequest {
  return { type: 'ChunkFetchRequest', streamId: reader.readInt64(), chunkIndex: reader.readInt32() };
}

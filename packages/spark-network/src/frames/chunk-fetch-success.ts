import { FRAME_TYPE } from '../frame-type.ts';
import type { WireReader } from '../wire-reader.ts';
import { encodeHead } from '../wire-writer.ts';

/**
 * The answer to a ChunkFetchRequest: the chunk.
 *
 *     ChunkFetchSuccess => type(1) streamId:int64 chunkIndex:int32 body
 *
 * Source: Spark's `org.apache.spark.network.protocol.ChunkFetchSuccess`.
 */
export interface ChunkFetchSuccess {
  readonly type: 'ChunkFetchSuccess';
  readonly streamId: bigint;
  readonly chunkIndex: number;
  readonly body: Uint8Array;
}

/** Length, type and header of a ChunkFetchSuccess; its body follows. */
export const CHUNK_FETCH_SUCCESS_HEAD_BYTES = 21;

const TWO_TO_32 = 2 ** 32;

/** The frame without its body. */
export function encodeChunkFetchSuccessHead({ streamId, chunkIndex, body }: ChunkFetchSuccess): Uint8Array {
  return encodeHead(FRAME_TYPE.CHUNK_FETCH_SUCCESS, 12, body.byteLength, (view, offset) => {
    view.setBigInt64(offset, streamId);
    view.setInt32(offset + 8, chunkIndex);
  });
}

/**
 * Writes the frame without its body at an offset of a buffer with room for it, and returns where the body goes.
 * For a server that sends many chunks at once: allocates nothing, and has no use for a bigint.
 *
 * @param streamId below 2^53, as are those that a server counts up itself
 */
export function writeChunkFetchSuccessHead(
  target: Buffer,
  offset: number,
  streamId: number,
  chunkIndex: number,
  bodyBytes: number,
): number {
  const frameBytes = CHUNK_FETCH_SUCCESS_HEAD_BYTES + bodyBytes;
  target.writeUInt32BE(Math.floor(frameBytes / TWO_TO_32), offset);
  target.writeUInt32BE(frameBytes % TWO_TO_32, offset + 4);
  target[offset + 8] = FRAME_TYPE.CHUNK_FETCH_SUCCESS;
  target.writeUInt32BE(Math.floor(streamId / TWO_TO_32), offset + 9);
  target.writeUInt32BE(streamId % TWO_TO_32, offset + 13);
  target.writeInt32BE(chunkIndex, offset + 17);
  return offset + CHUNK_FETCH_SUCCESS_HEAD_BYTES;
}

/** Reads what follows the type byte. */
export function decodeChunkFetchSuccess(reader: WireReader): ChunkFetchSuccess {
  return {
    type: 'ChunkFetchSuccess',
    streamId: reader.readInt64(),
    chunkIndex: reader.readInt32(),
    body: reader.readRest(),
  };
}

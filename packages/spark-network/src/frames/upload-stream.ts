import { FRAME_TYPE } from '../frame-type.ts';
import type { WireReader } from '../wire-reader.ts';
import { encodeHead } from '../wire-writer.ts';
import { readByteCount } from './stream-data.ts';

/**
 * A question with more behind it than a frame may hold: what comes behind is not part of the frame's length.
 *
 *     UploadStream => type(10) requestId:int64 metaSize:int32 meta byteCount:int64
 *
 * Source: Spark's `org.apache.spark.network.protocol.UploadStream`.
 */
export interface UploadStream {
  readonly type: 'UploadStream';
  /** As an RpcRequest's; the answers are an RpcRequest's, too. */
  readonly requestId: bigint;
  /** What it is about: a message as in the body of an RpcRequest. */
  readonly meta: Uint8Array;
  /** How many bytes follow the frame: they are read as {@link StreamData}. */
  readonly byteCount: number;
}

/** The whole frame; what is uploaded goes out behind it, with nothing in between. */
export function encodeUploadStream({ requestId, meta, byteCount }: UploadStream): Uint8Array {
  return encodeHead(FRAME_TYPE.UPLOAD_STREAM, 20 + meta.byteLength, 0, (view, offset, bytes) => {
    view.setBigInt64(offset, requestId);
    view.setInt32(offset + 8, meta.byteLength);
    bytes.set(meta, offset + 12);
    view.setBigInt64(offset + 12 + meta.byteLength, BigInt(byteCount));
  });
}

/** Reads what follows the type byte. */
export function decodeUploadStream(reader: WireReader): UploadStream {
  return {
    type: 'UploadStream',
    requestId: reader.readInt64(),
    meta: reader.readBytes(),
    byteCount: readByteCount(reader),
  };
}

import { FRAME_TYPE } from '../frame-type.ts';
import type { WireReader } from '../wire-reader.ts';
import { encodeHead } from '../wire-writer.ts';

/**
 * The answer to a MergedBlockMetaRequest.
 *
 *     MergedBlockMetaSuccess => type(12) requestId:int64 numChunks:int32 body
 *
 * Source: Spark's `org.apache.spark.network.protocol.MergedBlockMetaSuccess`.
 */
export interface MergedBlockMetaSuccess {
  readonly type: 'MergedBlockMetaSuccess';
  /** That of the request. */
  readonly requestId: bigint;
  readonly numChunks: number;
  /** A RoaringBitmap for each chunk, one after the other. */
  readonly body: Uint8Array;
}

/** The frame without its body. */
export function encodeMergedBlockMetaSuccessHead(success: MergedBlockMetaSuccess): Uint8Array {
  const { requestId, numChunks, body } = success;
  return encodeHead(FRAME_TYPE.MERGED_BLOCK_META_SUCCESS, 12, body.byteLength, (view, offset) => {
    view.setBigInt64(offset, requestId);
    view.setInt32(offset + 8, numChunks);
  });
}

/** Reads what follows the type byte. */
export function decodeMergedBlockMetaSuccess(reader: WireReader): MergedBlockMetaSuccess {
  return {
    type: 'MergedBlockMetaSuccess',
    requestId: reader.readInt64(),
    numChunks: reader.readInt32(),
    body: reader.readRest(),
  };
}

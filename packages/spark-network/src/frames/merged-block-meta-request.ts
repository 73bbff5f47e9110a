import { FRAME_TYPE } from '../frame-type.ts';
import type { WireReader } from '../wire-reader.ts';
import { encodeHead, encodeText } from '../wire-writer.ts';

/**
 * Asks how a merged shuffle block is made up; since Spark 3.2, with push-based shuffle only.
 *
 *     MergedBlockMetaRequest => type(11) requestId:int64 appId shuffleId:int32 shuffleMergeId:int32 reduceId:int32
 *     appId                  => length:int32 utf8
 *
 * Source: Spark's `org.apache.spark.network.protocol.MergedBlockMetaRequest`.
 */
export interface MergedBlockMetaRequest {
  readonly type: 'MergedBlockMetaRequest';
  /** As an RpcRequest's. */
  readonly requestId: bigint;
  readonly appId: string;
  readonly shuffleId: number;
  readonly shuffleMergeId: number;
  readonly reduceId: number;
}

/** The whole frame; it has no body. */
export function encodeMergedBlockMetaRequest(request: MergedBlockMetaRequest): Uint8Array {
  const appId = encodeText(request.appId);
  const headerBytes = 20 + appId.byteLength;
  return encodeHead(FRAME_TYPE.MERGED_BLOCK_META_REQUEST, headerBytes, 0, (view, offset, bytes) => {
    view.setBigInt64(offset, request.requestId);
    bytes.set(appId, offset + 8);
    const numbers = offset + 8 + appId.byteLength;
    view.setInt32(numbers, request.shuffleId);
    view.setInt32(numbers + 4, request.shuffleMergeId);
    view.setInt32(numbers + 8, request.reduceId);
  });
}

/** Reads what follows the type byte. */
export function decodeMergedBlockMetaRequest(reader: WireReader): MergedBlockMetaRequest {
  return {
    type: 'MergedBlockMetaRequest',
    requestId: reader.readInt64(),
    appId: reader.readText(),
    shuffleId: reader.readInt32(),
    shuffleMergeId: reader.readInt32(),
    reduceId: reader.readInt32(),
  };
}

import { FRAME_TYPE } from '../frame-type.ts';
import type { WireReader } from '../wire-reader.ts';
import { encodeHead } from '../wire-writer.ts';

/**
 * The answer to an RpcRequest.
 *
 *     RpcResponse => type(4) requestId:int64 bodySize:int32 body
 *
 * Source: Spark's `org.apache.spark.network.protocol.RpcResponse`.
 */
export interface RpcResponse {
  readonly type: 'RpcResponse';
  /** That of the request. */
  readonly requestId: bigint;
  readonly body: Uint8Array;
}

/** The frame without its body. */
export function encodeRpcResponseHead({ requestId, body }: RpcResponse): Uint8Array {
  return encodeHead(FRAME_TYPE.RPC_RESPONSE, 12, body.byteLength, (view, offset) => {
    view.setBigInt64(offset, requestId);
    view.setInt32(offset + 8, body.byteLength);
  });
}

/** Reads what follows the type byte. The body is the rest of the frame, whatever bodySize says, as in Spark. */
export function decodeRpcResponse(reader: WireReader): RpcResponse {
  const requestId = reader.readInt64();
  reader.readInt32();
  return { type: 'RpcResponse', requestId, body: reader.readRest() };
}

import { FRAME_TYPE } from '../frame-type.ts';
import type { WireReader } from '../wire-reader.ts';
import { encodeHead } from '../wire-writer.ts';

/**
 * A question that must be answered by an RpcResponse or RpcFailure with the same id.
 *
 *     RpcRequest => type(3) requestId:int64 bodySize:int32 body
 *
 * Source: Spark's `org.apache.spark.network.protocol.RpcRequest`.
 */
export interface RpcRequest {
  readonly type: 'RpcRequest';
  /** Chosen by the sender, at random; any 64 bits are legal. */
  readonly requestId: bigint;
  readonly body: Uint8Array;
}

/** The frame without its body. */
export function encodeRpcRequestHead({ requestId, body }: RpcRequest): Uint8Array {
  return encodeHead(FRAME_TYPE.RPC_REQUEST, 12, body.byteLength, (view, offset) => {
    view.setBigInt64(offset, requestId);
    view.setInt32(offset + 8, body.byteLength);
  });
}

/** Reads what follows the type byte. The body is the rest of the frame, whatever bodySize says, as in Spark. */
export function decodeRpcRequest(reader: WireReader): RpcRequest {
  const requestId = reader.readInt64();
  reader.readInt32();
  return { type: 'RpcRequest', requestId, body: reader.readRest() };
}

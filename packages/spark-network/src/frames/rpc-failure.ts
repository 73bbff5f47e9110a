import { FRAME_TYPE } from '../frame-type.ts';
import type { WireReader } from '../wire-reader.ts';
import { encodeHead, encodeText } from '../wire-writer.ts';

/**
 * The answer to an RpcRequest that could not be carried out.
 *
 *     RpcFailure => type(5) requestId:int64 error
 *     error      => length:int32 utf8
 *
 * Source: Spark's `org.apache.spark.network.protocol.RpcFailure`.
 */
export interface RpcFailure {
  readonly type: 'RpcFailure';
  /** That of the request. */
  readonly requestId: bigint;
  /** Text for people; Spark itself sends a Java stack trace. */
  readonly error: string;
}

/** The whole frame; it has no body. */
export function encodeRpcFailure({ requestId, error }: RpcFailure): Uint8Array {
  const text = encodeText(error);
  return encodeHead(FRAME_TYPE.RPC_FAILURE, 8 + text.byteLength, 0, (view, offset, bytes) => {
    view.setBigInt64(offset, requestId);
    bytes.set(text, offset + 8);
  });
}

/** Reads what follows the type byte. */
export function decodeRpcFailure(reader: WireReader): RpcFailure {
  return { type: 'RpcFailure', requestId: reader.readInt64(), error: reader.readText() };
}

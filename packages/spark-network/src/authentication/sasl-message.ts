import { SparkNetworkError } from '../errors.ts';
import { WireReader } from '../wire-reader.ts';
import { encodeInt32, encodeText } from '../wire-writer.ts';

/** The first byte of every step of SASL. */
export const SASL_TAG = 0xea;

/**
 * A step of SASL from client to server; the server's answers are bare tokens.
 *
 *     saslMessage => 0xEA appId:text length:int32 token
 *
 * Source: Spark's `org.apache.spark.network.sasl.SaslMessage`. The token is the rest, whatever length says.
 */
export interface SaslMessage {
  /** Whose secret is meant: `sparkSaslUser` between RpcEnvs, an application's id at a shuffle service. */
  readonly appId: string;
  readonly token: Uint8Array;
}

export function encodeSaslMessage({ appId, token }: SaslMessage): Uint8Array {
  return Buffer.concat([Uint8Array.of(SASL_TAG), encodeText(appId), encodeInt32(token.byteLength), token]);
}

/** Reads a step; a body that is none throws a coded error. */
export function decodeSaslMessage(body: Uint8Array): SaslMessage {
  const reader = new WireReader(body);
  if (reader.readUint8() !== SASL_TAG) {
    throw new SparkNetworkError('SPARK_NETWORK_HEADER_TRUNCATED', 'this is no step of SASL');
  }
  const appId = reader.readText();
  reader.readInt32();
  return { appId, token: reader.readRest() };
}

import { SparkNetworkError } from '../errors.ts';
import { WireReader } from '../wire-reader.ts';
import { encodeBytes, encodeText } from '../wire-writer.ts';

/** The first byte of an {@link AuthMessage}, and of the answer to a {@link ClientChallenge}. */
export const AUTH_MESSAGE_TAG = 0xfb;

/**
 * Challenge and answer of AuthEngine since Spark 3.1.
 *
 *     authMessage => 0xFB appId:text salt:bytes ciphertext:bytes
 *
 * `ciphertext` is a 12-byte IV, the sender's X25519 public key in AES-128-GCM, and the tag. Source: Spark's
 * `org.apache.spark.network.crypto.AuthMessage`.
 */
export interface AuthMessage {
  readonly appId: string;
  readonly salt: Uint8Array;
  readonly ciphertext: Uint8Array;
}

export function encodeAuthMessage({ appId, salt, ciphertext }: AuthMessage): Uint8Array {
  const tag = Uint8Array.of(AUTH_MESSAGE_TAG);
  return Buffer.concat([tag, encodeText(appId), encodeBytes(salt), encodeBytes(ciphertext)]);
}

/** Reads challenge or answer; a body that is neither throws a coded error. */
export function decodeAuthMessage(body: Uint8Array): AuthMessage {
  const reader = new WireReader(body);
  if (reader.readUint8() !== AUTH_MESSAGE_TAG) {
    throw new SparkNetworkError('SPARK_NETWORK_HEADER_TRUNCATED', 'this is no message of AuthEngine');
  }
  return { appId: reader.readText(), salt: reader.readBytes(), ciphertext: reader.readBytes() };
}

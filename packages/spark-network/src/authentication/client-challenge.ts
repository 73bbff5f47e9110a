import { SparkNetworkError } from '../errors.ts';
import { WireReader } from '../wire-reader.ts';
import { encodeBytes, encodeInt32, encodeText } from '../wire-writer.ts';
import { AUTH_MESSAGE_TAG } from './auth-message.ts';

/** The first byte of a {@link ClientChallenge}. */
export const CLIENT_CHALLENGE_TAG = 0xfa;

/**
 * The challenge of AuthEngine in Spark 2.2 to 3.0.
 *
 *     clientChallenge => 0xFA appId:text kdf:text iterations:int32 cipher:text keyBits:int32 nonce:bytes challenge:bytes
 *
 * Source: Spark's `org.apache.spark.network.crypto.ClientChallenge`.
 */
export interface ClientChallenge {
  readonly appId: string;
  /** Java's name of the key derivation, such as `PBKDF2WithHmacSHA1`. */
  readonly kdf: string;
  readonly iterations: number;
  /** Java's name of the cipher, such as `AES/CTR/NoPadding`. */
  readonly cipher: string;
  readonly keyBits: number;
  readonly nonce: Uint8Array;
  readonly challenge: Uint8Array;
}

/**
 * The answer to it.
 *
 *     serverResponse => 0xFB response:bytes nonce:bytes inputIv:bytes outputIv:bytes
 *
 * Source: Spark's `org.apache.spark.network.crypto.ServerResponse`. Input and output are the client's.
 */
export interface ServerResponse {
  readonly response: Uint8Array;
  readonly nonce: Uint8Array;
  readonly inputIv: Uint8Array;
  readonly outputIv: Uint8Array;
}

export function encodeClientChallenge(message: ClientChallenge): Uint8Array {
  return Buffer.concat([
    Uint8Array.of(CLIENT_CHALLENGE_TAG),
    encodeText(message.appId),
    encodeText(message.kdf),
    encodeInt32(message.iterations),
    encodeText(message.cipher),
    encodeInt32(message.keyBits),
    encodeBytes(message.nonce),
    encodeBytes(message.challenge),
  ]);
}

export function decodeClientChallenge(body: Uint8Array): ClientChallenge {
  const reader = readerAfter(body, CLIENT_CHALLENGE_TAG);
  return {
    appId: reader.readText(),
    kdf: reader.readText(),
    iterations: reader.readInt32(),
    cipher: reader.readText(),
    keyBits: reader.readInt32(),
    nonce: reader.readBytes(),
    challenge: reader.readBytes(),
  };
}

export function encodeServerResponse({ response, nonce, inputIv, outputIv }: ServerResponse): Uint8Array {
  return Buffer.concat([
    Uint8Array.of(AUTH_MESSAGE_TAG),
    encodeBytes(response),
    encodeBytes(nonce),
    encodeBytes(inputIv),
    encodeBytes(outputIv),
  ]);
}

export function decodeServerResponse(body: Uint8Array): ServerResponse {
  const reader = readerAfter(body, AUTH_MESSAGE_TAG);
  return {
    response: reader.readBytes(),
    nonce: reader.readBytes(),
    inputIv: reader.readBytes(),
    outputIv: reader.readBytes(),
  };
}

function readerAfter(body: Uint8Array, tag: number): WireReader {
  const reader = new WireReader(body);
  if (reader.readUint8() !== tag) {
    throw new SparkNetworkError('SPARK_NETWORK_HEADER_TRUNCATED', 'this is no challenge of Spark 2');
  }
  return reader;
}

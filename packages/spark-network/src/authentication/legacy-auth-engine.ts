import { type Cipher, pbkdf2Sync, randomBytes } from 'node:crypto';
import { CTR_TRANSFORMATION, counterCipher } from '../ciphers/ctr-cipher.ts';
import type { SessionKeys } from '../ciphers/transport-cipher.ts';
import {
  type ClientChallenge,
  decodeClientChallenge,
  decodeServerResponse,
  encodeClientChallenge,
  encodeServerResponse,
} from './client-challenge.ts';
import { authenticationFailed, equalBytes } from './failure.ts';

const IV_BYTES = 16;
const NONCE_BYTES = 16;
/** Spark's defaults: `spark.network.crypto.keyFactoryAlgorithm`, `keyFactoryIterations` and `keyLength`. */
const DEFAULT_KDF = 'PBKDF2WithHmacSHA1';
const DEFAULT_ITERATIONS = 1024;
const DEFAULT_KEY_BITS = 128;
/** A client chooses them, and the server calculates before it knows who asks. */
const MAX_ITERATIONS = 100_000;
const MAX_NONCE_BYTES = 64;
const KDFS = new Map([
  ['PBKDF2WithHmacSHA1', 'sha1'],
  ['PBKDF2WithHmacSHA224', 'sha224'],
  ['PBKDF2WithHmacSHA256', 'sha256'],
  ['PBKDF2WithHmacSHA384', 'sha384'],
  ['PBKDF2WithHmacSHA512', 'sha512'],
]);
const KEY_BITS = [128, 192, 256];

/**
 * AuthEngine in Spark 2.2 to 3.0, one side of one connection: both sides derive a key from the secret and show
 * with a challenge that they have the same one. Source: Spark 2.4's `org.apache.spark.network.crypto.AuthEngine`
 * and the README beside it.
 */
export class LegacyAuthEngine {
  readonly #appId: Uint8Array;
  readonly #secret: string;
  #challenge: Uint8Array = new Uint8Array(0);
  #nonce: Uint8Array = new Uint8Array(0);

  constructor({ appId, secret }: { readonly appId: string; readonly secret: string }) {
    this.#appId = Buffer.from(appId, 'utf8');
    this.#secret = secret;
  }

  /** The client's first message, with Spark's default parameters. */
  challenge(): Uint8Array {
    this.#nonce = randomBytes(NONCE_BYTES);
    this.#challenge = randomBytes(NONCE_BYTES);
    const parameters = { kdf: DEFAULT_KDF, iterations: DEFAULT_ITERATIONS, keyBits: DEFAULT_KEY_BITS };
    const cipher = this.#authenticationCipher(parameters, this.#nonce);
    return encodeClientChallenge({
      ...parameters,
      appId: Buffer.from(this.#appId).toString('utf8'),
      cipher: CTR_TRANSFORMATION,
      nonce: this.#nonce,
      challenge: cipher.update(Buffer.concat([this.#appId, this.#nonce, this.#challenge])),
    });
  }

  /** The server's answer. Throws when the client does not know the secret. */
  respond(body: Uint8Array): { readonly answer: Uint8Array; readonly keys: SessionKeys } {
    const message = decodeClientChallenge(body);
    checkParameters(message);
    const asked = this.#authenticationCipher(message, message.nonce).update(message.challenge);
    const challenge = this.#unpack(asked, message.nonce);
    // The four are encrypted one after the other, in one key stream that begins anew.
    const cipher = this.#authenticationCipher(message, message.nonce);
    const response = cipher.update(Buffer.concat([this.#appId, message.nonce, successor(challenge)]));
    const sessionNonce = randomBytes(NONCE_BYTES);
    const inputIv = randomBytes(IV_BYTES);
    const outputIv = randomBytes(IV_BYTES);
    const nonce = cipher.update(sessionNonce);
    const answer = encodeServerResponse({
      response,
      nonce,
      // What the server puts out is the client's input.
      inputIv: cipher.update(outputIv),
      outputIv: cipher.update(inputIv),
    });
    const key = this.#deriveKey(message, sessionNonce);
    return { answer, keys: { key, readIv: inputIv, writeIv: outputIv } };
  }

  /** What the client learns from the answer. Throws when the server does not know the secret. */
  finish(body: Uint8Array): SessionKeys {
    const message = decodeServerResponse(body);
    const parameters = { kdf: DEFAULT_KDF, iterations: DEFAULT_ITERATIONS, keyBits: DEFAULT_KEY_BITS };
    const cipher = this.#authenticationCipher(parameters, this.#nonce);
    const response = this.#unpack(cipher.update(message.response), this.#nonce);
    if (!equalBytes(response, successor(this.#challenge))) {
      throw authenticationFailed('the server has not answered the challenge');
    }
    const nonce = cipher.update(message.nonce);
    const readIv = cipher.update(message.inputIv);
    const writeIv = cipher.update(message.outputIv);
    if (readIv.byteLength !== IV_BYTES || writeIv.byteLength !== IV_BYTES) {
      throw authenticationFailed("the server's IVs have another size");
    }
    return { key: this.#deriveKey(parameters, nonce), readIv, writeIv };
  }

  #unpack(plain: Uint8Array, nonce: Uint8Array): Uint8Array {
    const start = Buffer.concat([this.#appId, nonce]);
    if (!equalBytes(plain.subarray(0, start.byteLength), start)) {
      throw authenticationFailed('the peer has another secret');
    }
    return plain.subarray(start.byteLength);
  }

  #authenticationCipher(parameters: KeyParameters, nonce: Uint8Array): Cipher {
    const iv = new Uint8Array(IV_BYTES);
    iv.set(nonce.subarray(0, IV_BYTES));
    return counterCipher(this.#deriveKey(parameters, nonce), iv);
  }

  #deriveKey({ kdf, iterations, keyBits }: KeyParameters, salt: Uint8Array): Uint8Array {
    return pbkdf2Sync(this.#secret, salt, iterations, keyBits / 8, KDFS.get(kdf) ?? 'sha1');
  }
}

type KeyParameters = Pick<ClientChallenge, 'kdf' | 'iterations' | 'keyBits'>;

function checkParameters({ kdf, iterations, keyBits, cipher, nonce, challenge }: ClientChallenge): void {
  if (!KDFS.has(kdf)) throw authenticationFailed(`the client derives its keys with ${kdf}`);
  if (iterations < 1 || iterations > MAX_ITERATIONS) {
    throw authenticationFailed(`the client wants ${iterations} iterations, ${MAX_ITERATIONS} are allowed`);
  }
  if (!KEY_BITS.includes(keyBits)) throw authenticationFailed(`the client wants a key of ${keyBits} bits`);
  if (cipher !== CTR_TRANSFORMATION) throw authenticationFailed(`the client wants the cipher ${cipher}`);
  if (nonce.byteLength === 0 || nonce.byteLength > MAX_NONCE_BYTES || challenge.byteLength > 4096) {
    throw authenticationFailed("the client's challenge has an impossible size");
  }
}

/** The next number, of a number in two's complement, in as few bytes as Java's BigInteger takes. */
export function successor(bytes: Uint8Array): Uint8Array {
  if (bytes.byteLength === 0) throw authenticationFailed('the challenge is empty');
  const bits = bytes.byteLength * 8;
  const next = BigInt.asIntN(bits, BigInt(`0x${Buffer.from(bytes).toString('hex')}`)) + 1n;
  let size = 1;
  while (BigInt.asIntN(size * 8, next) !== next) size += 1;
  const hex = BigInt.asUintN(size * 8, next).toString(16);
  return Buffer.from(hex.padStart(size * 2, '0'), 'hex');
}

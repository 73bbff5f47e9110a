import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import type { SessionKeys } from '../ciphers/transport-cipher.ts';
import { AUTH_MESSAGE_TAG, type AuthMessage, decodeAuthMessage, encodeAuthMessage } from './auth-message.ts';
import { authenticationFailed, guarded } from './failure.ts';

/** How AuthEngine turns the agreed secret into keys (`spark.network.crypto.authEngineVersion`). */
export type AuthEngineVersion = 1 | 2;

const SALT_BYTES = 16;
const KEY_BYTES = 16;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const PUBLIC_KEY_BYTES = 32;
const CIPHERTEXT_BYTES = IV_BYTES + PUBLIC_KEY_BYTES + TAG_BYTES;
/** What precedes a raw X25519 key in DER: of a public key (RFC 8410), and of a private one. */
const PUBLIC_KEY_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');
const PRIVATE_KEY_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');
const CIPHER = 'aes-128-gcm';
const NOTHING = new Uint8Array(0);

/** Options of {@link AuthEngine}. */
export interface AuthEngineOptions {
  /** Whose secret it is. */
  readonly appId: string;
  readonly secret: string;
  /** This side's X25519 key, 32 bytes; for tests. */
  readonly privateKey?: Uint8Array;
}

/** The keys of a connection for each version of AuthEngine: the two sides must be set to the same one. */
export type AuthEngineKeys = (version: AuthEngineVersion) => SessionKeys;

/**
 * AuthEngine since Spark 3.1, one side of one connection: the sides exchange X25519 public keys, each encrypted
 * with a key that is derived from the secret, and so prove that they know it. Source: Spark's
 * `org.apache.spark.network.crypto.AuthEngine` and the README beside it.
 *
 * In both directions the additional data of a message is `appId salt transcript`; the transcript is what was said
 * before, that is nothing for the client's challenge and the challenge for the answer.
 */
export class AuthEngine {
  readonly #appId: string;
  readonly #secret: Uint8Array;
  readonly #privateKey: KeyObject;
  readonly #publicKey: Uint8Array;
  #challenge: Uint8Array = NOTHING;

  constructor({ appId, secret, privateKey }: AuthEngineOptions) {
    this.#appId = appId;
    this.#secret = Buffer.from(secret, 'utf8');
    this.#privateKey =
      privateKey === undefined ? generateKeyPairSync('x25519').privateKey : importPrivateKey(privateKey);
    const der = createPublicKey(this.#privateKey).export({ type: 'spki', format: 'der' });
    this.#publicKey = der.subarray(PUBLIC_KEY_PREFIX.byteLength);
  }

  /** The client's first message. */
  challenge(): Uint8Array {
    this.#challenge = this.#seal(NOTHING);
    return this.#challenge;
  }

  /** The server's answer to a client's challenge. Throws when the client does not know the secret. */
  respond(challenge: Uint8Array): { readonly answer: Uint8Array; readonly keys: AuthEngineKeys } {
    const peerKey = this.#open(decodeAuthMessage(challenge), NOTHING);
    const answer = this.#seal(challenge);
    const transcript = Buffer.concat([challenge, answer]);
    return { answer, keys: this.#keys(peerKey, transcript, 'server') };
  }

  /** What the client learns from the answer. Throws when the server does not know the secret. */
  finish(answer: Uint8Array): AuthEngineKeys {
    const message = decodeAuthMessage(answer);
    if (message.appId !== this.#appId)
      throw authenticationFailed('the server answers for another application');
    const peerKey = this.#open(message, this.#challenge);
    return this.#keys(peerKey, Buffer.concat([this.#challenge, answer]), 'client');
  }

  #seal(transcript: Uint8Array): Uint8Array {
    const salt = randomBytes(SALT_BYTES);
    const iv = randomBytes(IV_BYTES);
    const { key, additional } = this.#sealing(salt, transcript);
    const cipher = createCipheriv(CIPHER, key, iv);
    cipher.setAAD(additional);
    const sealed = [iv, cipher.update(this.#publicKey), cipher.final(), cipher.getAuthTag()];
    return encodeAuthMessage({ appId: this.#appId, salt, ciphertext: Buffer.concat(sealed) });
  }

  #open({ salt, ciphertext }: AuthMessage, transcript: Uint8Array): Uint8Array {
    if (salt.byteLength !== SALT_BYTES || ciphertext.byteLength !== CIPHERTEXT_BYTES) {
      throw authenticationFailed('the challenge or answer of AuthEngine has another size');
    }
    const { key, additional } = this.#sealing(salt, transcript);
    const decipher = createDecipheriv(CIPHER, key, ciphertext.subarray(0, IV_BYTES));
    decipher.setAAD(additional);
    decipher.setAuthTag(ciphertext.subarray(CIPHERTEXT_BYTES - TAG_BYTES));
    const opened = decipher.update(ciphertext.subarray(IV_BYTES, CIPHERTEXT_BYTES - TAG_BYTES));
    guarded('the peer has another secret', () => decipher.final());
    return opened;
  }

  #sealing(salt: Uint8Array, transcript: Uint8Array) {
    const additional = Buffer.concat([Buffer.from(this.#appId, 'utf8'), salt, transcript]);
    // Node takes 1024 bytes here, and a client may call itself whatever it likes.
    const key = guarded('the id of the application is too long', () => hkdf(this.#secret, salt, additional));
    return { key, additional };
  }

  #keys(peerKey: Uint8Array, transcript: Uint8Array, side: 'client' | 'server'): AuthEngineKeys {
    const shared = guarded('the peer has sent a key that is none', () =>
      diffieHellman({ privateKey: this.#privateKey, publicKey: importPublicKey(peerKey) }),
    );
    // The client's view: it writes from the "output" on.
    const inputIv = hkdf(shared, transcript, 'inputIv');
    const outputIv = hkdf(shared, transcript, 'outputIv');
    const ivs =
      side === 'client' ? { readIv: inputIv, writeIv: outputIv } : { readIv: outputIv, writeIv: inputIv };
    // Version 1 was meant to derive the key like version 2 and left that out.
    return (version) => ({ key: version === 1 ? shared : hkdf(shared, transcript, 'derivedKey'), ...ivs });
  }
}

/** Whether a body is a challenge of this engine; to be asked before {@link AuthEngine.respond}. */
export function isAuthMessage(body: Uint8Array): boolean {
  return body[0] === AUTH_MESSAGE_TAG;
}

function hkdf(secret: Uint8Array, salt: Uint8Array, info: string | Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, salt, info, KEY_BYTES));
}

function importPublicKey(raw: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([PUBLIC_KEY_PREFIX, raw]), format: 'der', type: 'spki' });
}

function importPrivateKey(raw: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PRIVATE_KEY_PREFIX, raw]), format: 'der', type: 'pkcs8' });
}

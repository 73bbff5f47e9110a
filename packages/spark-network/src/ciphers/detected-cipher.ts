import { ChunkQueue } from '../chunk-queue.ts';
import { SparkNetworkError } from '../errors.ts';
import { FRAME_TYPE } from '../frame-type.ts';
import { CtrCipher, counterCipher } from './ctr-cipher.ts';
import { GcmCipher, gcmHeaderBytes } from './gcm-cipher.ts';
import type { SessionKeys, TransportCipher } from './transport-cipher.ts';

/** The ciphers of AuthEngine, as people name them. */
export type CipherName = 'AES-CTR' | 'AES-GCM';

/** A cipher that the peer may be using. */
export interface CipherCandidate {
  readonly name: CipherName;
  /** Which way of deriving the keys it goes with; for logs. */
  readonly version: string;
  readonly keys: SessionKeys;
}

/** A length and the byte behind it tell the ciphers apart. */
const TELLING_BYTES = 9;
const LAST_TYPE = FRAME_TYPE.MERGED_BLOCK_META_SUCCESS;

/** Makes the cipher of a candidate. */
export function cipherOf({ name, keys }: CipherCandidate): TransportCipher {
  return name === 'AES-CTR' ? new CtrCipher(keys) : new GcmCipher(keys.key);
}

/**
 * A server's cipher before the client has said anything. AuthEngine negotiates neither the derivation of its keys
 * nor the cipher: Spark demands the same settings of both sides and breaks off at bytes without meaning. The first
 * nine bytes of a client give them away: with the right key they are a length that makes sense, and a type.
 */
export class DetectedCipher implements TransportCipher {
  readonly #candidates: readonly CipherCandidate[];
  readonly #maxMessageBytes: number;
  readonly #queue = new ChunkQueue();
  #cipher: TransportCipher | undefined;

  constructor(candidates: readonly CipherCandidate[], maxMessageBytes: number) {
    this.#candidates = candidates;
    this.#maxMessageBytes = maxMessageBytes;
  }

  get pendingBytes(): number {
    return this.#cipher?.pendingBytes ?? this.#queue.byteLength;
  }

  decrypt(chunk: Uint8Array): readonly Uint8Array[] {
    if (this.#cipher !== undefined) return this.#cipher.decrypt(chunk);
    this.#queue.push(chunk);
    if (this.#queue.byteLength < TELLING_BYTES) return [];
    const bytes = this.#queue.take(this.#queue.byteLength);
    const found = this.#candidates.find((candidate) => this.#fits(candidate, bytes));
    if (found === undefined) {
      throw new SparkNetworkError(
        'SPARK_NETWORK_CIPHERTEXT_INVALID',
        "the client's bytes make no sense with any cipher of AuthEngine",
      );
    }
    this.#cipher = cipherOf(found);
    return this.#cipher.decrypt(bytes);
  }

  encryptInPlace(bytes: Uint8Array): boolean {
    return this.#cipher?.encryptInPlace?.(bytes) ?? false;
  }

  encrypt(parts: readonly Uint8Array[]): readonly Uint8Array[] {
    if (this.#cipher !== undefined) return this.#cipher.encrypt(parts);
    throw new SparkNetworkError(
      'SPARK_NETWORK_NOT_SUPPORTED',
      'a server cannot speak before the client has: the client shows which cipher it uses',
    );
  }

  #fits({ name, keys }: CipherCandidate, bytes: Uint8Array): boolean {
    const start = bytes.subarray(0, TELLING_BYTES);
    const plain = name === 'AES-CTR' ? counterCipher(keys.key, keys.readIv).update(start) : start;
    const view = Buffer.from(plain.buffer, plain.byteOffset, TELLING_BYTES);
    const length = view.readBigInt64BE();
    if (length <= BigInt(TELLING_BYTES) || length > BigInt(this.#maxMessageBytes)) return false;
    const next = view.readUInt8(TELLING_BYTES - 1);
    return name === 'AES-CTR' ? next <= LAST_TYPE : next === gcmHeaderBytes(keys.key.byteLength);
  }
}

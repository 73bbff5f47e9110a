import { createDecipheriv, createHash, createHmac, type Decipher } from 'node:crypto';
import { equalBytes } from '../authentication/failure.ts';
import { ChunkQueue } from '../chunk-queue.ts';
import { SparkNetworkError } from '../errors.ts';
import {
  BLOCK_BYTES,
  MAC_BYTES,
  MESSAGE_TYPE,
  number32,
  SaslSealer,
  type SaslSealing,
  TRAILER_BYTES,
} from './sasl-sealer.ts';
import type { TransportCipher } from './transport-cipher.ts';

const LENGTH_BYTES = 8;
/** What wrapping adds to a message at most. */
export const WRAPPING_BYTES = BLOCK_BYTES + MAC_BYTES + TRAILER_BYTES;

const SEALING = (from: string, to: string): string =>
  `Digest H(A1) to ${from}-to-${to} sealing key magic constant`;
const SIGNING = (from: string, to: string): string =>
  `Digest session key to ${from}-to-${to} signing key magic constant`;

/** Options of {@link SaslCipher}. */
export interface SaslCipherOptions {
  /** H(A1) of the handshake. */
  readonly sessionHash: Uint8Array;
  readonly side: 'client' | 'server';
  /** How much is encrypted at once. */
  readonly maxPlainBytes: number;
  /** How long a wrapped message of the peer may be. */
  readonly maxWrappedBytes: number;
}

interface Direction {
  readonly sealingKey: Buffer;
  readonly signingKey: Buffer;
}

/**
 * SASL's `auth-conf` with the cipher 3des, in Spark's own frames.
 *
 *     frame   => length:int64 wrapped
 *     wrapped => encrypted type(0x0001) sequenceNumber:uint32
 *
 * `length` counts its own 8 bytes. `encrypted` is message, padding and the first 10 bytes of an HMAC-MD5 over
 * number and message, in one endless CBC per direction. Sources: RFC 2831, section 2.4; Spark's `SaslEncryption`.
 */
export class SaslCipher implements TransportCipher {
  /** Encrypts in another thread, if that is what its owner does instead of calling `encrypt`. */
  readonly sealing: SaslSealing;
  readonly #maxWrappedBytes: number;
  readonly #in: Direction;
  #sealer: SaslSealer | undefined;
  readonly #opening: Decipher;
  readonly #queue = new ChunkQueue();
  #length: number | undefined;
  #received = 0;

  constructor({ sessionHash, side, maxPlainBytes, maxWrappedBytes }: SaslCipherOptions) {
    const peer = side === 'client' ? 'server' : 'client';
    const { sealingKey, signingKey } = directionKeys(sessionHash, side, peer);
    const [key, iv] = desKey(sealingKey);
    this.sealing = { key, iv, signingKey, maxPlainBytes };
    this.#maxWrappedBytes = maxWrappedBytes;
    this.#in = directionKeys(sessionHash, peer, side);
    this.#opening = createDecipheriv('des-ede3-cbc', ...desKey(this.#in.sealingKey));
    // The padding is ours, not that of PKCS: messages follow each other in one CBC without an end.
    this.#opening.setAutoPadding(false);
  }

  get pendingBytes(): number {
    return this.#queue.byteLength;
  }

  encrypt(parts: readonly Uint8Array[]): readonly Uint8Array[] {
    this.#sealer ??= new SaslSealer(this.sealing);
    return this.#sealer.seal(parts);
  }

  decrypt(chunk: Uint8Array): readonly Uint8Array[] {
    this.#queue.push(chunk);
    const out: Uint8Array[] = [];
    for (;;) {
      if (this.#length === undefined) {
        if (this.#queue.byteLength < LENGTH_BYTES) return out;
        this.#length = this.#checkLength(this.#queue.take(LENGTH_BYTES));
      }
      if (this.#queue.byteLength < this.#length) return out;
      const wrapped = this.#queue.take(this.#length);
      this.#length = undefined;
      out.push(this.#unwrap(wrapped));
    }
  }

  #unwrap(wrapped: Uint8Array): Uint8Array {
    const end = wrapped.byteLength - TRAILER_BYTES;
    if (end < BLOCK_BYTES * 2 || end % BLOCK_BYTES !== 0) throw invalid('a message has no whole blocks');
    const trailer = Buffer.from(wrapped.buffer, wrapped.byteOffset + end, TRAILER_BYTES);
    if (trailer.readUInt16BE() !== MESSAGE_TYPE || trailer.readUInt32BE(2) !== this.#received) {
      throw invalid(`message ${this.#received} is not the next one`);
    }
    const plain = this.#opening.update(wrapped.subarray(0, end));
    const macStart = plain.byteLength - MAC_BYTES;
    const padding = plain[macStart - 1] ?? 0;
    const message = plain.subarray(0, Math.max(0, macStart - padding));
    const mac = createHmac('md5', this.#in.signingKey).update(number32(this.#received)).update(message);
    const fits = equalBytes(mac.digest().subarray(0, MAC_BYTES), plain.subarray(macStart));
    // Both are looked at before anything is said, so that the time tells nothing about the padding.
    if (!fits || padding < 1 || padding > BLOCK_BYTES) throw invalid('a message was changed on its way');
    this.#received = (this.#received + 1) >>> 0;
    return message;
  }

  #checkLength(bytes: Uint8Array): number {
    const length = Buffer.from(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).readBigInt64BE();
    if (length <= BigInt(LENGTH_BYTES) || length > BigInt(LENGTH_BYTES + this.#maxWrappedBytes)) {
      throw invalid(`a message of ${length} bytes is announced, ${this.#maxWrappedBytes} are allowed`);
    }
    return Number(length) - LENGTH_BYTES;
  }
}

function directionKeys(sessionHash: Uint8Array, from: string, to: string): Direction {
  const derive = (constant: string): Buffer =>
    createHash('md5').update(sessionHash).update(constant).digest();
  return { sealingKey: derive(SEALING(from, to)), signingKey: derive(SIGNING(from, to)) };
}

/** Two DES keys of 56 bits from the first 14 bytes, used as the first, the second and the first; and the IV. */
function desKey(sealingKey: Buffer): [key: Buffer, iv: Buffer] {
  const first = spreadParity(sealingKey.subarray(0, 7));
  const second = spreadParity(sealingKey.subarray(7, 14));
  return [Buffer.concat([first, second, first]), sealingKey.subarray(8)];
}

/** 56 bits in groups of seven, each with room for a parity bit, which nobody checks. */
function spreadParity(bytes: Uint8Array): Buffer {
  const bits = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  const key = Buffer.alloc(8);
  for (let index = 0; index < 8; index += 1) {
    key[index] = Number((bits >> BigInt(49 - 7 * index)) & 0x7fn) << 1;
  }
  return key;
}

function invalid(what: string): SparkNetworkError {
  return new SparkNetworkError('SPARK_NETWORK_CIPHERTEXT_INVALID', `SASL auth-conf: ${what}`);
}

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { ChunkQueue } from '../chunk-queue.ts';
import { SparkNetworkError } from '../errors.ts';
import type { TransportCipher } from './transport-cipher.ts';

/** How Java names this cipher in settings. */
export const GCM_TRANSFORMATION = 'AES/GCM/NoPadding';

const LENGTH_BYTES = 8;
const NONCE_PREFIX_BYTES = 7;
const TAG_BYTES = 16;
const SEGMENT_BYTES = 32 * 1024;
const PLAIN_SEGMENT_BYTES = SEGMENT_BYTES - TAG_BYTES;

/** Bytes of the header that follows a message's length. */
export function gcmHeaderBytes(keyBytes: number): number {
  return 1 + keyBytes + NONCE_PREFIX_BYTES;
}

/** Keeps the position within pieces that are read one after the other. */
class PieceReader {
  readonly #parts: readonly Uint8Array[];
  #index = 0;
  #offset = 0;

  constructor(parts: readonly Uint8Array[]) {
    this.#parts = parts;
  }

  /** The next bytes, at most so many, as a view. */
  next(limit: number): Uint8Array | undefined {
    for (;;) {
      const part = this.#parts[this.#index];
      if (part === undefined) return undefined;
      const piece = part.subarray(this.#offset, this.#offset + limit);
      this.#offset += piece.byteLength;
      if (this.#offset === part.byteLength) {
        this.#index += 1;
        this.#offset = 0;
      }
      if (piece.byteLength > 0) return piece;
    }
  }
}

interface OpenMessage {
  readonly key: Uint8Array;
  readonly noncePrefix: Uint8Array;
  remaining: number;
  segment: number;
}

/**
 * `AES/GCM/NoPadding`, of newer Sparks: every message is by itself and protected against changes.
 *
 *     message => length:int64 header segment*
 *     header  => headerLength:uint8 salt noncePrefix(7)
 *     segment => ciphertext tag(16)
 *
 * `length` counts the whole message. A key for each message is derived from the session's with the salt and the
 * length; a segment is 32 KiB, the last one what is left. This is the format of Tink's `AesGcmHkdfStreaming` in
 * the way in which Spark's `GcmTransportCipher` uses it: the first segment is as long as any other.
 */
export class GcmCipher implements TransportCipher {
  readonly #key: Uint8Array;
  readonly #queue = new ChunkQueue();
  #length: number | undefined;
  #message: OpenMessage | undefined;

  /** @param key 16 bytes or 32, the session's */
  constructor(key: Uint8Array) {
    this.#key = key;
  }

  get pendingBytes(): number {
    return this.#queue.byteLength;
  }

  encrypt(parts: readonly Uint8Array[]): readonly Uint8Array[] {
    const plainBytes = parts.reduce((sum, part) => sum + part.byteLength, 0);
    const segments = Math.ceil(plainBytes / PLAIN_SEGMENT_BYTES);
    const headBytes = LENGTH_BYTES + gcmHeaderBytes(this.#key.byteLength);
    const head = Buffer.allocUnsafe(headBytes);
    head.writeBigInt64BE(BigInt(headBytes + plainBytes + segments * TAG_BYTES), 0);
    head[LENGTH_BYTES] = headBytes - LENGTH_BYTES;
    randomBytes(headBytes - LENGTH_BYTES - 1).copy(head, LENGTH_BYTES + 1);
    const key = this.#messageKey(head, head.subarray(LENGTH_BYTES));
    const noncePrefix = head.subarray(headBytes - NONCE_PREFIX_BYTES);
    const reader = new PieceReader(parts);
    const out: Uint8Array[] = [head];
    for (let segment = 0; segment < segments; segment += 1) {
      const iv = segmentNonce(noncePrefix, segment, segment === segments - 1);
      const cipher = createCipheriv(this.#algorithm, key, iv);
      for (let room = PLAIN_SEGMENT_BYTES; room > 0; ) {
        const piece = reader.next(room);
        if (piece === undefined) break;
        room -= piece.byteLength;
        out.push(cipher.update(piece));
      }
      cipher.final();
      out.push(cipher.getAuthTag());
    }
    return out;
  }

  decrypt(chunk: Uint8Array): readonly Uint8Array[] {
    this.#queue.push(chunk);
    const out: Uint8Array[] = [];
    for (;;) {
      if (this.#message === undefined && !this.#begin()) return out;
      const message = this.#message;
      if (message === undefined) return out;
      const wanted = Math.min(message.remaining, SEGMENT_BYTES);
      if (this.#queue.byteLength < wanted) return out;
      if (wanted > 0) out.push(this.#open(message, this.#queue.take(wanted)));
      if (message.remaining === 0) this.#message = undefined;
    }
  }

  /** Reads a message's start, once it is there. */
  #begin(): boolean {
    const headerBytes = gcmHeaderBytes(this.#key.byteLength);
    if (this.#length === undefined) {
      if (this.#queue.byteLength < LENGTH_BYTES) return false;
      this.#length = checkLength(this.#queue.take(LENGTH_BYTES), headerBytes);
    }
    if (this.#queue.byteLength < headerBytes) return false;
    const header = this.#queue.take(headerBytes);
    if (header[0] !== headerBytes) throw invalid(`a message's header says that it has ${header[0]} bytes`);
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeBigInt64BE(BigInt(this.#length));
    this.#message = {
      key: this.#messageKey(length, header),
      noncePrefix: header.subarray(headerBytes - NONCE_PREFIX_BYTES),
      remaining: this.#length - LENGTH_BYTES - headerBytes,
      segment: 0,
    };
    this.#length = undefined;
    return true;
  }

  #open(message: OpenMessage, bytes: Uint8Array): Uint8Array {
    const end = bytes.byteLength - TAG_BYTES;
    if (end < 0) throw invalid('a message ends within a tag');
    message.remaining -= bytes.byteLength;
    const iv = segmentNonce(message.noncePrefix, message.segment, message.remaining === 0);
    const decipher = createDecipheriv(this.#algorithm, message.key, iv);
    decipher.setAuthTag(bytes.subarray(end));
    const plain = decipher.update(bytes.subarray(0, end));
    try {
      decipher.final();
    } catch (cause) {
      throw invalid('the tag of a message does not fit it', cause);
    }
    message.segment += 1;
    return plain;
  }

  #messageKey(length: Uint8Array, header: Uint8Array): Uint8Array {
    const salt = header.subarray(1, 1 + this.#key.byteLength);
    const info = length.subarray(0, LENGTH_BYTES);
    return new Uint8Array(hkdfSync('sha256', this.#key, salt, info, this.#key.byteLength));
  }

  get #algorithm(): 'aes-128-gcm' | 'aes-256-gcm' {
    return this.#key.byteLength === 16 ? 'aes-128-gcm' : 'aes-256-gcm';
  }
}

/** Segments are read one by one, so a length allocates nothing, however long it is. */
function checkLength(bytes: Uint8Array, headerBytes: number): number {
  const length = Buffer.from(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).readBigInt64BE();
  if (length < BigInt(LENGTH_BYTES + headerBytes) || length > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw invalid(`a message of ${length} bytes is announced`);
  }
  return Number(length);
}

function segmentNonce(prefix: Uint8Array, segment: number, last: boolean): Uint8Array {
  const nonce = Buffer.alloc(NONCE_PREFIX_BYTES + 5);
  nonce.set(prefix);
  nonce.writeUInt32BE(segment, NONCE_PREFIX_BYTES);
  nonce[NONCE_PREFIX_BYTES + 4] = last ? 1 : 0;
  return nonce;
}

function invalid(what: string, cause?: unknown): SparkNetworkError {
  return new SparkNetworkError('SPARK_NETWORK_CIPHERTEXT_INVALID', `AES-GCM: ${what}`, { cause });
}

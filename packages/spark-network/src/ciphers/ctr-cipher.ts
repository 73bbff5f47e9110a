import { type Cipher, createCipheriv } from 'node:crypto';
import { freeMemory } from './free-memory.ts';
import type { SessionKeys, TransportCipher } from './transport-cipher.ts';

/** How Java names this cipher, in settings and in the messages of Spark 2. */
export const CTR_TRANSFORMATION = 'AES/CTR/NoPadding';

/**
 * So much is encrypted at once where it is overwritten: the memory for it then comes out of the same place again and again,
 * while larger pieces are asked of the system each time.
 */
const PIECE_BYTES = 64 * 1024;

/** A cipher in counter mode, which is the same in both directions. */
export function counterCipher(key: Uint8Array, iv: Uint8Array): Cipher {
  return createCipheriv(`aes-${key.byteLength * 8}-ctr`, key, iv);
}

/**
 * `AES/CTR/NoPadding`, Spark's default: one endless key stream in each direction, over the frames with their
 * lengths. It hides but protects against no change. Source: Spark's `CtrTransportCipher`.
 */
export class CtrCipher implements TransportCipher {
  readonly pendingBytes = 0;
  readonly #reading: Cipher;
  readonly #writing: Cipher;

  constructor({ key, readIv, writeIv }: SessionKeys) {
    this.#reading = counterCipher(key, readIv);
    this.#writing = counterCipher(key, writeIv);
  }

  decrypt(chunk: Uint8Array): readonly Uint8Array[] {
    return [this.#reading.update(chunk)];
  }

  encryptInPlace(bytes: Uint8Array): boolean {
    for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES) {
      const piece = bytes.subarray(at, at + PIECE_BYTES);
      const encrypted = this.#writing.update(piece);
      piece.set(encrypted);
      freeMemory(encrypted);
    }
    return true;
  }

  encrypt(parts: readonly Uint8Array[]): readonly Uint8Array[] {
    return parts.map((part) => this.#writing.update(part));
  }
}

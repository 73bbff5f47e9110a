import { type Cipher, createCipheriv, createHmac } from 'node:crypto';

/** Blocks of 3DES. */
export const BLOCK_BYTES = 8;
/** So much of an HMAC-MD5 protects each message. */
export const MAC_BYTES = 10;
/** Type and sequence number behind the encrypted part. */
export const TRAILER_BYTES = 6;
export const MESSAGE_TYPE = 1;

const LENGTH_BYTES = 8;

/** What is needed to encrypt in one direction; plain data, so that it can be handed to another thread. */
export interface SaslSealing {
  /** Of 3DES: three keys of 8 bytes. */
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  readonly signingKey: Uint8Array;
  /** How much is encrypted at once. */
  readonly maxPlainBytes: number;
}

/** The encrypting half of a `SaslCipher`: by itself, since 3DES takes a second for 30 MiB. */
export class SaslSealer {
  readonly #maxPlainBytes: number;
  readonly #signingKey: Uint8Array;
  readonly #cipher: Cipher;
  #sent = 0;

  constructor({ key, iv, signingKey, maxPlainBytes }: SaslSealing) {
    this.#maxPlainBytes = maxPlainBytes;
    this.#signingKey = signingKey;
    this.#cipher = createCipheriv('des-ede3-cbc', key, iv);
    // The padding is ours, not that of PKCS: messages follow each other in one CBC without an end.
    this.#cipher.setAutoPadding(false);
  }

  /** One message, given in pieces, as the pieces that go out. */
  seal(parts: readonly Uint8Array[]): readonly Uint8Array[] {
    const out: Uint8Array[] = [];
    let block: Uint8Array[] = [];
    let room = this.#maxPlainBytes;
    for (const part of parts) {
      for (let offset = 0; offset < part.byteLength; ) {
        const piece = part.subarray(offset, offset + room);
        block.push(piece);
        offset += piece.byteLength;
        room -= piece.byteLength;
        if (room > 0) continue;
        this.#wrap(block, this.#maxPlainBytes, out);
        block = [];
        room = this.#maxPlainBytes;
      }
    }
    if (block.length > 0) this.#wrap(block, this.#maxPlainBytes - room, out);
    return out;
  }

  #wrap(pieces: readonly Uint8Array[], plainBytes: number, out: Uint8Array[]): void {
    const padding = BLOCK_BYTES - ((plainBytes + MAC_BYTES) % BLOCK_BYTES);
    const mac = createHmac('md5', this.#signingKey).update(number32(this.#sent));
    const length = Buffer.alloc(LENGTH_BYTES);
    const wrappedBytes = plainBytes + padding + MAC_BYTES + TRAILER_BYTES;
    length.writeBigInt64BE(BigInt(LENGTH_BYTES + wrappedBytes));
    out.push(length);
    for (const piece of pieces) {
      mac.update(piece);
      out.push(this.#cipher.update(piece));
    }
    const end = Buffer.alloc(padding + MAC_BYTES, padding);
    mac.digest().copy(end, padding, 0, MAC_BYTES);
    out.push(this.#cipher.update(end));
    const trailer = Buffer.alloc(TRAILER_BYTES);
    trailer.writeUInt16BE(MESSAGE_TYPE);
    trailer.writeUInt32BE(this.#sent, 2);
    out.push(trailer);
    this.#sent = (this.#sent + 1) >>> 0;
  }
}

/** A sequence number. */
export function number32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

import { JavaSerializationError } from './errors.ts';
import { modifiedUtf8Length, writeModifiedUtf8 } from './modified-utf8.ts';

const FIRST_BYTES = 1024;
const MAX_KEPT_BYTES = 64 * 1024;

/** Collects big-endian values into one growing buffer. */
export class ByteSink {
  #buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = 0;

  /** What was written so far; a view that the next write may abandon. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.#buffer.buffer, this.#buffer.byteOffset, this.#length);
  }

  /** What was written so far, for good. */
  copy(): Uint8Array {
    const copy = Buffer.allocUnsafe(this.#length);
    this.#buffer.copy(copy, 0, 0, this.#length);
    return new Uint8Array(copy.buffer, copy.byteOffset, copy.byteLength);
  }

  /** Begins anew in the same memory, or in little where it has become much. */
  clear(): void {
    this.#length = 0;
    if (this.#buffer.length > MAX_KEPT_BYTES) this.#buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  }

  #reserve(count: number): number {
    const start = this.#length;
    const wanted = start + count;
    if (wanted > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(wanted, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, 0, start);
      this.#buffer = larger;
    }
    this.#length = wanted;
    return start;
  }

  uint8(value: number): void {
    const start = this.#reserve(1);
    this.#buffer[start] = value;
  }

  uint16(value: number): void {
    const start = this.#reserve(2);
    this.#buffer[start] = value >> 8;
    this.#buffer[start + 1] = value;
  }

  int32(value: number): void {
    const start = this.#reserve(4);
    // Written out, since this is what references are made of; node's method costs more than it does.
    this.#buffer[start] = value >> 24;
    this.#buffer[start + 1] = value >> 16;
    this.#buffer[start + 2] = value >> 8;
    this.#buffer[start + 3] = value;
  }

  int64(value: bigint): void {
    const start = this.#reserve(8);
    this.#buffer.writeBigInt64BE(value, start);
  }

  float32(value: number): void {
    const start = this.#reserve(4);
    this.#buffer.writeFloatBE(value, start);
  }

  float64(value: number): void {
    const start = this.#reserve(8);
    this.#buffer.writeDoubleBE(value, start);
  }

  append(bytes: Uint8Array): void {
    const start = this.#reserve(bytes.length);
    this.#buffer.set(bytes, start);
  }

  /** Modified UTF-8 without its length; `byteLength` is that of {@link modifiedUtf8Length}. */
  text(text: string, byteLength: number): void {
    const start = this.#reserve(byteLength);
    writeModifiedUtf8(text, this.#buffer, start, byteLength);
  }

  /** Modified UTF-8 with its length in two bytes before it, as `DataOutput.writeUTF` writes it. */
  utf(text: string): void {
    const byteLength = modifiedUtf8Length(text);
    if (byteLength > 0xffff) {
      throw new JavaSerializationError('JAVA_LIMIT_EXCEEDED', `a name of ${byteLength} bytes; 65535 at most`);
    }
    this.uint16(byteLength);
    this.text(text, byteLength);
  }
}

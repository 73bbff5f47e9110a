import { JavaSerializationError, type JavaSerializationErrorCode } from './errors.ts';
import { decodeModifiedUtf8 } from './modified-utf8.ts';

/** Which codes a cursor's complaints carry: streams and class files differ. */
export interface CursorCodes {
  readonly truncated: JavaSerializationErrorCode;
  readonly malformed: JavaSerializationErrorCode;
}

/** Reads big-endian values in order; asks for bytes before it touches them, so it never throws a RangeError. */
export class ByteCursor {
  offset = 0;
  readonly length: number;
  readonly #buffer: Buffer;
  readonly #view: DataView;
  readonly #codes: CursorCodes;

  constructor(bytes: Uint8Array, codes: CursorCodes) {
    this.length = bytes.byteLength;
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#codes = codes;
  }

  get remaining(): number {
    return this.length - this.offset;
  }

  /** Makes sure that so many bytes are left, and steps over them; answers where they begin. */
  take(count: number): number {
    const start = this.offset;
    if (count > this.length - start) {
      throw new JavaSerializationError(
        this.#codes.truncated,
        `at byte ${start}: ${count} bytes wanted, ${this.length - start} left`,
      );
    }
    this.offset = start + count;
    return start;
  }

  /** The next byte, which stays where it is. */
  peek(): number {
    const byte = this.uint8();
    this.offset -= 1;
    return byte;
  }

  uint8(): number {
    return this.#view.getUint8(this.take(1));
  }

  int8(): number {
    return this.#view.getInt8(this.take(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.take(2));
  }

  int16(): number {
    return this.#view.getInt16(this.take(2));
  }

  int32(): number {
    return this.#view.getInt32(this.take(4));
  }

  uint32(): number {
    return this.#view.getUint32(this.take(4));
  }

  int64(): bigint {
    return this.#view.getBigInt64(this.take(8));
  }

  float32(): number {
    return this.#view.getFloat32(this.take(4));
  }

  float64(): number {
    return this.#view.getFloat64(this.take(8));
  }

  /** A view of the next bytes; no copy. */
  bytes(count: number): Uint8Array {
    const start = this.take(count);
    return new Uint8Array(this.#buffer.buffer, this.#buffer.byteOffset + start, count);
  }

  /** So many bytes of modified UTF-8. */
  text(byteLength: number): string {
    const start = this.take(byteLength);
    return decodeModifiedUtf8(this.#buffer, start, start + byteLength, this.#codes.malformed);
  }

  /** Modified UTF-8 with its length in two bytes before it, as `DataInput.readUTF` takes it. */
  utf(): string {
    return this.text(this.uint16());
  }
}

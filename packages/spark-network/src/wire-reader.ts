import { SparkNetworkError } from './errors.ts';

const UTF_8 = new TextDecoder('utf-8');

/** A cursor over one frame that never reads past its end and copies nothing. */
export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #body: Uint8Array | undefined;
  #offset = 0;

  /** @param body what follows `bytes`, where it lies in other memory */
  constructor(bytes: Uint8Array, body?: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#body = body;
  }

  readUint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  readInt32(): number {
    return this.#view.getInt32(this.#advance(4));
  }

  readInt64(): bigint {
    return this.#view.getBigInt64(this.#advance(8));
  }

  /** A string as Spark's `Encoders.Strings` writes it: its length in bytes as an int32, then UTF-8. */
  readText(): string {
    const length = this.readInt32();
    if (length < 0) {
      throw new SparkNetworkError('SPARK_NETWORK_HEADER_TRUNCATED', `a string of length ${length}`);
    }
    const start = this.#advance(length);
    return UTF_8.decode(this.#bytes.subarray(start, start + length));
  }

  /** Bytes as Spark's `Encoders.ByteArrays` writes them: their count as an int32, then themselves; a view. */
  readBytes(): Uint8Array {
    const length = this.readInt32();
    if (length < 0) {
      throw new SparkNetworkError('SPARK_NETWORK_HEADER_TRUNCATED', `a byte array of length ${length}`);
    }
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** All that is left, as a view of the memory that it came in. */
  readRest(): Uint8Array {
    if (this.#body !== undefined) return this.#body;
    const start = this.#offset;
    this.#offset = this.#bytes.byteLength;
    return this.#bytes.subarray(start);
  }

  #advance(length: number): number {
    const start = this.#offset;
    if (length > this.#bytes.byteLength - start) {
      throw new SparkNetworkError(
        'SPARK_NETWORK_HEADER_TRUNCATED',
        `a header needs ${length} bytes at offset ${start} of a frame of ${this.#bytes.byteLength} bytes`,
      );
    }
    this.#offset = start + length;
    return start;
  }
}

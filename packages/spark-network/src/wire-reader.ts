import { SparkNetworkError } from './errors.ts';

// A mark at the start belongs to the text: two ids of which one has it are not the same.
const UTF_8 = new TextDecoder('utf-8', { ignoreBOM: true });

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

  /**
   * How many entries follow, as an int32. Nothing is allocated for entries that cannot be there.
   *
   * @param entryBytes what an entry takes at least
   */
  readCount(entryBytes: number): number {
    const count = this.readInt32();
    const room = this.#bytes.byteLength - this.#offset;
    if (count >= 0 && count * entryBytes <= room) return count;
    throw new SparkNetworkError(
      'SPARK_NETWORK_HEADER_TRUNCATED',
      `an array of ${count} entries is announced, and ${room} bytes are left`,
    );
  }

  /** The bytes from here to the end, to find out how many of them are wanted; takes none. */
  peekRest(): Uint8Array {
    return this.#bytes.subarray(this.#offset);
  }

  /** Takes that many bytes, as a view. */
  readView(length: number): Uint8Array {
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

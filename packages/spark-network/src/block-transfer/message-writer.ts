const FIRST_BYTES = 256;

/** Writes the fields of a block-transfer message one after the other; grows as it needs. */
export class MessageWriter {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;

  uint8(value: number): this {
    const offset = this.#grow(1);
    this.#bytes[offset] = value;
    return this;
  }

  int32(value: number): this {
    const offset = this.#grow(4);
    this.#bytes.writeInt32BE(value, offset);
    return this;
  }

  int64(value: bigint): this {
    const offset = this.#grow(8);
    this.#bytes.writeBigInt64BE(value, offset);
    return this;
  }

  /** As Spark's `Encoders.Strings` writes it. */
  text(value: string): this {
    const byteLength = Buffer.byteLength(value);
    this.int32(byteLength);
    const offset = this.#grow(byteLength);
    this.#bytes.write(value, offset, 'utf8');
    return this;
  }

  /** As Spark's `Encoders.ByteArrays` writes them. */
  bytes(value: Uint8Array): this {
    return this.int32(value.byteLength).raw(value);
  }

  /** Bytes that tell their own length. */
  raw(value: Uint8Array): this {
    const offset = this.#grow(value.byteLength);
    this.#bytes.set(value, offset);
    return this;
  }

  /** The count of entries as an int32, then the entries. */
  array<Entry>(entries: readonly Entry[], write: (writer: this, entry: Entry) => void): this {
    this.int32(entries.length);
    for (const entry of entries) write(this, entry);
    return this;
  }

  texts(values: readonly string[]): this {
    return this.array(values, (writer, value) => writer.text(value));
  }

  int32s(values: readonly number[]): this {
    return this.array(values, (writer, value) => writer.int32(value));
  }

  int64s(values: readonly bigint[]): this {
    return this.array(values, (writer, value) => writer.int64(value));
  }

  /** All that was written. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(length: number): number {
    const offset = this.#length;
    this.#length += length;
    if (this.#length > this.#bytes.byteLength) {
      const larger = Buffer.allocUnsafe(Math.max(this.#length, this.#bytes.byteLength * 2));
      larger.set(this.#bytes.subarray(0, offset));
      this.#bytes = larger;
    }
    return offset;
  }
}

/** How many pieces may wait before small ones are put together. */
const MANY_PIECES = 16;
/** A piece below this size costs more in bookkeeping than in copying. */
const SMALL_PIECE_BYTES = 8 * 1024;

/** Bytes that have arrived and are not used yet, in the pieces in which they came. */
export class ChunkQueue {
  #chunks: Uint8Array[] = [];
  #offset = 0;
  #byteLength = 0;

  /** How many bytes are waiting. */
  get byteLength(): number {
    return this.#byteLength;
  }

  /** How many of the waiting bytes lie in one piece from the start. */
  get contiguousBytes(): number {
    return (this.#chunks[0]?.byteLength ?? 0) - this.#offset;
  }

  /** The first waiting byte, which must be there. */
  get firstByte(): number {
    return this.#chunks[0]?.[this.#offset] ?? 0;
  }

  push(chunk: Uint8Array): void {
    if (chunk.byteLength === 0) return;
    this.#byteLength += chunk.byteLength;
    let piece = chunk;
    // A peer that sends a long frame byte by byte must not cost a hundred times its length in objects. Equal
    // sizes are joined, as in a binary counter, so each byte is copied a few times at most.
    while (this.#chunks.length > MANY_PIECES) {
      const last = this.#chunks.at(-1);
      if (last === undefined || last.byteLength > piece.byteLength || last.byteLength > SMALL_PIECE_BYTES)
        break;
      this.#chunks.pop();
      piece = Buffer.concat([last, piece]);
    }
    this.#chunks.push(piece);
  }

  /** Takes exactly `length` bytes, which must be there: a view where one piece holds them, a copy otherwise. */
  take(length: number): Uint8Array {
    const first = this.#chunks[0];
    if (length === 0 || first === undefined) return new Uint8Array(0);
    const end = this.#offset + length;
    this.#byteLength -= length;
    if (end < first.byteLength) {
      const taken = first.subarray(this.#offset, end);
      this.#offset = end;
      return taken;
    }
    if (end === first.byteLength) {
      const taken = first.subarray(this.#offset);
      this.#chunks.shift();
      this.#offset = 0;
      return taken;
    }
    return this.#join(length);
  }

  clear(): void {
    this.#chunks = [];
    this.#offset = 0;
    this.#byteLength = 0;
  }

  #join(length: number): Uint8Array {
    const joined = new Uint8Array(length);
    let filled = 0;
    let used = 0;
    while (filled < length) {
      const chunk = this.#chunks[used];
      if (chunk === undefined) break;
      const piece = chunk.subarray(this.#offset, this.#offset + length - filled);
      joined.set(piece, filled);
      filled += piece.byteLength;
      this.#offset += piece.byteLength;
      if (this.#offset === chunk.byteLength) {
        this.#offset = 0;
        used += 1;
      }
    }
    // Once per frame and not once per piece: a frame in many small pieces must not cost their square.
    this.#chunks.splice(0, used);
    return joined;
  }
}

/** Pieces below this size are copied together. */
const SMALL_PIECE_BYTES = 1024;
const SHARED_BYTES = 4 * 1024;
const NO_ROOM = Buffer.alloc(0);

/** The bytes of a message in the pieces in which they came, for as long as it is kept. */
export class PieceList {
  readonly #pieces: Buffer[] = [];
  /** Room for more small pieces behind the last one. */
  #room: Buffer = NO_ROOM;
  #byteLength = 0;

  get byteLength(): number {
    return this.#byteLength;
  }

  /** The pieces, in their order. */
  get pieces(): readonly Buffer[] {
    return this.#pieces;
  }

  push(bytes: Buffer): void {
    this.#byteLength += bytes.byteLength;
    if (bytes.byteLength < SMALL_PIECE_BYTES) this.#pushSmall(bytes);
    else {
      this.#pieces.push(bytes);
      this.#room = NO_ROOM;
    }
  }

  /** All of it in one piece. */
  join(): Buffer {
    const [only] = this.#pieces;
    return only !== undefined && this.#pieces.length === 1 ? only : Buffer.concat(this.#pieces);
  }

  /** Lets go of pieces that keep much more memory alive than they have themselves; to be called when all is there. */
  compact(): void {
    this.#pieces.forEach((piece, index) => {
      if (piece.buffer.byteLength > 2 * piece.byteLength) this.#pieces[index] = Buffer.from(piece);
    });
  }

  #pushSmall(bytes: Buffer): void {
    const last = this.#pieces.at(-1);
    const fits = last !== undefined && bytes.byteLength <= this.#room.byteLength;
    if (!fits) {
      const shared = Buffer.allocUnsafeSlow(SHARED_BYTES);
      bytes.copy(shared);
      this.#pieces.push(shared.subarray(0, bytes.byteLength));
      this.#room = shared.subarray(bytes.byteLength);
      return;
    }
    bytes.copy(this.#room);
    const end = last.byteOffset + last.byteLength + bytes.byteLength;
    this.#pieces[this.#pieces.length - 1] = Buffer.from(last.buffer, last.byteOffset, end - last.byteOffset);
    this.#room = this.#room.subarray(bytes.byteLength);
  }
}

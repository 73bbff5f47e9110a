import type { ByteCursor } from './byte-cursor.ts';
import type { ByteSink } from './byte-sink.ts';
import type { JavaAnnotation } from './model.ts';
import { BLOCK_BYTES, TC_BLOCKDATA, TC_BLOCKDATALONG } from './protocol.ts';
import { malformed } from './stream-errors.ts';

// blockdata:      TC_BLOCKDATA (unsigned byte)size (byte)[size]
// blockdatalong:  TC_BLOCKDATALONG (int)size (byte)[size]

/** Reads the piece of primitive data that begins here, if one does; a view, no copy. */
export function readBlockPiece(cursor: ByteCursor): Uint8Array | undefined {
  const start = cursor.offset;
  const typeCode = cursor.uint8();
  if (typeCode === TC_BLOCKDATA) return cursor.bytes(cursor.uint8());
  if (typeCode !== TC_BLOCKDATALONG) {
    cursor.offset = start;
    return undefined;
  }
  const length = cursor.int32();
  if (length < 0) {
    throw malformed(start, `a block of ${length} bytes`);
  }
  return cursor.bytes(length);
}

/** Writes primitive data in the pieces in which `ObjectOutputStream` writes it. */
export function writeBlock(sink: ByteSink, bytes: Uint8Array): void {
  for (let start = 0; start < bytes.length; start += BLOCK_BYTES) {
    const piece = bytes.subarray(start, start + BLOCK_BYTES);
    if (piece.length <= 0xff) {
      sink.uint8(TC_BLOCKDATA);
      sink.uint8(piece.length);
    } else {
      sink.uint8(TC_BLOCKDATALONG);
      sink.int32(piece.length);
    }
    sink.append(piece);
  }
}

/** Joins pieces that follow each other into one block: where Java cuts them depends on its buffer alone. */
export class BlockJoiner {
  readonly #contents: JavaAnnotation[];
  #pieces: Uint8Array[] = [];

  constructor(contents: JavaAnnotation[]) {
    this.#contents = contents;
  }

  add(piece: Uint8Array): void {
    if (piece.length > 0) this.#pieces.push(piece);
  }

  /** Something other than primitive data follows. */
  end(): void {
    const [only] = this.#pieces;
    if (only === undefined) return;
    const bytes = this.#pieces.length === 1 ? only : concatenate(this.#pieces);
    this.#contents.push({ kind: 'block', bytes });
    this.#pieces = [];
  }
}

function concatenate(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    joined.set(piece, offset);
    offset += piece.length;
  }
  return joined;
}

import type { FileChunk } from './log-source.ts';
import { decodeWholeCharacters } from './whole-characters.ts';

/** At most this much is asked for at once; a real agent gives 64 KiB and no more. */
export const READ_BYTES = 50_000;

/** So much of a log's end is shown at first. */
export const FIRST_BYTES = 2 * READ_BYTES;

/** So much text is kept; beyond it the oldest goes, the file on the agent has it all. */
export const KEPT_CHARACTERS = 2_000_000;

const MOST_PIECES = 400;
const NEWEST_PIECES = 100;

/** A piece of a log's text and where in the file it begins. */
export interface LogPiece {
  readonly offset: number;
  readonly text: string;
}

/**
 * What is known of a log that is being followed.
 * A value, not a process: `nextRead` says what to ask for, `withSize` and `withChunk` take the answers.
 */
export interface LogTail {
  /** The file's size when last asked; undefined before the first answer. */
  readonly sizeBytes: number | undefined;
  /** Where the next byte to be read is. */
  readonly offset: number;
  readonly pieces: readonly LogPiece[];
  /** The beginning of a character whose end has not been written yet. */
  readonly unfinished: Uint8Array;
  /** The file holds NUL bytes, so it is no text and is not shown. */
  readonly binary: boolean;
  /** How often the file began anew under us; shown, so that nobody wonders where the text went. */
  readonly restarts: number;
}

/** A log of which nothing is known yet. */
export const NEW_TAIL: LogTail = {
  sizeBytes: undefined,
  offset: 0,
  pieces: [],
  unfinished: new Uint8Array(0),
  binary: false,
  restarts: 0,
};

/** Takes the file's present size. A file that has shrunk was written anew: it is read from its beginning. */
export function withSize(tail: LogTail, sizeBytes: number): LogTail {
  if (tail.sizeBytes === undefined) {
    return { ...tail, sizeBytes, offset: Math.max(0, sizeBytes - FIRST_BYTES) };
  }
  if (sizeBytes < tail.offset) return { ...NEW_TAIL, sizeBytes, restarts: tail.restarts + 1 };
  return { ...tail, sizeBytes };
}

/** What to read next, or undefined when all that is there has been read. */
export function nextRead(tail: LogTail): { readonly offset: number; readonly length: number } | undefined {
  const left = (tail.sizeBytes ?? 0) - tail.offset;
  return left > 0 ? { offset: tail.offset, length: Math.min(READ_BYTES, left) } : undefined;
}

/** What to read to see more of what lies before the text shown, or undefined when it is shown from its beginning. */
export function earlierRead(tail: LogTail): { readonly offset: number; readonly length: number } | undefined {
  const end = bytesBefore(tail);
  const offset = Math.max(0, end - READ_BYTES);
  return end > 0 ? { offset, length: end - offset } : undefined;
}

/** Takes a piece of the file that `nextRead` asked for; one for another place comes too late and changes nothing. */
export function withChunk(tail: LogTail, chunk: FileChunk): LogTail {
  const asked = nextRead(tail);
  if (!asked || chunk.offset !== asked.offset) return tail;
  // Never more than was asked for: marks that a server put in place of half a character are no bytes of the file.
  const bytes = chunk.bytes.subarray(0, asked.length);
  // Nothing where there should be something: the file shrank in between, the next size will tell.
  if (bytes.length === 0) return { ...tail, sizeBytes: tail.offset };
  const offset = chunk.offset + bytes.length;
  if (tail.binary || bytes.includes(0)) return { ...tail, offset, binary: true };
  const isFirst = tail.pieces.length === 0 && tail.unfinished.length === 0;
  const skipped = isFirst && chunk.offset > 0 ? wholeLineStart(bytes) : 0;
  const { text, rest } = decodeWholeCharacters(concatenate(tail.unfinished, bytes.subarray(skipped)));
  const piece = { offset: chunk.offset + skipped - tail.unfinished.length, text: plainText(text) };
  return {
    ...tail,
    offset,
    unfinished: rest,
    pieces: text === '' ? tail.pieces : trimmed(joined([...tail.pieces, piece])),
  };
}

/** Takes a piece of the file that `earlierRead` asked for. */
export function withEarlierChunk(tail: LogTail, chunk: FileChunk): LogTail {
  const asked = earlierRead(tail);
  if (!asked || chunk.offset !== asked.offset || chunk.bytes.length < asked.length) return tail;
  const bytes = chunk.bytes.subarray(0, asked.length);
  if (bytes.includes(0)) return { ...tail, binary: true };
  const skipped = chunk.offset > 0 ? wholeLineStart(bytes) : 0;
  const piece = {
    offset: chunk.offset + skipped,
    text: plainText(new TextDecoder().decode(bytes.subarray(skipped))),
  };
  return { ...tail, pieces: [piece, ...tail.pieces] };
}

/** Where in the file the text that is shown begins. */
export function bytesBefore(tail: LogTail): number {
  return tail.pieces[0]?.offset ?? tail.offset;
}

/** Terminal colours mean nothing in a page, and a carriage return would hide what came before it. */
export function plainText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  return text.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '').replace(/\r\n?/g, '\n');
}

/**
 * Where the first whole line begins in bytes that start somewhere in a file.
 * Without a line end in them, or with nothing after it, it is where the first whole character begins.
 */
function wholeLineStart(bytes: Uint8Array): number {
  const lineEnd = bytes.indexOf(0x0a);
  if (lineEnd >= 0 && lineEnd < bytes.length - 1) return lineEnd + 1;
  let start = 0;
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return start;
}

/**
 * Puts the oldest pieces together once there are many: a slow log adds a few bytes each second, for days.
 * The newest stay as they are, so that text which a reader has selected there keeps its selection.
 */
function joined(pieces: readonly LogPiece[]): readonly LogPiece[] {
  if (pieces.length <= MOST_PIECES) return pieces;
  const result: LogPiece[] = [];
  for (const piece of pieces.slice(0, -NEWEST_PIECES)) {
    const last = result.at(-1);
    if (last && last.text.length + piece.text.length <= READ_BYTES) {
      result[result.length - 1] = { offset: last.offset, text: last.text + piece.text };
    } else {
      result.push(piece);
    }
  }
  return [...result, ...pieces.slice(-NEWEST_PIECES)];
}

function trimmed(pieces: readonly LogPiece[]): readonly LogPiece[] {
  let kept = pieces.reduce((sum, piece) => sum + piece.text.length, 0);
  let first = 0;
  while (first < pieces.length - 1 && kept > KEPT_CHARACTERS) {
    kept -= pieces[first]?.text.length ?? 0;
    first += 1;
  }
  return first === 0 ? pieces : pieces.slice(first);
}

function concatenate(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length === 0) return right;
  const both = new Uint8Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}

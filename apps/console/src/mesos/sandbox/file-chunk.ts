import { asObject, numberOf } from '../../shared/json.ts';

/** A piece of a file, as `/files/read` gives it. */
export interface FileChunk {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * Reads the body of a `/files/read` answer without losing a byte.
 *
 * Mesos puts a file's bytes into the JSON text as they are, so a piece that ends within a character is not valid
 * UTF-8, and decoding it first would put replacement marks where bytes were. Hence the body is parsed as if each
 * byte were a character, and the characters are turned back into bytes afterwards.
 */
export function parseFileChunk(body: Uint8Array): FileChunk {
  const answer = asObject(JSON.parse(bytesToBinaryText(body)));
  const data = Object.hasOwn(answer, 'data') ? answer.data : '';
  return {
    offset: numberOf(answer, 'offset'),
    bytes: binaryTextToBytes(typeof data === 'string' ? data : ''),
  };
}

/** How many characters `String.fromCharCode` is given at a time; engines limit the number of arguments. */
const SLICE_BYTES = 8192;

function bytesToBinaryText(bytes: Uint8Array): string {
  const slices: string[] = [];
  for (let begin = 0; begin < bytes.length; begin += SLICE_BYTES) {
    slices.push(String.fromCharCode(...bytes.subarray(begin, begin + SLICE_BYTES)));
  }
  return slices.join('');
}

/** Escapes such as `\u20ac` yield characters above a byte; those are written out as UTF-8. */
function binaryTextToBytes(text: string): Uint8Array {
  if (!/[\u0100-\uffff]/.test(text)) return Uint8Array.from(text, (character) => character.charCodeAt(0));
  const encoder = new TextEncoder();
  const parts = Array.from(text, (character) =>
    (character.codePointAt(0) ?? 0) > 0xff ? encoder.encode(character) : [character.charCodeAt(0)],
  );
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** Text that could be decoded, and the bytes of a character whose end is not there yet. */
export interface DecodedText {
  readonly text: string;
  readonly rest: Uint8Array;
}

/** Decodes UTF-8 up to the last whole character; what is no UTF-8 at all becomes replacement marks. */
export function decodeWholeCharacters(bytes: Uint8Array): DecodedText {
  const end = bytes.length - unfinishedTail(bytes);
  return { text: new TextDecoder().decode(bytes.subarray(0, end)), rest: bytes.slice(end) };
}

/** How many bytes at the end belong to a character that goes on after them. */
function unfinishedTail(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return characterLength(byte) > back ? back : 0;
  }
  return 0;
}

function characterLength(firstByte: number): number {
  if (firstByte >= 0xf0) return 4;
  return firstByte >= 0xe0 ? 3 : 2;
}

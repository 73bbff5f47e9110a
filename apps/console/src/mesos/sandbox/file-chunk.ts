import { asObject, numberOf } from '../../shared/json.ts';
import type { FileChunk } from '../../shared/log/log-source.ts';

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

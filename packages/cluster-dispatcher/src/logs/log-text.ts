/** A part of a log as text, and where the next part begins. */
export interface LogText {
  readonly data: string;
  readonly offset: number;
  readonly nextOffset: number;
}

/** A character of UTF-8 has no more bytes. */
const LONGEST_CHARACTER_BYTES = 4;

/**
 * Bytes of a log as UTF-8, up to its last whole character: the next part begins with the one whose end is not there. Where it
 * is not asked to begin at a certain byte, it begins with a whole one as well. What is no UTF-8 at all becomes marks.
 */
export function logText(
  bytes: Uint8Array,
  {
    offset,
    isExact,
    length,
  }: { readonly offset: number; readonly isExact: boolean; readonly length: number },
): LogText {
  const begin = isExact ? 0 : continuationBytes(bytes);
  const end = bytes.length - unfinishedBytes(bytes);
  // Who asks for less than a character would never get any further.
  const stop = end <= begin && length < LONGEST_CHARACTER_BYTES ? bytes.length : Math.max(begin, end);
  const data = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(begin, stop));
  return { data, offset: offset + begin, nextOffset: offset + stop };
}

/** How many bytes at the beginning belong to a character that begins before them. */
function continuationBytes(bytes: Uint8Array): number {
  let count = 0;
  while (count < LONGEST_CHARACTER_BYTES - 1 && isContinuation(bytes[count])) count += 1;
  return isContinuation(bytes[count]) ? 0 : count;
}

/** How many bytes at the end belong to a character that goes on after them. */
function unfinishedBytes(bytes: Uint8Array): number {
  for (let back = 1; back < LONGEST_CHARACTER_BYTES && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back];
    if (!isContinuation(byte)) return characterLength(byte ?? 0) > back ? back : 0;
  }
  return 0;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function characterLength(firstByte: number): number {
  if (firstByte >= 0xf5) return 1;
  if (firstByte >= 0xf0) return 4;
  if (firstByte >= 0xe0) return 3;
  return firstByte >= 0xc2 ? 2 : 1;
}

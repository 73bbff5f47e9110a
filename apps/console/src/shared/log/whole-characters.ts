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

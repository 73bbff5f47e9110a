import { JavaSerializationError, type JavaSerializationErrorCode } from './errors.ts';

// Java's own flavour (`DataInput`): U+0000 is C0 80, and characters above U+FFFF are two surrogates of
// three bytes each. So every JavaScript string, lone surrogates too, has an encoding and comes back the same.

/** Longest run that is put together unit by unit; beyond it the call into native code pays. */
const SHORT_TEXT = 16;

/** Decodes `bytes[start, end)`; the caller has checked that the range is there. */
export function decodeModifiedUtf8(
  bytes: Buffer,
  start: number,
  end: number,
  malformed: JavaSerializationErrorCode = 'JAVA_MALFORMED',
): string {
  let offset = start;
  while (offset < end && (bytes[offset] as number) < 0x80) offset += 1;
  if (offset < end) return decodeWide(bytes, start, end, malformed);
  if (end - start > SHORT_TEXT) return bytes.toString('latin1', start, end);
  let text = '';
  for (offset = start; offset < end; offset += 1) text += String.fromCharCode(bytes[offset] as number);
  return text;
}

function decodeWide(
  bytes: Uint8Array,
  start: number,
  end: number,
  malformed: JavaSerializationErrorCode,
): string {
  const units: string[] = [];
  let chunk: number[] = [];
  let offset = start;
  const continuation = (): number => {
    const byte = offset < end ? (bytes[offset] as number) : 0;
    if ((byte & 0xc0) !== 0x80) {
      throw new JavaSerializationError(malformed, `byte ${offset} breaks a character of modified UTF-8`);
    }
    offset += 1;
    return byte & 0x3f;
  };
  while (offset < end) {
    const first = bytes[offset] as number;
    offset += 1;
    if (first < 0x80) chunk.push(first);
    else if ((first & 0xe0) === 0xc0) chunk.push(((first & 0x1f) << 6) | continuation());
    else if ((first & 0xf0) === 0xe0)
      chunk.push(((first & 0x0f) << 12) | (continuation() << 6) | continuation());
    else {
      throw new JavaSerializationError(malformed, `byte ${offset - 1} begins no character of modified UTF-8`);
    }
    if (chunk.length === 4096) {
      units.push(String.fromCharCode(...chunk));
      chunk = [];
    }
  }
  units.push(String.fromCharCode(...chunk));
  return units.join('');
}

/** How many bytes {@link writeModifiedUtf8} will need. */
export function modifiedUtf8Length(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit >= 0x800) length += 2;
    else if (unit >= 0x80 || unit === 0) length += 1;
  }
  return length;
}

/** Writes the text at `offset`; `byteLength` is what {@link modifiedUtf8Length} said and must be free there. */
export function writeModifiedUtf8(text: string, bytes: Buffer, offset: number, byteLength: number): void {
  if (byteLength === text.length) {
    if (byteLength > SHORT_TEXT) {
      bytes.write(text, offset, 'latin1');
      return;
    }
    for (let index = 0; index < byteLength; index += 1) bytes[offset + index] = text.charCodeAt(index);
    return;
  }
  let at = offset;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit !== 0 && unit < 0x80) {
      bytes[at++] = unit;
    } else if (unit < 0x800) {
      bytes[at++] = 0xc0 | (unit >> 6);
      bytes[at++] = 0x80 | (unit & 0x3f);
    } else {
      bytes[at++] = 0xe0 | (unit >> 12);
      bytes[at++] = 0x80 | ((unit >> 6) & 0x3f);
      bytes[at++] = 0x80 | (unit & 0x3f);
    }
  }
}

/** The bytes of a text, without a length before them. */
export function encodeModifiedUtf8(text: string): Uint8Array {
  const length = modifiedUtf8Length(text);
  const bytes = Buffer.allocUnsafeSlow(length);
  writeModifiedUtf8(text, bytes, 0, length);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, length);
}

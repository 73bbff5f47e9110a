import type { ByteCursor } from './byte-cursor.ts';
import type { HandleTable } from './handle-table.ts';
import { TC_LONGSTRING, TC_REFERENCE, TC_STRING } from './protocol.ts';
import { exceeded, malformed } from './stream-errors.ts';
import { StringCopy } from './string-copies.ts';

// newString:  TC_STRING newHandle (utf) | TC_LONGSTRING newHandle (long-utf)

/** Reads the strings of one stream. */
export class StringReader {
  readonly #cursor: ByteCursor;
  readonly #handles: HandleTable;
  readonly #maxBytes: number;
  /** The strings read so far, when those that come a second time are to be told apart. */
  readonly #seen: Set<string> | undefined;

  constructor(cursor: ByteCursor, handles: HandleTable, maxBytes: number, keepIdentity: boolean) {
    this.#cursor = cursor;
    this.#handles = handles;
    this.#maxBytes = maxBytes;
    this.#seen = keepIdentity ? new Set() : undefined;
  }

  /** After TC_STRING. */
  readShort(): string | StringCopy {
    const start = this.#cursor.offset;
    return this.#read(start, this.#cursor.uint16());
  }

  /** After TC_LONGSTRING. */
  readLong(): string | StringCopy {
    const start = this.#cursor.offset;
    const byteLength = this.#cursor.int64();
    // A length with its highest bit set is not so much negative as far too long.
    return this.#read(start, Number(BigInt.asUintN(64, byteLength)));
  }

  /** A string that nothing but a string may stand for: the type of a field, the name of an enum's constant. */
  readName(): string | StringCopy {
    const start = this.#cursor.offset;
    const typeCode = this.#cursor.uint8();
    if (typeCode === TC_STRING) return this.readShort();
    if (typeCode === TC_LONGSTRING) return this.readLong();
    if (typeCode === TC_REFERENCE) {
      const known = this.#handles.at(this.#cursor.uint32(), start);
      if (typeof known === 'string' || known instanceof StringCopy) return known;
    }
    throw malformed(start, 'a string was expected');
  }

  /** After a reset, when the sender has forgotten them, too. */
  forget(): void {
    this.#seen?.clear();
  }

  #read(start: number, byteLength: number): string | StringCopy {
    if (byteLength > this.#maxBytes) {
      throw exceeded(start, `a string of ${byteLength} bytes; ${this.#maxBytes} at most`);
    }
    const text = this.#cursor.text(byteLength);
    const value = this.#seen?.has(text) === true ? new StringCopy(text) : text;
    this.#seen?.add(text);
    this.#handles.add(value);
    return value;
  }
}

import type { ByteCursor } from './byte-cursor.ts';
import { JavaSerializationError } from './errors.ts';

// JVM specification, 4.4. Only names, classes and whole numbers are of interest; all else is stepped over.

const TAG_UTF8 = 1;
const TAG_INTEGER = 3;
const TAG_LONG = 5;
const TAG_DOUBLE = 6;
const TAG_CLASS = 7;

/** What follows the tag of the entries that are stepped over. */
const OTHER_ENTRY_BYTES: ReadonlyMap<number, number> = new Map([
  [4, 4], // Float
  [TAG_DOUBLE, 8],
  [8, 2], // String
  [9, 4], // Fieldref
  [10, 4], // Methodref
  [11, 4], // InterfaceMethodref
  [12, 4], // NameAndType
  [15, 3], // MethodHandle
  [16, 2], // MethodType
  [17, 4], // Dynamic
  [18, 4], // InvokeDynamic
  [19, 2], // Module
  [20, 2], // Package
]);

/** The constants of one class file. Text is decoded when it is asked for: most of it never is. */
export class ConstantPool {
  readonly #cursor: ByteCursor;
  readonly #tags: number[] = [0];
  /** Where the entry's contents begin. */
  readonly #offsets: number[] = [0];

  /** Reads the pool that begins at the cursor, and leaves the cursor behind it. */
  constructor(cursor: ByteCursor) {
    this.#cursor = cursor;
    const count = cursor.uint16();
    while (this.#tags.length < count) {
      const tag = cursor.uint8();
      this.#tags.push(tag);
      this.#offsets.push(cursor.offset);
      this.#stepOver(tag);
      if (tag === TAG_LONG || tag === TAG_DOUBLE) {
        // An eight-byte constant takes two numbers; the specification calls it "a poor choice".
        this.#tags.push(0);
        this.#offsets.push(0);
      }
    }
  }

  #stepOver(tag: number): void {
    if (tag === TAG_UTF8) this.#cursor.take(this.#cursor.uint16());
    else if (tag === TAG_CLASS) this.#cursor.take(2);
    else if (tag === TAG_INTEGER) this.#cursor.take(4);
    else if (tag === TAG_LONG) this.#cursor.take(8);
    else {
      const byteLength = OTHER_ENTRY_BYTES.get(tag);
      if (byteLength === undefined)
        throw malformed(`constant ${this.#tags.length - 1} has the unknown tag ${tag}`);
      this.#cursor.take(byteLength);
    }
  }

  text(index: number): string {
    return this.#at(index, TAG_UTF8, (cursor) => cursor.utf());
  }

  /** The name of a class with dots; null for index 0, which stands for "none". */
  className(index: number): string | null {
    if (index === 0) return null;
    return this.text(this.#at(index, TAG_CLASS, (cursor) => cursor.uint16())).replaceAll('/', '.');
  }

  /** A whole number, or undefined for constants of other kinds. */
  wholeNumber(index: number): bigint | undefined {
    if (this.#tags[index] === TAG_LONG) return this.#at(index, TAG_LONG, (cursor) => cursor.int64());
    if (this.#tags[index] === TAG_INTEGER) {
      return this.#at(index, TAG_INTEGER, (cursor) => BigInt(cursor.int32()));
    }
    return undefined;
  }

  #at<T>(index: number, tag: number, read: (cursor: ByteCursor) => T): T {
    if (this.#tags[index] !== tag) throw malformed(`constant ${index} is not of the kind ${tag}`);
    const back = this.#cursor.offset;
    this.#cursor.offset = this.#offsets[index] as number;
    const value = read(this.#cursor);
    this.#cursor.offset = back;
    return value;
  }
}

function malformed(what: string): JavaSerializationError {
  return new JavaSerializationError('JAVA_CLASS_FILE_MALFORMED', what);
}

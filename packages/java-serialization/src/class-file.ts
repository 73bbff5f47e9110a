import { ByteCursor } from './byte-cursor.ts';
import { ConstantPool } from './constant-pool.ts';
import { JavaSerializationError } from './errors.ts';

// JVM specification, chapter 4. Read: names, modifiers, members, InnerClasses, ConstantValue. Code is not.

/** Modifier bits of classes, fields and methods, as in `java.lang.reflect.Modifier`. */
export const MODIFIERS = {
  PUBLIC: 0x0001,
  PRIVATE: 0x0002,
  PROTECTED: 0x0004,
  STATIC: 0x0008,
  FINAL: 0x0010,
  SYNCHRONIZED: 0x0020,
  VOLATILE: 0x0040,
  TRANSIENT: 0x0080,
  NATIVE: 0x0100,
  INTERFACE: 0x0200,
  ABSTRACT: 0x0400,
  STRICT: 0x0800,
} as const;

/** A field or a method. */
export interface ClassMember {
  readonly name: string;
  /** `I`, `Ljava/lang/String;`, `(I)V` */
  readonly descriptor: string;
  readonly modifiers: number;
  /** Of a field whose ConstantValue is a whole number. */
  readonly constantValue?: bigint;
}

/** The outside of a class. */
export interface ClassFile {
  readonly name: string;
  /** Of the format: 52 is Java 8, 61 is Java 17; a Java reads its own and all lower ones. */
  readonly majorVersion: number;
  /** Null for java.lang.Object alone. */
  readonly superName: string | null;
  readonly interfaces: readonly string[];
  /** As `Class.getModifiers` answers: for a nested class those in its InnerClasses entry. */
  readonly modifiers: number;
  readonly fields: readonly ClassMember[];
  /** Constructors as `<init>` and the static initializer as `<clinit>` among them. */
  readonly methods: readonly ClassMember[];
}

const CLASS_MAGIC = 0xcafebabe;
const CODES = { truncated: 'JAVA_CLASS_FILE_MALFORMED', malformed: 'JAVA_CLASS_FILE_MALFORMED' } as const;
/** ACC_SUPER means nothing since Java 1.0.2, and `getModifiers` leaves it out. */
const ACC_SUPER = 0x0020;

/** Reads a class file; throws JAVA_CLASS_FILE_MALFORMED for anything else. */
export function parseClassFile(bytes: Uint8Array): ClassFile {
  const cursor = new ByteCursor(bytes, CODES);
  if (cursor.uint32() !== CLASS_MAGIC) {
    throw new JavaSerializationError('JAVA_CLASS_FILE_MALFORMED', 'a class file begins with cafebabe');
  }
  cursor.take(2); // The minor version.
  const majorVersion = cursor.uint16(); // Nothing that is read here has ever changed.
  const pool = new ConstantPool(cursor);
  const accessFlags = cursor.uint16();
  const name = pool.className(cursor.uint16());
  if (name === null) throw new JavaSerializationError('JAVA_CLASS_FILE_MALFORMED', 'a class without a name');
  const superName = pool.className(cursor.uint16());
  const interfaces: string[] = [];
  for (let left = cursor.uint16(); left > 0; left -= 1) {
    interfaces.push(pool.className(cursor.uint16()) ?? '');
  }
  const fields = readMembers(cursor, pool);
  const methods = readMembers(cursor, pool);
  const modifiers = (readInnerModifiers(cursor, pool, name) ?? accessFlags) & ~ACC_SUPER;
  return { name, majorVersion, superName, interfaces, modifiers, fields, methods };
}

function readMembers(cursor: ByteCursor, pool: ConstantPool): ClassMember[] {
  const members: ClassMember[] = [];
  for (let left = cursor.uint16(); left > 0; left -= 1) {
    const modifiers = cursor.uint16();
    const name = pool.text(cursor.uint16());
    const descriptor = pool.text(cursor.uint16());
    let constantValue: bigint | undefined;
    forEachAttribute(cursor, pool, (attribute) => {
      if (attribute === 'ConstantValue') constantValue = pool.wholeNumber(cursor.uint16());
    });
    members.push({
      name,
      descriptor,
      modifiers,
      ...(constantValue === undefined ? {} : { constantValue }),
    });
  }
  return members;
}

/** The modifiers that the source gave a nested class; the class's own flags know no private and no protected. */
function readInnerModifiers(cursor: ByteCursor, pool: ConstantPool, name: string): number | undefined {
  let modifiers: number | undefined;
  forEachAttribute(cursor, pool, (attribute) => {
    if (attribute !== 'InnerClasses') return;
    for (let left = cursor.uint16(); left > 0; left -= 1) {
      const inner = pool.className(cursor.uint16());
      cursor.take(4);
      const flags = cursor.uint16();
      if (inner === name) modifiers ??= flags;
    }
  });
  return modifiers;
}

function forEachAttribute(cursor: ByteCursor, pool: ConstantPool, visit: (name: string) => void): void {
  for (let left = cursor.uint16(); left > 0; left -= 1) {
    const name = pool.text(cursor.uint16());
    const byteLength = cursor.uint32();
    const start = cursor.take(byteLength);
    cursor.offset = start;
    visit(name);
    if (cursor.offset > start + byteLength) {
      throw new JavaSerializationError('JAVA_CLASS_FILE_MALFORMED', `the attribute ${name} is too short`);
    }
    cursor.offset = start + byteLength;
  }
}

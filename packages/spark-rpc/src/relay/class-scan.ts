import { type HeadCursor, UnknownShape } from './head-cursor.ts';

/** Tags of Java's object streams; see "Object Serialization Stream Protocol", section 6.4. */
export const STREAM_TAG = {
  NULL: 0x70,
  REFERENCE: 0x71,
  CLASS_DESCRIPTOR: 0x72,
  OBJECT: 0x73,
  STRING: 0x74,
  BLOCK_DATA: 0x77,
  END_BLOCK_DATA: 0x78,
  BLOCK_DATA_LONG: 0x7a,
} as const;

/** The bytes with which every stream begins: magic and version. */
export const STREAM_HEADER = Buffer.from([0xac, 0xed, 0x00, 0x05]);

const PRIMITIVE_BYTES: Readonly<Record<string, number>> = { B: 1, C: 2, D: 8, F: 4, I: 4, J: 8, S: 2, Z: 1 };
const SERIALIZABLE = 0x02;

/** What a class descriptor says of where values lie. */
export interface ScannedClass {
  readonly name: string;
  /** Of its primitive fields, from the first on, as they lie. */
  readonly offsets: ReadonlyMap<string, number>;
  readonly primitiveBytes: number;
  /** The names of the others, in their order. */
  readonly objectFields: readonly string[];
}

/**
 * Steps over the descriptor of a class, and notes where its fields lie.
 *
 *     classDesc  => 0x72 name:utf serialVersionUID:int64 flags:int8 count:int16 [field] 0x78 0x70
 *     field      => typeCode:int8 name:utf [className, where typeCode is L or \[]
 *     className  => 0x74 utf | 0x71 handle:int32
 *
 * Only classes without annotations and without a serializable superclass; those of the messages here have neither.
 */
export function scanClass(cursor: HeadCursor): ScannedClass {
  cursor.expect(STREAM_TAG.CLASS_DESCRIPTOR);
  const name = cursor.readUtf();
  cursor.skip(8);
  if ((cursor.readUInt8() & SERIALIZABLE) === 0) throw new UnknownShape(`${name} writes itself`);
  const offsets = new Map<string, number>();
  const objectFields: string[] = [];
  let primitiveBytes = 0;
  for (let count = cursor.readUInt16(); count > 0; count -= 1) {
    const typeCode = String.fromCharCode(cursor.readUInt8());
    const field = cursor.readUtf();
    const width = PRIMITIVE_BYTES[typeCode];
    if (width === undefined) {
      skipClassName(cursor);
      objectFields.push(field);
    } else {
      offsets.set(field, primitiveBytes);
      primitiveBytes += width;
    }
  }
  cursor.expect(STREAM_TAG.END_BLOCK_DATA);
  cursor.expect(STREAM_TAG.NULL);
  return { name, offsets, primitiveBytes, objectFields };
}

function skipClassName(cursor: HeadCursor): void {
  if (cursor.has(STREAM_TAG.REFERENCE)) {
    cursor.skip(4);
    return;
  }
  cursor.expect(STREAM_TAG.STRING);
  cursor.skipUtf();
}

import type { ByteCursor } from './byte-cursor.ts';
import type { ByteSink } from './byte-sink.ts';
import { JavaSerializationError } from './errors.ts';
import type { JavaArrayElements, JavaTypeCode, JavaValue } from './model.ts';

/** The type codes whose values stand in the stream as bare bytes. */
export type PrimitiveTypeCode = Exclude<JavaTypeCode, 'L' | '['>;

const PRIMITIVE_BYTES: Readonly<Record<PrimitiveTypeCode, number>> = {
  B: 1,
  C: 2,
  D: 8,
  F: 4,
  I: 4,
  J: 8,
  S: 2,
  Z: 1,
};

const INTEGER_RANGES = {
  B: [-0x80, 0x7f],
  S: [-0x8000, 0x7fff],
  I: [-0x80000000, 0x7fffffff],
} as const;

/** Whether fields and elements of this type are bare bytes. */
export function isPrimitive(typeCode: JavaTypeCode): typeCode is PrimitiveTypeCode {
  return typeCode !== 'L' && typeCode !== '[';
}

/** Reads one field. */
export function readPrimitive(
  cursor: ByteCursor,
  typeCode: PrimitiveTypeCode,
): number | bigint | boolean | string {
  switch (typeCode) {
    case 'B':
      return cursor.int8();
    case 'C':
      return String.fromCharCode(cursor.uint16());
    case 'D':
      return cursor.float64();
    case 'F':
      return cursor.float32();
    case 'I':
      return cursor.int32();
    case 'J':
      return cursor.int64();
    case 'S':
      return cursor.int16();
    case 'Z':
      return cursor.uint8() !== 0;
  }
}

/** Reads the elements of an array; their bytes are known to be there before anything is allocated. */
export function readPrimitiveElements(
  cursor: ByteCursor,
  typeCode: PrimitiveTypeCode,
  count: number,
): JavaArrayElements {
  cursor.take(count * PRIMITIVE_BYTES[typeCode]);
  cursor.offset -= count * PRIMITIVE_BYTES[typeCode];
  switch (typeCode) {
    case 'B':
      return cursor.bytes(count);
    case 'C':
      return new Uint16Array(count).map(() => cursor.uint16());
    case 'D':
      return new Float64Array(count).map(() => cursor.float64());
    case 'F':
      return new Float32Array(count).map(() => cursor.float32());
    case 'I':
      return new Int32Array(count).map(() => cursor.int32());
    case 'J':
      return new BigInt64Array(count).map(() => cursor.int64());
    case 'S':
      return new Int16Array(count).map(() => cursor.int16());
    case 'Z':
      return Array.from({ length: count }, () => cursor.uint8() !== 0);
  }
}

/** Writes one field; a value of another type or out of range is refused, and named by `where`. */
export function writePrimitive(
  sink: ByteSink,
  typeCode: PrimitiveTypeCode,
  value: JavaValue,
  where: () => string,
): void {
  switch (typeCode) {
    case 'B':
      sink.uint8(integer(typeCode, value, where));
      break;
    case 'S':
      sink.uint16(integer(typeCode, value, where));
      break;
    case 'I':
      sink.int32(integer(typeCode, value, where));
      break;
    case 'J':
      if (typeof value !== 'bigint' || BigInt.asIntN(64, value) !== value) throw mismatch(where, 'a long');
      sink.int64(value);
      break;
    case 'F':
      if (typeof value !== 'number') throw mismatch(where, 'a float');
      sink.float32(value);
      break;
    case 'D':
      if (typeof value !== 'number') throw mismatch(where, 'a double');
      sink.float64(value);
      break;
    case 'Z':
      if (typeof value !== 'boolean') throw mismatch(where, 'a boolean');
      sink.uint8(value ? 1 : 0);
      break;
    case 'C':
      if (typeof value !== 'string' || value.length !== 1) throw mismatch(where, 'a string of one unit');
      sink.uint16(value.charCodeAt(0));
      break;
  }
}

/** Writes the elements of an array of primitives. */
export function writePrimitiveElements(
  sink: ByteSink,
  typeCode: PrimitiveTypeCode,
  elements: JavaArrayElements,
): void {
  const fits = {
    B: () => elements instanceof Uint8Array,
    C: () => elements instanceof Uint16Array,
    D: () => elements instanceof Float64Array,
    F: () => elements instanceof Float32Array,
    I: () => elements instanceof Int32Array,
    J: () => elements instanceof BigInt64Array,
    S: () => elements instanceof Int16Array,
    Z: () => Array.isArray(elements),
  }[typeCode]();
  const where = (): string => `an element of a [${typeCode} array`;
  if (!fits) throw mismatch(() => `the contents of a [${typeCode} array`, 'of the matching typed array');
  if (elements instanceof Uint8Array) {
    sink.append(elements);
    return;
  }
  for (const element of elements) {
    if (typeCode === 'C') sink.uint16(element as number);
    else writePrimitive(sink, typeCode, element, where);
  }
}

function integer(typeCode: keyof typeof INTEGER_RANGES, value: JavaValue, where: () => string): number {
  const [lowest, highest] = INTEGER_RANGES[typeCode];
  if (typeof value === 'number' && Number.isInteger(value) && value >= lowest && value <= highest)
    return value;
  throw mismatch(where, `a whole number between ${lowest} and ${highest}`);
}

function mismatch(where: () => string, wanted: string): JavaSerializationError {
  return new JavaSerializationError('JAVA_TYPE_MISMATCH', `${where()} must be ${wanted}`);
}

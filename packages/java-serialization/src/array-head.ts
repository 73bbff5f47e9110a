import type { ByteCursor } from './byte-cursor.ts';
import type { JavaClassDescriptor, JavaTypeCode } from './model.ts';
import { exceeded, malformed } from './stream-errors.ts';

const ARRAY_TYPE_CODES = 'BCDFIJSZL[';

/** What is in an array of this class. */
export function elementTypeOf({ name }: JavaClassDescriptor, start: number): JavaTypeCode {
  const typeCode = name.charAt(1) as JavaTypeCode;
  if (!name.startsWith('[') || !ARRAY_TYPE_CODES.includes(typeCode) || name === '[') {
    throw malformed(start, `an array of the class ${name}`);
  }
  return typeCode;
}

/** The length of an array, before anything is allocated for it. */
export function readArrayLength(cursor: ByteCursor, most: number, start: number): number {
  const length = cursor.int32();
  if (length < 0) throw malformed(start, `an array of ${length} elements`);
  if (length > most) throw exceeded(start, `an array of ${length} elements; ${most} at most`);
  return length;
}

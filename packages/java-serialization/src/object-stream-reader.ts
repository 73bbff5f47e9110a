import { JavaSerializationError } from './errors.ts';
import type { ObjectStreamLimits } from './limits.ts';
import type { JavaAnnotation, JavaValue } from './model.ts';

/** Reads a stream that holds exactly one value. */
export function readObjectStream(_bytes: Uint8Array, _limits?: Partial<ObjectStreamLimits>): JavaValue {
  throw new JavaSerializationError('JAVA_NOT_SUPPORTED', 'reading is not there yet');
}

/** Reads a stream of any number of values and blocks of primitive data. */
export function readObjectStreamContents(
  _bytes: Uint8Array,
  _limits?: Partial<ObjectStreamLimits>,
): JavaAnnotation[] {
  throw new JavaSerializationError('JAVA_NOT_SUPPORTED', 'reading is not there yet');
}

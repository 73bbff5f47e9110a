import { JavaSerializationError } from './errors.ts';
import type { JavaValue } from './model.ts';

/** Writes a stream that holds exactly one value. */
export function writeObjectStream(_value: JavaValue): Uint8Array {
  throw new JavaSerializationError('JAVA_NOT_SUPPORTED', 'writing is not there yet');
}

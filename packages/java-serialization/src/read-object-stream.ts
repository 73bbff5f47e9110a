import type { ReadObjectStreamOptions } from './limits.ts';
import type { JavaAnnotation, JavaValue } from './model.ts';
import { ObjectStreamReader } from './object-stream-reader.ts';
import { withinStack } from './stream-errors.ts';

/** Reads a stream that holds exactly one value, as an RPC message does. */
export function readObjectStream(bytes: Uint8Array, options: ReadObjectStreamOptions = {}): JavaValue {
  return withinStack(() => {
    const reader = new ObjectStreamReader(bytes, options);
    return reader.readOnlyValue();
  });
}

/** Reads a stream of any number of values and blocks of primitive data. */
export function readObjectStreamContents(
  bytes: Uint8Array,
  options: ReadObjectStreamOptions = {},
): readonly JavaAnnotation[] {
  return withinStack(() => new ObjectStreamReader(bytes, options).readAll());
}

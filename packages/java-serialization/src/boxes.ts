import { JavaSerializationError } from './errors.ts';
import { jdkClasses } from './jdk-classes.ts';
import { JavaObject, type JavaValue } from './model.ts';

const BOXES: ReadonlySet<string> = new Set([
  'java.lang.Boolean',
  'java.lang.Byte',
  'java.lang.Character',
  'java.lang.Double',
  'java.lang.Float',
  'java.lang.Integer',
  'java.lang.Long',
  'java.lang.Short',
]);

/** A `java.lang.Boolean`. */
export function boxBoolean(value: boolean): JavaObject {
  return box('java.lang.Boolean', value);
}

/** A `java.lang.Integer`. */
export function boxInteger(value: number): JavaObject {
  return box('java.lang.Integer', value);
}

/** A `java.lang.Long`. */
export function boxLong(value: bigint): JavaObject {
  return box('java.lang.Long', value);
}

/** A `java.lang.Double`. */
export function boxDouble(value: number): JavaObject {
  return box('java.lang.Double', value);
}

/** The primitive in a box such as `java.lang.Integer`; anything else is refused. */
export function unbox(value: JavaValue): boolean | number | bigint | string {
  if (value instanceof JavaObject && BOXES.has(value.className)) {
    const content = value.field('value');
    if (content !== null && typeof content !== 'object') return content;
  }
  throw new JavaSerializationError('JAVA_TYPE_MISMATCH', 'this is no boxed primitive');
}

function box(className: string, value: JavaValue): JavaObject {
  return JavaObject.of(jdkClasses.descriptor(className), { value });
}

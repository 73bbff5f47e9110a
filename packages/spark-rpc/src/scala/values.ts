import {
  JavaClassReference,
  type JavaField,
  JavaObject,
  type JavaTypeCode,
  type JavaValue,
} from '@spark-mesos/java-serialization';
import { SparkRpcError } from '../errors.ts';

/** How Scala 2.13 writes a singleton object: the class to take it from. */
export const MODULE_PROXY_CLASS = 'scala.runtime.ModuleSerializationProxy';

/** Says what a value is, for messages to people; never its contents, which may be secret. */
export function describeValue(value: JavaValue): string {
  if (value === null) return 'null';
  if (typeof value !== 'object') return `a ${typeof value}`;
  return 'descriptor' in value && value.kind !== 'descriptor' ? value.descriptor.name : value.kind;
}

/** The error for a value that has no business where it is. */
export function unexpectedValue(where: string, wanted: string, value: JavaValue): SparkRpcError {
  return new SparkRpcError(
    'SPARK_RPC_UNEXPECTED_VALUE',
    `${where}: ${wanted} expected, not ${describeValue(value)}`,
  );
}

/** The value as an object, optionally of a class with one of these names. */
export function objectOf(value: JavaValue, where: string): JavaObject {
  if (value instanceof JavaObject) return value;
  throw unexpectedValue(where, 'an object', value);
}

/** A field that every version of the class has. */
export function requiredField(object: JavaObject, name: string): JavaValue {
  const value = object.fields.get(name);
  if (value !== undefined) return value;
  throw new SparkRpcError('SPARK_RPC_UNEXPECTED_VALUE', `${object.className} has no field ${name}`);
}

/** Where a field is, for messages to people. */
export function placeOf(object: JavaObject, name: string): string {
  return `${object.className}.${name}`;
}

/** A field that holds text and is not null. */
export function textField(object: JavaObject, name: string): string {
  return textOf(requiredField(object, name), placeOf(object, name));
}

/** A field that holds a whole number: int, long or boxed. */
export function numberField(object: JavaObject, name: string): number {
  return numberOf(requiredField(object, name), placeOf(object, name));
}

/** A field that holds a boolean. */
export function booleanField(object: JavaObject, name: string): boolean {
  const value = unboxed(requiredField(object, name));
  if (typeof value === 'boolean') return value;
  throw unexpectedValue(placeOf(object, name), 'a boolean', value);
}

/** A field that holds an object. */
export function objectField(object: JavaObject, name: string): JavaObject {
  return objectOf(requiredField(object, name), placeOf(object, name));
}

/** Text that is not null. */
export function textOf(value: JavaValue, where: string): string {
  if (typeof value === 'string') return value;
  throw unexpectedValue(where, 'text', value);
}

/** A number that JavaScript holds exactly. */
export function numberOf(value: JavaValue, where: string): number {
  const plain = unboxed(value);
  const number = typeof plain === 'bigint' ? Number(plain) : plain;
  if (typeof number === 'number' && (typeof plain === 'number' || Number.isSafeInteger(number)))
    return number;
  throw unexpectedValue(where, 'a number', value);
}

const BOXES = new Set([
  'java.lang.Integer',
  'java.lang.Long',
  'java.lang.Short',
  'java.lang.Byte',
  'java.lang.Character',
  'java.lang.Double',
  'java.lang.Float',
  'java.lang.Boolean',
]);

/** What is in a box of `java.lang`; anything else as it is. */
export function unboxed(value: JavaValue): JavaValue {
  if (value instanceof JavaObject && BOXES.has(value.className)) return value.fields.get('value') ?? null;
  return value;
}

/** The class name of a Scala object such as `scala.None$`, in whichever way it was written; else undefined. */
export function moduleName(value: JavaValue): string | undefined {
  if (!(value instanceof JavaObject)) return undefined;
  if (value.className !== MODULE_PROXY_CLASS) {
    return value.className.endsWith('$') ? value.className : undefined;
  }
  const moduleClass = value.fields.get('moduleClass');
  return moduleClass instanceof JavaClassReference ? moduleClass.descriptor.name : undefined;
}

/** What a `scala.Option` holds; undefined for None, and for null, which careless Java callers pass. */
export function optionOf(value: JavaValue, where: string): JavaValue | undefined {
  if (value === null || moduleName(value) === 'scala.None$') return undefined;
  // The field is `x` in Scala 2.11 and `value` from 2.12 on.
  if (value instanceof JavaObject && value.className === 'scala.Some') {
    return value.fields.get('value') ?? value.fields.get('x') ?? null;
  }
  throw unexpectedValue(where, 'an Option', value);
}

/** A field that holds an `Option`. */
export function optionField(object: JavaObject, name: string): JavaValue | undefined {
  return optionOf(requiredField(object, name), placeOf(object, name));
}

/** Both halves of a pair, whatever primitive types Scala specialized it for. */
export function pairOf(value: JavaValue, where: string): readonly [JavaValue, JavaValue] {
  if (!(value instanceof JavaObject) || !/^scala\.Tuple2(\$mc..\$sp)?$/.test(value.className)) {
    throw unexpectedValue(where, 'a pair', value);
  }
  return [halfOf(value, '_1'), halfOf(value, '_2')];
}

/** A specialized pair has fields such as `_1$mcI$sp`, and null in the plain ones. */
function halfOf(pair: JavaObject, name: string): JavaValue {
  for (const [field, value] of pair.fields) {
    if (field.startsWith(`${name}$mc`)) return value;
  }
  return requiredField(pair, name);
}

/** The name of a value of a Scala `Enumeration`, as it was declared. */
export function enumerationName(value: JavaValue, where: string): string {
  if (value instanceof JavaObject) {
    const name = value.fields.get('name');
    if (typeof name === 'string') return name;
  }
  throw unexpectedValue(where, 'a named value of an Enumeration', value);
}

/** The number of a value of a Scala `Enumeration`; its field carries the class's name in Scala 2.11. */
export function enumerationId(value: JavaValue, where: string): number {
  if (value instanceof JavaObject) {
    const id = value.fields.get('i') ?? value.fields.get('scala$Enumeration$Val$$i');
    if (typeof id === 'number') return id;
  }
  throw unexpectedValue(where, 'a value of an Enumeration', value);
}

const DEFAULTS: Readonly<Record<JavaTypeCode, JavaValue>> = {
  B: 0,
  C: '\0',
  D: 0,
  F: 0,
  I: 0,
  J: 0n,
  L: null,
  S: 0,
  Z: false,
  '[': null,
};

/** What Java gives a field that nobody set. */
export function defaultValue({ typeCode }: JavaField): JavaValue {
  return DEFAULTS[typeCode];
}

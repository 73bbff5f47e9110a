import { JavaArray, JavaObject, type JavaValue } from '@spark-mesos/java-serialization';
import { SparkRpcError } from '../errors.ts';
import {
  describeValue,
  moduleName,
  numberField,
  placeOf,
  requiredField,
  textOf,
  unexpectedValue,
} from './values.ts';
import { vectorElements } from './vector.ts';

type Reader = (object: JavaObject, nesting: number) => readonly JavaValue[];

/** A stream can make a wrapper hold itself; no honest sequence is wrapped this often. */
const MAX_NESTING = 4;

/** Scala 2.13 writes nearly every collection in this shape: a factory, a size or -1, the elements, an end mark. */
export const DEFAULT_PROXY_CLASS = 'scala.collection.generic.DefaultSerializationProxy';

const END_MARKS = new Set([
  'scala.collection.immutable.ListSerializeEnd$',
  'scala.collection.generic.SerializeEnd$',
]);

const READERS = new Map<string, Reader>([
  // Scala 2.11 and 2.12
  ['scala.collection.immutable.List$SerializationProxy', annotatedValues],
  ['scala.collection.mutable.ArraySeq', (object) => arrayPrefix(object, 'array', 'length')],
  ['scala.collection.mutable.ResizableArray', (object) => arrayPrefix(object, 'array', 'size0')],
  ['scala.collection.mutable.ArrayBuffer', (object) => arrayPrefix(object, 'array', 'size0')],
  ['scala.collection.immutable.Vector', vectorElements],
  ['scala.collection.immutable.Queue', queueElements],
  // Scala 2.13
  [DEFAULT_PROXY_CLASS, annotatedValues],
  // Java's, which Scala's wrappers hold
  ['java.util.ArrayList', annotatedValues],
  ['java.util.LinkedList', annotatedValues],
  ['java.util.Arrays$ArrayList', (object) => arrayElements(object, 'a')],
  ['java.util.Collections$EmptyList', () => []],
  ['java.util.Collections$SingletonList', (object) => [requiredField(object, 'element')]],
]);

/** `ofRef`, `ofInt` and their like: an array in a field that is named after the Scala. */
const ARRAY_WRAPPER = /^scala\.collection\.(mutable\.WrappedArray|(im)?mutable\.ArraySeq)\$of[A-Z]\w*$/;
/** `asScala` of a Java list: `Wrappers` in 2.11 and 2.12, `JavaCollectionWrappers` in 2.13. */
const JAVA_WRAPPER =
  /^scala\.collection\.convert\.(JavaCollection)?Wrappers\$(JList|JCollection|JIterable)Wrapper$/;

/** The elements of any Scala sequence of 2.11, 2.12 or 2.13, in order. */
export function sequenceOf(value: JavaValue, where: string): readonly JavaValue[] {
  return elementsOf(value, where, 0);
}

function elementsOf(value: JavaValue, where: string, nesting: number): readonly JavaValue[] {
  if (nesting > MAX_NESTING) {
    throw new SparkRpcError('SPARK_RPC_LIMIT_EXCEEDED', `${where}: a sequence in ${nesting} others`);
  }
  if (value instanceof JavaArray) return [...value.elements];
  if (!(value instanceof JavaObject)) throw unexpectedValue(where, 'a sequence', value);
  if (moduleName(value) === 'scala.collection.immutable.Nil$') return [];
  const read = READERS.get(value.className);
  if (read !== undefined) return read(value, nesting);
  if (ARRAY_WRAPPER.test(value.className)) return wrappedArray(value);
  if (JAVA_WRAPPER.test(value.className))
    return elementsOf(requiredField(value, 'underlying'), where, nesting + 1);
  throw new SparkRpcError(
    'SPARK_RPC_UNKNOWN_COLLECTION',
    `${where}: ${describeValue(value)} is no known sequence`,
  );
}

/** The elements of a sequence of text. */
export function textsOf(value: JavaValue, where: string): readonly string[] {
  return sequenceOf(value, where).map((element) => textOf(element, where));
}

/** A field that holds a sequence of text. */
export function textsField(object: JavaObject, name: string): readonly string[] {
  return textsOf(requiredField(object, name), placeOf(object, name));
}

/** The objects that a class's own `writeObject` wrote, up to the end mark. */
export function annotatedValues(object: JavaObject): readonly JavaValue[] {
  const values: JavaValue[] = [];
  for (const annotation of object.annotations()) {
    if (annotation.kind !== 'value') continue;
    if (END_MARKS.has(moduleName(annotation.value) ?? '')) break;
    values.push(annotation.value);
  }
  return values;
}

function arrayElements(object: JavaObject, name: string): readonly JavaValue[] {
  const array = requiredField(object, name);
  if (array instanceof JavaArray) return [...array.elements];
  throw unexpectedValue(placeOf(object, name), 'an array', array);
}

/** A buffer's array is longer than what is in it. */
function arrayPrefix(object: JavaObject, arrayName: string, lengthName: string): readonly JavaValue[] {
  const elements = arrayElements(object, arrayName);
  const length = numberField(object, lengthName);
  if (length >= 0 && length <= elements.length) return elements.slice(0, length);
  throw new SparkRpcError(
    'SPARK_RPC_UNEXPECTED_VALUE',
    `${placeOf(object, lengthName)} is ${length}, the array has ${elements.length} elements`,
  );
}

function wrappedArray(object: JavaObject): readonly JavaValue[] {
  return arrayElements(object, object.fields.has('unsafeArray') ? 'unsafeArray' : 'array');
}

/** A queue of 2.12 keeps its back in a list of its own, last element first. */
function queueElements(object: JavaObject, nesting: number): readonly JavaValue[] {
  const [front, back] = ['out', 'in'].map((name) =>
    elementsOf(requiredField(object, name), placeOf(object, name), nesting + 1),
  );
  return [...(front ?? []), ...[...(back ?? [])].reverse()];
}

import { JavaObject, type JavaValue } from '@spark-mesos/java-serialization';
import { SparkRpcError } from '../errors.ts';
import { annotatedValues, DEFAULT_PROXY_CLASS } from './sequences.ts';
import {
  describeValue,
  moduleName,
  pairOf,
  placeOf,
  requiredField,
  textOf,
  unexpectedValue,
} from './values.ts';

/** One entry of a map. */
export type MapEntry = readonly [key: JavaValue, value: JavaValue];

const EMPTY_MAPS = new Set([
  'scala.collection.immutable.Map$EmptyMap$',
  'scala.collection.immutable.ListMap$EmptyListMap$',
  'scala.collection.immutable.HashMap$EmptyHashMap$',
]);

/** Classes whose own `writeObject` writes keys and values in turn. */
const ALTERNATING = new Set([
  'scala.collection.immutable.HashMap$SerializationProxy',
  'scala.collection.mutable.HashMap',
  'scala.collection.mutable.LinkedHashMap',
  'java.util.HashMap',
  'java.util.LinkedHashMap',
  'java.util.Hashtable',
  'java.util.Properties',
  'java.util.TreeMap',
  'java.util.concurrent.ConcurrentHashMap',
]);

const SMALL_MAP = /^scala\.collection\.immutable\.Map\$Map([1-4])$/;
const WITH_DEFAULT = /^scala\.collection\.(im)?mutable\.Map\$WithDefault$/;
/** `asScala` of a Java map: `Wrappers` in 2.11 and 2.12, `JavaCollectionWrappers` in 2.13. */
const JAVA_WRAPPER =
  /^scala\.collection\.convert\.(JavaCollection)?Wrappers\$J(Map|ConcurrentMap|Dictionary|Properties)Wrapper$/;
/** A map in maps in maps is no map that Spark sends. */
const MAX_WRAPPERS = 8;
const MAX_ENTRIES = 100_000;

/** The entries of any Scala map of 2.11, 2.12 or 2.13, in the order in which they were written. */
export function mapOf(value: JavaValue, where: string): readonly MapEntry[] {
  return entriesOf(value, where, 0);
}

/** A map from text to text. */
export function textMapOf(value: JavaValue, where: string): ReadonlyMap<string, string> {
  return new Map(mapOf(value, where).map(([key, entry]) => [textOf(key, where), textOf(entry, where)]));
}

function entriesOf(value: JavaValue, where: string, wrappers: number): readonly MapEntry[] {
  if (!(value instanceof JavaObject)) throw unexpectedValue(where, 'a map', value);
  const { className } = value;
  if (EMPTY_MAPS.has(moduleName(value) ?? '')) return [];
  if (SMALL_MAP.test(className)) return smallMapEntries(value);
  if (className === DEFAULT_PROXY_CLASS) {
    return annotatedValues(value).map((entry) => pairOf(entry, where));
  }
  if (ALTERNATING.has(className)) return alternatingEntries(value);
  if (className === 'scala.collection.immutable.ListMap$Node') return listMapEntries(value);
  if (wrappers < MAX_WRAPPERS && (WITH_DEFAULT.test(className) || JAVA_WRAPPER.test(className))) {
    return entriesOf(underlyingOf(value), where, wrappers + 1);
  }
  throw new SparkRpcError(
    'SPARK_RPC_UNKNOWN_COLLECTION',
    `${where}: ${describeValue(value)} is no known map`,
  );
}

/** Scala 2.13 prefixes private fields with the class's name. */
function smallMapEntries(map: JavaObject): MapEntry[] {
  const size = Number(SMALL_MAP.exec(map.className)?.[1]);
  const prefix = map.fields.has('key1') ? '' : `${map.className.replaceAll('.', '$')}$$`;
  return Array.from({ length: size }, (_, index) => [
    requiredField(map, `${prefix}key${index + 1}`),
    requiredField(map, `${prefix}value${index + 1}`),
  ]);
}

/** The first level that wrote anything: `Properties` leaves it to `Hashtable`, `LinkedHashMap` to `HashMap`. */
function alternatingEntries(map: JavaObject): MapEntry[] {
  const written = map.levels.find((level) => level.annotations.length > 0)?.annotations ?? [];
  const values = written.flatMap((annotation) => (annotation.kind === 'value' ? [annotation.value] : []));
  const entries: MapEntry[] = [];
  for (let index = 0; index + 1 < values.length; index += 2) {
    const key = values[index] ?? null;
    // ConcurrentHashMap ends with a null key.
    if (key === null) break;
    entries.push([key, values[index + 1] ?? null]);
  }
  return entries;
}

/** A ListMap of 2.11 and 2.12: each entry holds the map as it was before it. */
function listMapEntries(map: JavaObject): MapEntry[] {
  const entries: MapEntry[] = [];
  let node: JavaValue = map;
  while (node instanceof JavaObject && node.className === map.className) {
    if (entries.length >= MAX_ENTRIES) {
      throw new SparkRpcError('SPARK_RPC_LIMIT_EXCEEDED', `a ListMap of more than ${MAX_ENTRIES} entries`);
    }
    entries.push([requiredField(node, 'key'), requiredField(node, 'value')]);
    node = requiredField(node, '$outer');
  }
  return entries.reverse();
}

function underlyingOf(map: JavaObject): JavaValue {
  for (const [name, value] of map.fields) {
    if (name === 'underlying' || name.endsWith('$$underlying')) return value;
  }
  throw new SparkRpcError('SPARK_RPC_UNEXPECTED_VALUE', `${placeOf(map, 'underlying')} is not there`);
}

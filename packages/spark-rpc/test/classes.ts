import {
  type ClassDescriptorSource,
  type JavaClassDescriptor,
  type JavaField,
  JavaSerializationError,
  type JavaTypeCode,
  jdkClasses,
} from '@spark-mesos/java-serialization';
import type { KnownSpark, SparkClasses } from '../src/known-spark.ts';
import { textFixture } from './support.ts';

/** The Sparks whose descriptors are recorded. */
export const SPARKS = ['2.4.8', '3.5.6', '4.1.0', '4.3.0'];

const cache = new Map<string, ClassDescriptorSource>();

/** The classes of one Spark as Java itself described them, with no jar at hand. */
export function recordedClasses(spark: string): ClassDescriptorSource {
  const known = cache.get(spark) ?? readClasses(spark);
  cache.set(spark, known);
  return known;
}

/** The same under the version's name. */
export function sparkClasses(...sparks: string[]): SparkClasses[] {
  return sparks.map((name) => ({ name, classes: recordedClasses(name) }));
}

/** The same as an endpoint is given it. */
export function recordedSpark(name: string): KnownSpark {
  return { name, classPath: { descriptors: () => Promise.resolve(recordedClasses(name)) } };
}

function readClasses(spark: string): ClassDescriptorSource {
  const described = new Map<string, JavaClassDescriptor>();
  const lines = textFixture(`descriptors/${spark}.txt`).trimEnd().split('\n');
  lines.forEach((line, index) => {
    if (line.startsWith(' ')) return;
    const next = lines[index + 1];
    const superClass = next?.startsWith(' ') ? parseLine(next.trim(), null) : null;
    const shared = superClass === null ? null : (described.get(superClass.name) ?? superClass);
    if (shared !== null) described.set(shared.name, shared);
    const descriptor = parseLine(line, shared);
    described.set(descriptor.name, descriptor);
  });
  const hasProxies = spark.startsWith('4.');
  return {
    has: (name) => described.has(name) || jdkClasses.has(name),
    hasReadResolve: (name) => name.endsWith('$') && !(hasProxies && name === 'scala.None$'),
    descriptor: (name) => {
      const descriptor = described.get(name);
      if (descriptor !== undefined) return descriptor;
      if (jdkClasses.has(name)) return jdkClasses.descriptor(name);
      throw new JavaSerializationError('JAVA_CLASS_NOT_FOUND', `no recorded descriptor of ${name}`);
    },
  };
}

function parseLine(line: string, superClass: JavaClassDescriptor | null): JavaClassDescriptor {
  const match = /^(\S+) suid=(-?\d+) flags=(\d+) ?(.*)$/.exec(line);
  if (match === null) throw new Error(`unreadable: ${line}`);
  const [, name = '', uid = '', flags = '', fields = ''] = match;
  return {
    name,
    serialVersionUid: BigInt(uid),
    flags: Number(flags),
    fields: fields === '' ? [] : fields.split(', ').map(parseField),
    superClass,
  };
}

function parseField(text: string): JavaField {
  const [name = '', type = ''] = text.split(':');
  const typeCode = type.charAt(0) as JavaTypeCode;
  return typeCode === 'L' || typeCode === '[' ? { name, typeCode, className: type } : { name, typeCode };
}

import { JavaSerializationError } from './errors.ts';
import { JDK_CLASS_TABLE } from './jdk-class-table.ts';
import {
  type ClassDescriptorSource,
  DESCRIPTOR_FLAGS,
  type JavaClassDescriptor,
  type JavaField,
  type JavaTypeCode,
} from './model.ts';
import { isPrimitive } from './primitive-codec.ts';
import { arraySerialVersionUid } from './serial-version-uid.ts';

// Java's own classes are in no jar. Those that messages hold, and those that other people's serializable
// classes extend, are built in: their serialVersionUIDs are declared and have been the same since Java 8.

const ENTRIES: ReadonlyMap<string, string> = new Map(
  JDK_CLASS_TABLE.trim()
    .split('\n')
    .map((line) => [line.slice(0, line.indexOf(' ')), line] as const),
);

const descriptors = new Map<string, JavaClassDescriptor>();

/** Interfaces of Java's own, besides these two themselves, whose implementors are serializable. */
const SERIALIZABLE_INTERFACES: ReadonlySet<string> = new Set([
  'java.io.Serializable',
  'java.io.Externalizable',
  'java.security.Key',
  'java.security.PrivateKey',
  'java.security.PublicKey',
  'javax.crypto.SecretKey',
]);

/** Classes of Java's own that people extend and that are not serializable, so their objects have no part in a stream. */
const PLAIN_CLASSES: ReadonlySet<string> = new Set([
  'java.io.FilterInputStream',
  'java.io.FilterOutputStream',
  'java.io.InputStream',
  'java.io.ObjectInputStream',
  'java.io.ObjectOutputStream',
  'java.io.OutputStream',
  'java.io.Reader',
  'java.io.Writer',
  'java.lang.ClassLoader',
  'java.lang.InheritableThreadLocal',
  'java.lang.Object',
  'java.lang.Record',
  'java.lang.Thread',
  'java.lang.ThreadLocal',
  'java.net.URLClassLoader',
  'java.time.Clock',
  'java.time.chrono.AbstractChronology',
  'java.util.AbstractCollection',
  'java.util.AbstractList',
  'java.util.AbstractMap',
  'java.util.AbstractQueue',
  'java.util.AbstractSequentialList',
  'java.util.AbstractSet',
  'java.util.Dictionary',
  'java.util.TimerTask',
]);

/** Name spaces in which Java itself has classes; only `java.` is closed to others. */
const JDK_NAME_SPACES = ['java.', 'javax.', 'jdk.', 'sun.', 'com.sun.', 'org.ietf.', 'org.w3c.', 'org.xml.'];

/** Whether Java itself may bring the class, so that it is no wonder when no jar has it. */
export function isJdkName(className: string): boolean {
  return JDK_NAME_SPACES.some((prefix) => className.startsWith(prefix));
}

/** Whether an interface of Java's own makes its implementors serializable. */
export function isSerializableJdkInterface(className: string): boolean {
  return SERIALIZABLE_INTERFACES.has(className);
}

/** Whether a class of Java's own is serializable; undefined when it is not known here. */
export function isSerializableJdkClass(className: string): boolean | undefined {
  if (ENTRIES.has(className)) return true;
  return PLAIN_CLASSES.has(className) ? false : undefined;
}

/**
 * The classes that need no jar: `java.lang.Integer` and its like, collections, exceptions, `TimeUnit`, and
 * arrays of these and of primitives.
 */
export const jdkClasses: ClassDescriptorSource = {
  has: (className) => ENTRIES.has(className) || isJdkArray(className),
  hasReadResolve: () => false,
  descriptor(className) {
    const known = descriptors.get(className) ?? describe(className);
    descriptors.set(className, known);
    return known;
  },
};

function describe(className: string): JavaClassDescriptor {
  if (isJdkArray(className)) return describeArray(className, true);
  const entry = ENTRIES.get(className);
  if (entry === undefined) {
    throw new JavaSerializationError('JAVA_CLASS_NOT_FOUND', `${className} is no class that is built in`);
  }
  const [name = '', uid = '', flags = '', superName = '-', ...fields] = entry.split(' ');
  return {
    name,
    serialVersionUid: BigInt(uid),
    flags: Number(flags),
    fields: fields.map(parseField),
    superClass: superName === '-' ? null : jdkClasses.descriptor(superName),
  };
}

function parseField(text: string): JavaField {
  const [name = '', type = ''] = text.split(':');
  const typeCode = type.charAt(0) as JavaTypeCode;
  return isPrimitive(typeCode) ? { name, typeCode } : { name, typeCode, className: type };
}

/** The descriptor of an array class; arrays have no fields and no serializable superclass. */
export function describeArray(className: string, elementIsPublic: boolean): JavaClassDescriptor {
  return {
    name: className,
    serialVersionUid: arraySerialVersionUid(className, elementIsPublic),
    flags: DESCRIPTOR_FLAGS.SERIALIZABLE,
    fields: [],
    superClass: null,
  };
}

/** The class that an array of objects, of any dimension, holds in the end; undefined for anything else. */
export function elementName(className: string): string | undefined {
  return /^\[+L(.+);$/.exec(className)?.[1];
}

/**
 * Whether this names an array, of any dimension, of primitives or of a class of Java's own. The latter is
 * taken for a public one without looking: Java reads arrays whatever their serialVersionUID.
 */
function isJdkArray(className: string): boolean {
  return /^\[+([BCDFIJSZ]|Ljava\..+;)$/.test(className);
}

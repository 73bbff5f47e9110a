import { createHash } from 'node:crypto';
import { ByteSink } from './byte-sink.ts';
import { type ClassFile, type ClassMember, MODIFIERS } from './class-file.ts';
import { JavaSerializationError } from './errors.ts';

// Java Object Serialization Specification, 4.6 "Stream Unique Identifiers", with what
// `ObjectStreamClass.computeDefaultSUID` does where the text is vague.

const { PUBLIC, PRIVATE, PROTECTED, STATIC, FINAL, SYNCHRONIZED, VOLATILE, TRANSIENT } = MODIFIERS;
const { NATIVE, INTERFACE, ABSTRACT, STRICT } = MODIFIERS;

const CLASS_MODIFIERS = PUBLIC | FINAL | INTERFACE | ABSTRACT;
const FIELD_MODIFIERS = PUBLIC | PRIVATE | PROTECTED | STATIC | FINAL | VOLATILE | TRANSIENT;
const METHOD_MODIFIERS =
  PUBLIC | PRIVATE | PROTECTED | STATIC | FINAL | SYNCHRONIZED | NATIVE | ABSTRACT | STRICT;

/** The types of a `serialVersionUID` that `Field.getLong` takes; Java ignores a field of another type. */
const WHOLE_NUMBER_TYPES = ['J', 'I', 'S', 'B', 'C'];

/** What Java takes as a class's serialVersionUID: the one declared, else the hash of the class's outside. */
export function serialVersionUid(file: ClassFile): bigint {
  const declared = file.fields.find(
    ({ name, modifiers, descriptor }) =>
      name === 'serialVersionUID' &&
      (modifiers & (STATIC | FINAL)) === (STATIC | FINAL) &&
      WHOLE_NUMBER_TYPES.includes(descriptor),
  );
  // A record's shape is its constructor, so Java compares no hash of it.
  if (declared === undefined)
    return file.superName === 'java.lang.Record' ? 0n : defaultSerialVersionUid(file);
  if (declared.constantValue === undefined) {
    throw new JavaSerializationError(
      'JAVA_NOT_SUPPORTED',
      `${file.name} computes its serialVersionUID when it is loaded; only constants can be read`,
    );
  }
  return declared.constantValue;
}

/** The hash that stands for a class that declares no serialVersionUID. */
export function defaultSerialVersionUid(file: ClassFile): bigint {
  const sink = new ByteSink();
  const methods = file.methods.filter(({ name }) => !name.startsWith('<'));
  let modifiers = file.modifiers & CLASS_MODIFIERS;
  // The compilers of old disagreed about this bit, so Java derives it.
  if ((modifiers & INTERFACE) !== 0) {
    modifiers = methods.length > 0 ? modifiers | ABSTRACT : modifiers & ~ABSTRACT;
  }
  sink.utf(file.name);
  sink.int32(modifiers);
  for (const name of file.interfaces.toSorted(compareText)) sink.utf(name);
  for (const field of file.fields.toSorted((a, b) => compareText(a.name, b.name))) {
    const bits = field.modifiers & FIELD_MODIFIERS;
    if ((bits & PRIVATE) !== 0 && (bits & (STATIC | TRANSIENT)) !== 0) continue;
    sink.utf(field.name);
    sink.int32(bits);
    sink.utf(field.descriptor);
  }
  if (file.methods.some(({ name }) => name === '<clinit>')) {
    sink.utf('<clinit>');
    sink.int32(STATIC);
    sink.utf('()V');
  }
  writeMethods(
    sink,
    file.methods.filter(({ name }) => name === '<init>'),
  );
  writeMethods(sink, methods);
  return hash(sink);
}

/** The serialVersionUID of an array class, `[Ljava.lang.String;` for instance. */
export function arraySerialVersionUid(name: string, elementIsPublic: boolean): bigint {
  const sink = new ByteSink();
  sink.utf(name);
  sink.int32(FINAL | ABSTRACT | (elementIsPublic ? PUBLIC : 0));
  return hash(sink);
}

function writeMethods(sink: ByteSink, methods: readonly ClassMember[]): void {
  const sorted = methods.toSorted(
    (a, b) => compareText(a.name, b.name) || compareText(a.descriptor, b.descriptor),
  );
  for (const { name, modifiers, descriptor } of sorted) {
    if ((modifiers & PRIVATE) !== 0) continue;
    sink.utf(name);
    sink.int32(modifiers & METHOD_MODIFIERS);
    sink.utf(descriptor.replaceAll('/', '.'));
  }
}

function hash(sink: ByteSink): bigint {
  return createHash('sha1').update(sink.bytes).digest().readBigInt64LE(0);
}

/** By UTF-16 units, as `String.compareTo`; never by the locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

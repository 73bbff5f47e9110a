import type { ByteCursor } from './byte-cursor.ts';
import type { ByteSink } from './byte-sink.ts';
import { planOf, type TypeName } from './descriptor-plan.ts';
import type { ObjectStreamLimits } from './limits.ts';
import { DESCRIPTOR_FLAGS, type JavaClassDescriptor, type JavaField, type JavaTypeCode } from './model.ts';
import { isPrimitive } from './primitive-codec.ts';
import { exceeded, malformed } from './stream-errors.ts';
import { rememberStringCopy, StringCopy, stringIdentity } from './string-copies.ts';

// newClassDesc:   TC_CLASSDESC className(utf) serialVersionUID(long) newHandle flags(byte) fields annotation super
// fields:         (short)count { typeCode(byte) fieldName(utf) [className1(object)] }
// newProxyDesc:   TC_PROXYCLASSDESC newHandle (int)count interfaceName(utf)[count] annotation super

/** A descriptor without what follows it in the stream: annotation and superclass. */
export type DescriptorBody = Omit<JavaClassDescriptor, 'superClass' | 'annotations'>;

const TYPE_CODES: readonly (JavaTypeCode | undefined)[] = Array.from({ length: 256 }, (_, code) => {
  const character = String.fromCharCode(code);
  return 'BCDFIJSZL['.includes(character) ? (character as JavaTypeCode) : undefined;
});

/** Reads what stands between TC_CLASSDESC and the annotation. */
export function readDescriptorBody(
  cursor: ByteCursor,
  limits: ObjectStreamLimits,
  readTypeString: () => string | StringCopy,
): DescriptorBody {
  const start = cursor.offset;
  const name = cursor.utf();
  const serialVersionUid = cursor.int64();
  const flags = cursor.uint8();
  const count = cursor.int16();
  if (count < 0) throw malformed(start, `${name} has ${count} fields`);
  if (count > limits.maxFields) {
    throw exceeded(start, `${name} has ${count} fields; ${limits.maxFields} at most`);
  }
  checkFlags(start, name, flags, count);
  const fields: JavaField[] = [];
  for (let index = 0; index < count; index += 1) fields.push(readField(cursor, fields, readTypeString));
  return { name, serialVersionUid, flags, fields };
}

function readField(
  cursor: ByteCursor,
  earlier: readonly JavaField[],
  readTypeString: () => string | StringCopy,
): JavaField {
  const start = cursor.offset;
  const typeCode = TYPE_CODES[cursor.uint8()];
  const name = cursor.utf();
  if (typeCode === undefined) throw malformed(start, `the field ${name} has an unknown type`);
  if (isPrimitive(typeCode)) {
    const last = earlier.at(-1);
    // Java reads all primitives before all objects, so an order that mixes them has no one meaning.
    if (last !== undefined && !isPrimitive(last.typeCode)) {
      throw malformed(start, `the primitive field ${name} follows the object field ${last.name}`);
    }
    return { name, typeCode };
  }
  const type = readTypeString();
  if (type instanceof StringCopy) rememberStringCopy(earlier, earlier.length, type);
  return { name, typeCode, className: type instanceof StringCopy ? type.value : type };
}

function checkFlags(start: number, name: string, flags: number, fieldCount: number): void {
  const both = DESCRIPTOR_FLAGS.SERIALIZABLE | DESCRIPTOR_FLAGS.EXTERNALIZABLE;
  if ((flags & both) === both) throw malformed(start, `${name} is serializable and externalizable at once`);
  if ((flags & DESCRIPTOR_FLAGS.ENUM) !== 0 && fieldCount !== 0) {
    throw malformed(start, `the enum ${name} has fields`);
  }
}

/** Reads what stands between TC_PROXYCLASSDESC and the annotation. */
export function readProxyBody(cursor: ByteCursor, limits: ObjectStreamLimits): DescriptorBody {
  const start = cursor.offset;
  const count = cursor.int32();
  if (count < 0) throw malformed(start, `a proxy class of ${count} interfaces`);
  if (count > limits.maxFields) {
    throw exceeded(start, `a proxy class of ${count} interfaces; ${limits.maxFields} at most`);
  }
  const proxyInterfaces: string[] = [];
  for (let index = 0; index < count; index += 1) proxyInterfaces.push(cursor.utf());
  return {
    name: '',
    serialVersionUid: 0n,
    flags: DESCRIPTOR_FLAGS.SERIALIZABLE,
    fields: [],
    proxyInterfaces,
  };
}

/** Writes what stands between TC_CLASSDESC and the annotation. */
export function writeDescriptorBody(
  sink: ByteSink,
  descriptor: JavaClassDescriptor,
  writeTypeName: (name: TypeName, identity: string | StringCopy) => void,
): void {
  const { parts, typeNames } = planOf(descriptor);
  for (let index = 0; index < typeNames.length; index += 1) {
    const typeName = typeNames[index] as TypeName;
    sink.append(parts[index] as Uint8Array);
    writeTypeName(typeName, stringIdentity(descriptor.fields, typeName.slot, typeName.text));
  }
  sink.append(parts[typeNames.length] as Uint8Array);
}

/** Writes what stands between TC_PROXYCLASSDESC and the annotation. */
export function writeProxyBody(sink: ByteSink, proxyInterfaces: readonly string[]): void {
  sink.int32(proxyInterfaces.length);
  for (const name of proxyInterfaces) sink.utf(name);
}

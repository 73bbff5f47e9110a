import { ByteSink } from './byte-sink.ts';
import { JavaSerializationError } from './errors.ts';
import { hierarchyOf, type JavaClassDescriptor } from './model.ts';
import { modifiedUtf8Length } from './modified-utf8.ts';
import { isPrimitive } from './primitive-codec.ts';
import { TC_STRING } from './protocol.ts';

/** The name of the type of one field, which a stream writes out or refers to. */
export interface TypeName {
  /** The field's place in its class. */
  readonly slot: number;
  readonly text: string;
  /** As it stands in a stream that has not had it yet; undefined where it is too long for that. */
  readonly encoded: Uint8Array | undefined;
}

/**
 * What is the same in all streams of a descriptor's body: everything but the type names, which a later descriptor
 * refers to where an earlier one has written them out.
 */
export interface DescriptorPlan {
  /** What comes before the first type name, between them, and after the last. */
  readonly parts: readonly Uint8Array[];
  readonly typeNames: readonly TypeName[];
}

// Descriptors are not changed, and those of answers are written again and again.
const plans = new WeakMap<JavaClassDescriptor, DescriptorPlan>();
const hierarchies = new WeakMap<JavaClassDescriptor, readonly JavaClassDescriptor[]>();

/** The plan of a descriptor; throws where the descriptor does not fit the format. */
export function planOf(descriptor: JavaClassDescriptor): DescriptorPlan {
  const known = plans.get(descriptor);
  if (known !== undefined) return known;
  const plan = makePlan(descriptor);
  plans.set(descriptor, plan);
  return plan;
}

/** {@link hierarchyOf} of a descriptor that is likely to come again. */
export function knownHierarchyOf(descriptor: JavaClassDescriptor): readonly JavaClassDescriptor[] {
  const known = hierarchies.get(descriptor);
  if (known !== undefined) return known;
  const hierarchy = hierarchyOf(descriptor);
  hierarchies.set(descriptor, hierarchy);
  return hierarchy;
}

function makePlan(descriptor: JavaClassDescriptor): DescriptorPlan {
  const { name, serialVersionUid, flags, fields } = descriptor;
  if (
    BigInt.asIntN(64, serialVersionUid) !== serialVersionUid ||
    fields.length > 0x7fff ||
    flags >> 8 !== 0
  ) {
    throw mismatch(`the descriptor of ${name} does not fit the format`);
  }
  const parts: Uint8Array[] = [];
  const typeNames: TypeName[] = [];
  let sink = new ByteSink();
  sink.utf(name);
  sink.int64(serialVersionUid);
  sink.uint8(flags);
  sink.uint16(fields.length);
  for (const [slot, field] of fields.entries()) {
    sink.uint8(field.typeCode.charCodeAt(0));
    sink.utf(field.name);
    if (isPrimitive(field.typeCode)) {
      if (typeNames.length === 0) continue;
      throw mismatch(`${name} lists its primitive field ${field.name} after an object field`);
    }
    if (field.className === undefined) throw mismatch(`${name}.${field.name} lacks its class name`);
    typeNames.push({ slot, text: field.className, encoded: encodedString(field.className) });
    parts.push(sink.copy());
    sink = new ByteSink();
  }
  parts.push(sink.copy());
  return { parts, typeNames };
}

function encodedString(text: string): Uint8Array | undefined {
  if (modifiedUtf8Length(text) > 0xffff) return undefined;
  const sink = new ByteSink();
  sink.uint8(TC_STRING);
  sink.utf(text);
  return sink.copy();
}

function mismatch(what: string): JavaSerializationError {
  return new JavaSerializationError('JAVA_TYPE_MISMATCH', what);
}

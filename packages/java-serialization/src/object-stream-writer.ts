import { writeBlock } from './block-data.ts';
import { ByteSink } from './byte-sink.ts';
import { writeDescriptorBody, writeProxyBody } from './descriptor-codec.ts';
import { knownHierarchyOf, type TypeName } from './descriptor-plan.ts';
import { JavaSerializationError } from './errors.ts';
import { DEFAULT_OBJECT_STREAM_LIMITS } from './limits.ts';
import {
  DESCRIPTOR_FLAGS,
  type JavaAnnotation,
  type JavaArray,
  type JavaClassDescriptor,
  type JavaField,
  type JavaObject,
  type JavaObjectLevel,
  type JavaTypeCode,
  type JavaValue,
} from './model.ts';
import { modifiedUtf8Length } from './modified-utf8.ts';
import { isPrimitive, writePrimitive, writePrimitiveElements } from './primitive-codec.ts';
import * as protocol from './protocol.ts';
import { withinStack } from './stream-errors.ts';
import { type StringCopy, stringIdentity } from './string-copies.ts';

/** Choices of one writing. */
export interface WriteObjectStreamOptions {
  /** How deep values may be nested; default as for reading. */
  readonly maxDepth?: number;
}

/**
 * Writes a stream that holds exactly one value, as `ObjectOutputStream` would: what was written once is
 * referred to afterwards. Objects, arrays, enum constants, class references and descriptors are the same
 * when they are one JavaScript object, strings when they are equal.
 */
export function writeObjectStream(value: JavaValue, options: WriteObjectStreamOptions = {}): Uint8Array {
  return writeObjectStreamContents([{ kind: 'value', value }], options);
}

/** Writes a stream of any number of values and blocks of primitive data. */
export function writeObjectStreamContents(
  contents: readonly JavaAnnotation[],
  options: WriteObjectStreamOptions = {},
): Uint8Array {
  const sink = free ?? new ByteSink();
  // Whoever writes a stream while another is being written gets memory of its own.
  free = undefined;
  const writer = new ObjectStreamWriter(sink, options.maxDepth ?? DEFAULT_OBJECT_STREAM_LIMITS.maxDepth);
  try {
    return withinStack(() => writer.write(contents));
  } finally {
    sink.clear();
    free = sink;
  }
}

/** Messages are small and many: one buffer serves them all, and what is handed out is a copy. */
let free: ByteSink | undefined;

type Identity = string | StringCopy | object;

class ObjectStreamWriter {
  readonly #sink: ByteSink;
  readonly #handles = new Map<Identity, number>();
  readonly #maxDepth: number;
  #depth = 0;

  constructor(sink: ByteSink, maxDepth: number) {
    this.#sink = sink;
    this.#maxDepth = maxDepth;
  }

  write(contents: readonly JavaAnnotation[]): Uint8Array {
    this.#sink.uint16(protocol.STREAM_MAGIC);
    this.#sink.uint16(protocol.STREAM_VERSION);
    this.#writeContents(contents);
    return this.#sink.copy();
  }

  #writeContents(contents: readonly JavaAnnotation[]): void {
    for (let index = 0; index < contents.length; index += 1) {
      const content = contents[index] as JavaAnnotation;
      if (content.kind === 'block') writeBlock(this.#sink, content.bytes);
      else this.#writeValue(content.value, contents, index);
    }
  }

  /** Writes the value in one slot of its container; the slot may know which of several equal strings it is. */
  #writeValue(value: JavaValue, container: readonly unknown[], slot: number): void {
    if (value === null) {
      this.#sink.uint8(protocol.TC_NULL);
    } else if (typeof value === 'string') {
      this.#writeString(value, stringIdentity(container, slot, value));
    } else if (typeof value !== 'object') {
      throw new JavaSerializationError(
        'JAVA_TYPE_MISMATCH',
        `a bare ${typeof value} stands where Java wants an object; box it, for instance with boxInteger`,
      );
    } else if (!this.#referTo(value)) {
      this.#descend();
      this.#writeNew(value);
      this.#depth -= 1;
    }
  }

  #writeNew(value: Exclude<JavaValue, null | boolean | number | bigint | string>): void {
    switch (value.kind) {
      case 'object':
        this.#writeObject(value);
        break;
      case 'array':
        this.#writeArray(value);
        break;
      case 'descriptor':
        this.#writeClass(value.descriptor);
        break;
      case 'enum':
        this.#sink.uint8(protocol.TC_ENUM);
        this.#writeClass(value.descriptor);
        this.#newHandle(value);
        this.#writeString(value.constant, stringIdentity(value, 0, value.constant));
        break;
      case 'class':
        this.#sink.uint8(protocol.TC_CLASS);
        this.#writeClass(value.descriptor);
        this.#newHandle(value);
        break;
    }
  }

  #descend(): void {
    this.#depth += 1;
    if (this.#depth > this.#maxDepth) {
      throw new JavaSerializationError(
        'JAVA_LIMIT_EXCEEDED',
        `values are nested deeper than ${this.#maxDepth}`,
      );
    }
  }

  #newHandle(identity: Identity): void {
    this.#handles.set(identity, this.#handles.size);
  }

  #referTo(identity: Identity): boolean {
    const handle = this.#handles.get(identity);
    if (handle === undefined) return false;
    this.#sink.uint8(protocol.TC_REFERENCE);
    this.#sink.int32(protocol.BASE_WIRE_HANDLE + handle);
    return true;
  }

  #writeString(text: string, identity: string | StringCopy): void {
    if (this.#referTo(identity)) return;
    this.#newHandle(identity);
    const byteLength = modifiedUtf8Length(text);
    if (byteLength <= 0xffff) {
      this.#sink.uint8(protocol.TC_STRING);
      this.#sink.uint16(byteLength);
    } else {
      this.#sink.uint8(protocol.TC_LONGSTRING);
      this.#sink.int64(BigInt(byteLength));
    }
    this.#sink.text(text, byteLength);
  }

  readonly #writeTypeName = (name: TypeName, identity: string | StringCopy): void => {
    if (name.encoded === undefined) {
      this.#writeString(name.text, identity);
    } else if (!this.#referTo(identity)) {
      this.#newHandle(identity);
      this.#sink.append(name.encoded);
    }
  };

  #writeClass(descriptor: JavaClassDescriptor | null): void {
    if (descriptor === null) {
      this.#sink.uint8(protocol.TC_NULL);
      return;
    }
    if (this.#referTo(descriptor)) return;
    this.#descend();
    this.#sink.uint8(
      descriptor.proxyInterfaces === undefined ? protocol.TC_CLASSDESC : protocol.TC_PROXYCLASSDESC,
    );
    this.#newHandle(descriptor);
    if (descriptor.proxyInterfaces === undefined) {
      writeDescriptorBody(this.#sink, descriptor, this.#writeTypeName);
    } else {
      writeProxyBody(this.#sink, descriptor.proxyInterfaces);
    }
    this.#writeContents(descriptor.annotations ?? []);
    this.#sink.uint8(protocol.TC_ENDBLOCKDATA);
    this.#writeClass(descriptor.superClass);
    this.#depth -= 1;
  }

  #writeObject(object: JavaObject): void {
    const { descriptor, levels } = object;
    const external = (descriptor.flags & DESCRIPTOR_FLAGS.EXTERNALIZABLE) !== 0;
    const hierarchy = external ? [descriptor] : knownHierarchyOf(descriptor);
    if (!isOf(levels, hierarchy)) {
      throw new JavaSerializationError(
        'JAVA_FIELD_MISMATCH',
        `an object of ${descriptor.name} has other levels than its class`,
      );
    }
    this.#sink.uint8(protocol.TC_OBJECT);
    this.#writeClass(descriptor);
    this.#newHandle(object);
    for (const level of levels) this.#writeLevel(level);
  }

  #writeLevel({ descriptor, values, annotations }: JavaObjectLevel): void {
    const { flags, fields, name } = descriptor;
    if (values.length !== fields.length) {
      throw new JavaSerializationError(
        'JAVA_FIELD_MISMATCH',
        `${name} has ${fields.length} fields, its object ${values.length}`,
      );
    }
    for (let index = 0; index < fields.length; index += 1) {
      const field = fields[index] as JavaField;
      const value = values[index] as JavaValue;
      if (field.typeCode === 'I' && typeof value === 'number' && (value | 0) === value) {
        this.#sink.int32(value);
      } else if (isPrimitive(field.typeCode)) {
        writePrimitive(this.#sink, field.typeCode, value, () => `${name}.${field.name}`);
      } else {
        this.#writeValue(value, values, index);
      }
    }
    if ((flags & (DESCRIPTOR_FLAGS.WRITE_METHOD | DESCRIPTOR_FLAGS.EXTERNALIZABLE)) !== 0) {
      this.#writeContents(annotations);
      this.#sink.uint8(protocol.TC_ENDBLOCKDATA);
    } else if (annotations.length > 0) {
      throw new JavaSerializationError(
        'JAVA_FIELD_MISMATCH',
        `${name} has no writeObject, so it cannot be annotated`,
      );
    }
  }

  #writeArray(array: JavaArray): void {
    const { descriptor, elements } = array;
    this.#sink.uint8(protocol.TC_ARRAY);
    this.#writeClass(descriptor);
    this.#newHandle(array);
    this.#sink.int32(elements.length);
    const typeCode = descriptor.name.charAt(1) as JavaTypeCode;
    if (isPrimitive(typeCode)) {
      writePrimitiveElements(this.#sink, typeCode, elements);
      return;
    }
    const { values } = array;
    for (let index = 0; index < values.length; index += 1) {
      this.#writeValue(values[index] as JavaValue, values, index);
    }
  }
}

/** Whether an object has data for each class of its hierarchy, in order. */
function isOf(levels: readonly JavaObjectLevel[], hierarchy: readonly JavaClassDescriptor[]): boolean {
  if (levels.length !== hierarchy.length) return false;
  for (let at = 0; at < levels.length; at += 1) {
    if (levels[at]?.descriptor !== hierarchy[at]) return false;
  }
  return true;
}

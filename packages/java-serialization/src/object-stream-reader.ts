import { elementTypeOf, readArrayLength } from './array-head.ts';
import { BlockJoiner, readBlockPiece } from './block-data.ts';
import { ByteCursor, type CursorCodes } from './byte-cursor.ts';
import { readDescriptorBody, readProxyBody } from './descriptor-codec.ts';
import { JavaSerializationError } from './errors.ts';
import { HandleTable, StreamClass } from './handle-table.ts';
import {
  DEFAULT_OBJECT_STREAM_LIMITS,
  type ObjectStreamLimits,
  type ReadObjectStreamOptions,
} from './limits.ts';
import {
  DESCRIPTOR_FLAGS,
  type JavaAnnotation,
  JavaArray,
  type JavaClassDescriptor,
  JavaClassReference,
  JavaEnum,
  JavaObject,
  type JavaObjectLevel,
  type JavaValue,
} from './model.ts';
import { isPrimitive, readPrimitive, readPrimitiveElements } from './primitive-codec.ts';
import * as protocol from './protocol.ts';
import { brokenOff, exceeded, malformed } from './stream-errors.ts';
import { rememberStringCopy, StringCopy } from './string-copies.ts';
import { StringReader } from './string-reader.ts';

const CURSOR_CODES: CursorCodes = { truncated: 'JAVA_TRUNCATED', malformed: 'JAVA_MALFORMED' };
const NO_ANNOTATIONS: readonly JavaAnnotation[] = [];
// Shared, for levels without fields: there is no slot that anybody could set.
const NO_VALUES: JavaValue[] = [];

/** Reads one stream, from its first byte to its last. Its calls may throw a RangeError where the stack is at its end. */
export class ObjectStreamReader {
  readonly #cursor: ByteCursor;
  readonly #limits: ObjectStreamLimits;
  readonly #handles: HandleTable;
  readonly #strings: StringReader;
  #depth = 0;

  constructor(bytes: Uint8Array, options: ReadObjectStreamOptions) {
    this.#cursor = new ByteCursor(bytes, CURSOR_CODES);
    this.#limits = { ...DEFAULT_OBJECT_STREAM_LIMITS, ...options };
    this.#handles = new HandleTable(this.#limits.maxHandles);
    this.#strings = new StringReader(
      this.#cursor,
      this.#handles,
      this.#limits.maxStringBytes,
      options.keepStringIdentity === true,
    );
    const magic = this.#cursor.uint16();
    const version = this.#cursor.uint16();
    if (magic !== protocol.STREAM_MAGIC || version !== protocol.STREAM_VERSION) {
      throw malformed(0, `a stream begins with aced0005, this with ${magic.toString(16)} and ${version}`);
    }
  }

  readOnlyValue(): JavaValue {
    this.#skipResets();
    const holder: JavaValue[] = [];
    this.#readInto(holder);
    this.#skipResets();
    if (this.#cursor.remaining > 0) {
      throw new JavaSerializationError(
        'JAVA_TRAILING_BYTES',
        `${this.#cursor.remaining} bytes follow the value that ends at byte ${this.#cursor.offset}`,
      );
    }
    return holder[0] as JavaValue;
  }

  readAll(): JavaAnnotation[] {
    return this.#readContents(() => {
      this.#skipResets();
      return this.#cursor.remaining === 0;
    });
  }

  #skipResets(): void {
    while (this.#cursor.remaining > 0 && this.#cursor.peek() === protocol.TC_RESET) {
      this.#cursor.offset += 1;
      this.#forgetHandles();
    }
  }

  #forgetHandles(): void {
    this.#handles.clear();
    this.#strings.forget();
  }

  /** Reads a value and appends it. */
  #readInto(container: JavaValue[]): void {
    const value = this.#readValue();
    if (value instanceof StringCopy) {
      rememberStringCopy(container, container.length, value);
      container.push(value.value);
    } else {
      container.push(value);
    }
  }

  #readValue(): JavaValue | StringCopy {
    const start = this.#cursor.offset;
    const typeCode = this.#cursor.uint8();
    switch (typeCode) {
      case protocol.TC_NULL:
        return null;
      case protocol.TC_REFERENCE:
        return this.#readReference(start);
      case protocol.TC_STRING:
        return this.#strings.readShort();
      case protocol.TC_LONGSTRING:
        return this.#strings.readLong();
    }
    this.#descend(start);
    const value = this.#readNested(typeCode, start);
    this.#depth -= 1;
    return value;
  }

  #readNested(typeCode: number, start: number): JavaValue {
    switch (typeCode) {
      case protocol.TC_OBJECT:
        return this.#readObject(start);
      case protocol.TC_ARRAY:
        return this.#readArray(start);
      case protocol.TC_ENUM:
        return this.#readEnum(start);
      case protocol.TC_CLASS: {
        const reference = new JavaClassReference(this.#readClass(start).descriptor);
        this.#handles.add(reference);
        return reference;
      }
      case protocol.TC_CLASSDESC:
      case protocol.TC_PROXYCLASSDESC:
        this.#cursor.offset -= 1;
        return this.#readClass(start).reference;
      case protocol.TC_EXCEPTION:
        return this.#failWithException(start);
      default:
        throw malformed(start, `type code 0x${typeCode.toString(16)} where a value was expected`);
    }
  }

  #descend(start: number): void {
    this.#depth += 1;
    if (this.#depth > this.#limits.maxDepth) {
      throw exceeded(start, `values are nested deeper than ${this.#limits.maxDepth}`);
    }
  }

  #readReference(start: number): JavaValue | StringCopy {
    const known = this.#handles.at(this.#cursor.uint32(), start);
    return known instanceof StreamClass ? known.reference : known;
  }

  /** A class where there must be one: null is no class of an object. */
  #readClass(start: number): StreamClass {
    const known = this.#readClassOrNull();
    if (known === null) throw malformed(start, 'a value without a class');
    return known;
  }

  #readClassOrNull(): StreamClass | null {
    const start = this.#cursor.offset;
    const typeCode = this.#cursor.uint8();
    if (typeCode === protocol.TC_NULL) return null;
    if (typeCode === protocol.TC_REFERENCE) {
      const known = this.#handles.at(this.#cursor.uint32(), start);
      if (known instanceof StreamClass) return known;
      throw malformed(start, 'a reference to something that is no class');
    }
    if (typeCode !== protocol.TC_CLASSDESC && typeCode !== protocol.TC_PROXYCLASSDESC) {
      throw malformed(start, `type code 0x${typeCode.toString(16)} where a class was expected`);
    }
    this.#descend(start);
    const known = this.#describe(typeCode === protocol.TC_PROXYCLASSDESC);
    this.#depth -= 1;
    return known;
  }

  #describe(isProxy: boolean): StreamClass {
    const slot = this.#handles.reserve();
    const described = isProxy
      ? readProxyBody(this.#cursor, this.#limits)
      : readDescriptorBody(this.#cursor, this.#limits, () => this.#strings.readName());
    const annotations = this.#readAnnotations();
    const superClass = this.#readClassOrNull()?.descriptor ?? null;
    const { name, serialVersionUid, flags, fields } = described;
    // Written out, since messages consist of descriptors for the most part, and to spread objects is slow.
    const plain: JavaClassDescriptor = { name, serialVersionUid, flags, fields, superClass };
    const known = new StreamClass(
      annotations.length === 0 && !isProxy ? plain : { ...described, superClass, annotations },
    );
    this.#handles.complete(slot, known);
    return known;
  }

  #readObject(start: number): JavaObject {
    const { descriptor, hierarchy } = this.#readClass(start);
    if ((descriptor.flags & (DESCRIPTOR_FLAGS.SERIALIZABLE | DESCRIPTOR_FLAGS.EXTERNALIZABLE)) === 0) {
      throw malformed(start, `an object of ${descriptor.name}, which is not serializable`);
    }
    if ((descriptor.flags & DESCRIPTOR_FLAGS.ENUM) !== 0) {
      throw malformed(start, `a plain object of the enum ${descriptor.name}`);
    }
    this.#handles.count(hierarchy.length);
    const levels: JavaObjectLevel[] = [];
    const object = new JavaObject(descriptor, levels);
    this.#handles.add(object);
    for (const level of hierarchy) levels.push(this.#readLevel(level));
    return object;
  }

  #readLevel(descriptor: JavaClassDescriptor): JavaObjectLevel {
    const { flags, fields, name } = descriptor;
    if ((flags & DESCRIPTOR_FLAGS.EXTERNALIZABLE) !== 0) {
      if ((flags & DESCRIPTOR_FLAGS.BLOCK_DATA) === 0) {
        throw new JavaSerializationError(
          'JAVA_NOT_SUPPORTED',
          `${name} is externalizable in the form of Java 1.1, which only its own code can read`,
        );
      }
      return { descriptor, values: NO_VALUES, annotations: this.#readAnnotations() };
    }
    const values: JavaValue[] = fields.length === 0 ? NO_VALUES : [];
    for (const { typeCode } of fields) {
      if (isPrimitive(typeCode)) values.push(readPrimitive(this.#cursor, typeCode));
      else this.#readInto(values);
    }
    const annotated = (flags & DESCRIPTOR_FLAGS.WRITE_METHOD) !== 0;
    return { descriptor, values, annotations: annotated ? this.#readAnnotations() : NO_ANNOTATIONS };
  }

  #readAnnotations(): readonly JavaAnnotation[] {
    if (this.#cursor.peek() === protocol.TC_ENDBLOCKDATA) {
      this.#cursor.offset += 1;
      return NO_ANNOTATIONS;
    }
    return this.#readContents(() => {
      if (this.#cursor.peek() !== protocol.TC_ENDBLOCKDATA) return false;
      this.#cursor.offset += 1;
      return true;
    });
  }

  /** Blocks and values until `atEnd` says so; pieces of block data that follow each other are joined. */
  #readContents(atEnd: () => boolean): JavaAnnotation[] {
    const contents: JavaAnnotation[] = [];
    const block = new BlockJoiner(contents);
    while (!atEnd()) {
      const piece = readBlockPiece(this.#cursor);
      if (piece !== undefined) {
        block.add(piece);
        continue;
      }
      block.end();
      const value = this.#readValue();
      if (value instanceof StringCopy) rememberStringCopy(contents, contents.length, value);
      contents.push({ kind: 'value', value: value instanceof StringCopy ? value.value : value });
    }
    block.end();
    return contents;
  }

  #readArray(start: number): JavaArray {
    const { descriptor } = this.#readClass(start);
    const typeCode = elementTypeOf(descriptor, start);
    const slot = this.#handles.reserve();
    const length = readArrayLength(this.#cursor, this.#limits.maxArrayLength, start);
    if (isPrimitive(typeCode)) {
      const array = new JavaArray(descriptor, readPrimitiveElements(this.#cursor, typeCode, length));
      this.#handles.complete(slot, array);
      return array;
    }
    const elements: JavaValue[] = [];
    const array = new JavaArray(descriptor, elements);
    this.#handles.complete(slot, array);
    for (let index = 0; index < length; index += 1) this.#readInto(elements);
    return array;
  }

  #readEnum(start: number): JavaEnum {
    const { descriptor } = this.#readClass(start);
    if ((descriptor.flags & DESCRIPTOR_FLAGS.ENUM) === 0) {
      throw malformed(start, `a constant of ${descriptor.name}, which is no enum`);
    }
    const slot = this.#handles.reserve();
    const name = this.#strings.readName();
    const constant = new JavaEnum(descriptor, typeof name === 'string' ? name : name.value);
    if (name instanceof StringCopy) rememberStringCopy(constant, 0, name);
    this.#handles.complete(slot, constant);
    return constant;
  }

  /** The sender broke off and tells why; its exception is worth a code of its own. */
  #failWithException(start: number): never {
    this.#forgetHandles();
    throw brokenOff(this.#readValue(), start);
  }
}

import { JavaSerializationError } from './errors.ts';

/** The type of a field or array element: B C D F I J S Z are primitives, L an object, [ an array. */
export type JavaTypeCode = 'B' | 'C' | 'D' | 'F' | 'I' | 'J' | 'S' | 'Z' | 'L' | '[';

/** A field as a class descriptor names it. */
export interface JavaField {
  readonly name: string;
  readonly typeCode: JavaTypeCode;
  /** For L and [ only, as a field descriptor: `Ljava/lang/String;`, `[B`. */
  readonly className?: string;
}

/** Bits of {@link JavaClassDescriptor.flags}. */
export const DESCRIPTOR_FLAGS = {
  /** The class has a `writeObject` of its own: annotations follow its fields. */
  WRITE_METHOD: 0x01,
  SERIALIZABLE: 0x02,
  EXTERNALIZABLE: 0x04,
  /** The external contents are in blocks, so they can be passed over without knowing the class. */
  BLOCK_DATA: 0x08,
  ENUM: 0x10,
} as const;

/** What a stream says about a class (`ObjectStreamClass`): enough to read its objects, no code of it. */
export interface JavaClassDescriptor {
  /** Binary name with dots, `org.apache.spark.deploy.Command`; arrays are `[B`, `[Ljava.lang.String;`. Empty for a proxy. */
  readonly name: string;
  readonly serialVersionUid: bigint;
  /** A sum of {@link DESCRIPTOR_FLAGS}. */
  readonly flags: number;
  readonly fields: readonly JavaField[];
  /** The nearest serializable superclass. */
  readonly superClass: JavaClassDescriptor | null;
  /** Only for a dynamic proxy class (TC_PROXYCLASSDESC): the interfaces that it implements. */
  readonly proxyInterfaces?: readonly string[];
  /** What the sender's `annotateClass` wrote; hardly anybody does. */
  readonly annotations?: readonly JavaAnnotation[];
}

/** Something that a class's own `writeObject` or `writeExternal` wrote besides the fields. */
export type JavaAnnotation =
  /** Primitive data; pieces that follow each other are one block, as Java's reader sees them. */
  | { readonly kind: 'block'; readonly bytes: Uint8Array }
  | { readonly kind: 'value'; readonly value: JavaValue };

/**
 * Any value of a stream. byte, short, int, float and double are numbers, long is a bigint, char is a
 * string of one UTF-16 unit. Boxed numbers are objects of `java.lang.Integer` and the like.
 */
export type JavaValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | JavaObject
  | JavaArray
  | JavaEnum
  | JavaClassReference
  | JavaDescriptorReference;

/** What one class of an object's hierarchy holds. */
export interface JavaObjectLevel {
  readonly descriptor: JavaClassDescriptor;
  /** In the order of `descriptor.fields`. */
  readonly values: JavaValue[];
  /** Empty unless the descriptor has WRITE_METHOD or EXTERNALIZABLE. */
  readonly annotations: readonly JavaAnnotation[];
}

/** Field values by name, for {@link JavaObject.of}. */
export type JavaFieldValues = ReadonlyMap<string, JavaValue> | Readonly<Record<string, JavaValue>>;

const NO_ANNOTATIONS: readonly JavaAnnotation[] = [];

/** No class is derived that deeply; a descriptor that is its own superclass ends here. */
const MAX_LEVELS = 256;

/** An object as plain data. Nothing of its class is loaded or run. */
export class JavaObject {
  readonly kind = 'object';
  readonly descriptor: JavaClassDescriptor;
  /** One per serializable class, the topmost superclass first. */
  readonly levels: readonly JavaObjectLevel[];
  #fields: Map<string, JavaValue> | undefined;

  constructor(descriptor: JavaClassDescriptor, levels: readonly JavaObjectLevel[]) {
    this.descriptor = descriptor;
    this.levels = levels;
  }

  /**
   * Makes an object to be written. Every field of every level must be given, and no other: what Java
   * would silently leave null has surprised its readers often enough.
   *
   * @param annotations what `writeObject` adds, by class name
   */
  static of(
    descriptor: JavaClassDescriptor,
    values: JavaFieldValues,
    annotations: Readonly<Record<string, readonly JavaAnnotation[]>> = {},
  ): JavaObject {
    const given: ReadonlyMap<string, JavaValue> =
      values instanceof Map ? values : new Map(Object.entries(values));
    const used = new Set<string>();
    const external = (descriptor.flags & DESCRIPTOR_FLAGS.EXTERNALIZABLE) !== 0;
    const hierarchy = external ? [descriptor] : hierarchyOf(descriptor);
    const levels = hierarchy.map((level): JavaObjectLevel => {
      return {
        descriptor: level,
        values: level.fields.map(({ name }) => {
          const value = given.get(name);
          if (value === undefined) {
            throw new JavaSerializationError('JAVA_FIELD_MISMATCH', `${level.name} needs its field ${name}`);
          }
          used.add(name);
          return value;
        }),
        annotations: [...(Object.hasOwn(annotations, level.name) ? (annotations[level.name] ?? []) : [])],
      };
    });
    for (const name of given.keys()) {
      if (!used.has(name)) {
        throw new JavaSerializationError('JAVA_FIELD_MISMATCH', `${descriptor.name} has no field ${name}`);
      }
    }
    return new JavaObject(descriptor, levels);
  }

  /** The name of its class. */
  get className(): string {
    return this.descriptor.name;
  }

  /** The fields of all levels; where a class hides a field of its superclass, the most derived one. */
  get fields(): ReadonlyMap<string, JavaValue> {
    if (this.#fields === undefined) {
      const fields = new Map<string, JavaValue>();
      for (const { descriptor, values } of this.levels) {
        descriptor.fields.forEach(({ name }, index) => {
          fields.set(name, values[index] ?? null);
        });
      }
      this.#fields = fields;
    }
    return this.#fields;
  }

  /** A field that must be there: the most derived one, or that of the level named. */
  field(name: string, className?: string): JavaValue {
    for (let index = this.levels.length - 1; index >= 0; index -= 1) {
      const level = this.levels[index];
      if (level === undefined || (className !== undefined && level.descriptor.name !== className)) continue;
      const value = level.values[level.descriptor.fields.findIndex((field) => field.name === name)];
      if (value !== undefined) return value;
    }
    throw new JavaSerializationError(
      'JAVA_FIELD_MISMATCH',
      `${className ?? this.descriptor.name} has no field ${name}`,
    );
  }

  /** Replaces a field's value, so that cycles can be built. */
  setField(name: string, value: JavaValue, className?: string): void {
    for (let index = this.levels.length - 1; index >= 0; index -= 1) {
      const level = this.levels[index];
      if (level === undefined || (className !== undefined && level.descriptor.name !== className)) continue;
      const slot = level.descriptor.fields.findIndex((field) => field.name === name);
      if (slot < 0) continue;
      level.values[slot] = value;
      this.#fields = undefined;
      return;
    }
    throw new JavaSerializationError(
      'JAVA_FIELD_MISMATCH',
      `${className ?? this.descriptor.name} has no field ${name}`,
    );
  }

  /** What the class's own `writeObject` added; of the object's own class unless another level is named. */
  annotations(className: string = this.descriptor.name): readonly JavaAnnotation[] {
    return this.levels.find((level) => level.descriptor.name === className)?.annotations ?? NO_ANNOTATIONS;
  }
}

/** The elements of an array: typed for primitives, `[B` as raw bytes (a view of the stream's memory). */
export type JavaArrayElements =
  | Uint8Array
  | Uint16Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array
  | readonly boolean[]
  | readonly JavaValue[];

/** An array. `[B` is a Uint8Array, `[C` a Uint16Array, `[Z` an array of booleans, objects an array of values. */
export class JavaArray {
  readonly kind = 'array';
  readonly descriptor: JavaClassDescriptor;
  readonly elements: JavaArrayElements;

  constructor(descriptor: JavaClassDescriptor, elements: JavaArrayElements) {
    this.descriptor = descriptor;
    this.elements = elements;
  }

  /** The contents of a `byte[]`; any other array is refused. */
  get bytes(): Uint8Array {
    if (this.descriptor.name === '[B' && this.elements instanceof Uint8Array) return this.elements;
    throw new JavaSerializationError('JAVA_TYPE_MISMATCH', `${this.descriptor.name} is no byte array`);
  }

  /** The elements of an array of objects; an array of primitives is refused. */
  get values(): readonly JavaValue[] {
    if (Array.isArray(this.elements)) return this.elements;
    throw new JavaSerializationError('JAVA_TYPE_MISMATCH', `${this.descriptor.name} holds no objects`);
  }
}

/** A constant of a Java enum. Scala's Enumeration values are plain objects instead. */
export class JavaEnum {
  readonly kind = 'enum';
  readonly descriptor: JavaClassDescriptor;
  readonly constant: string;

  constructor(descriptor: JavaClassDescriptor, constant: string) {
    this.descriptor = descriptor;
    this.constant = constant;
  }
}

/** A `java.lang.Class` (TC_CLASS). */
export class JavaClassReference {
  readonly kind = 'class';
  readonly descriptor: JavaClassDescriptor;

  constructor(descriptor: JavaClassDescriptor) {
    this.descriptor = descriptor;
  }
}

/** A `java.io.ObjectStreamClass` that was itself written as a value. */
export class JavaDescriptorReference {
  readonly kind = 'descriptor';
  readonly descriptor: JavaClassDescriptor;

  constructor(descriptor: JavaClassDescriptor) {
    this.descriptor = descriptor;
  }
}

/** The descriptors of a class and its serializable superclasses, the topmost first. */
export function hierarchyOf(descriptor: JavaClassDescriptor): JavaClassDescriptor[] {
  const hierarchy: JavaClassDescriptor[] = [];
  for (let level: JavaClassDescriptor | null = descriptor; level !== null; level = level.superClass) {
    if (hierarchy.length === MAX_LEVELS) {
      throw new JavaSerializationError(
        'JAVA_LIMIT_EXCEEDED',
        `${descriptor.name} has more than ${MAX_LEVELS} superclasses`,
      );
    }
    hierarchy.push(level);
  }
  return hierarchy.reverse();
}

/** Answers with descriptors at once, for a set of classes that was read before. */
export interface ClassDescriptorSource {
  /** Throws JAVA_CLASS_NOT_FOUND, JAVA_NOT_SERIALIZABLE or JAVA_NOT_SUPPORTED. */
  descriptor(className: string): JavaClassDescriptor;
  /** Whether a class of this name is known. */
  has(className: string): boolean;
  /** Whether Java would call a `readResolve` of this class, its own or an inherited one, after reading an object. */
  hasReadResolve(className: string): boolean;
}

import {
  type ClassDescriptorSource,
  type JavaAnnotation,
  type JavaClassDescriptor,
  JavaClassReference,
  JavaEnum,
  type JavaField,
  JavaObject,
  type JavaObjectLevel,
  type JavaValue,
  knownHierarchyOf,
} from '@spark-mesos/java-serialization';
import { defaultValue, MODULE_PROXY_CLASS } from './scala/values.ts';

const NOTHING: readonly JavaAnnotation[] = [];

/**
 * Makes the objects of one message, in whatever shape the receiver's classes have: a field that its class has
 * and that is not given gets Java's default, a value for which its class has no field is left out. So nothing
 * here knows a version of Spark or Scala.
 */
export class ObjectBuilder {
  readonly #classes: ClassDescriptorSource;
  #noneProxy: JavaObject | undefined;

  constructor(classes: ClassDescriptorSource) {
    this.#classes = classes;
  }

  /** Whether the peer knows a class of this name. */
  has(className: string): boolean {
    return this.#classes.has(className);
  }

  /** An object of a class with the fields that the peer's version of it has. */
  object(className: string, values: Readonly<Record<string, JavaValue>> = {}): JavaObject {
    return objectOfClass(this.#classes.descriptor(className), values);
  }

  /** A constant of a Java enum. */
  enumConstant(className: string, constant: string): JavaEnum {
    return new JavaEnum(this.#classes.descriptor(className), constant);
  }

  /** `Some(value)`, or `None` for undefined. */
  option(value: JavaValue | undefined): JavaObject {
    // The field is `x` in Scala 2.11 and `value` from 2.12 on.
    return value === undefined ? this.#none() : this.object('scala.Some', { value, x: value });
  }

  /**
   * A Scala `object`. Up to 2.12 its class has a `readResolve` that puts the one instance in place of what was
   * read. In 2.13 it has none, so a plain object would become a second instance that equals nothing (for
   * `None`: `isEmpty` false, and an error in the receiver at every use); there a proxy names the class.
   */
  module(className: string): JavaObject {
    if (this.#classes.hasReadResolve(className)) return this.object(className);
    const moduleClass = new JavaClassReference(this.#classes.descriptor(className));
    return this.object(MODULE_PROXY_CLASS, { moduleClass });
  }

  /**
   * A value of a Scala `Enumeration`. The enumeration itself is written without its fields: the receiver's
   * `readResolve` puts its own in place, and finds the value there by its number.
   */
  enumerationValue(enumerationClass: string, id: number, name: string): JavaObject {
    const descriptor = withoutFields(this.#classes.descriptor(enumerationClass));
    const enumeration = objectOfClass(descriptor, {});
    return this.object('scala.Enumeration$Val', {
      $outer: enumeration,
      scala$Enumeration$$outerEnum: enumeration,
      i: id,
      // Its name in Scala 2.11.
      scala$Enumeration$Val$$i: id,
      name,
    });
  }

  #none(): JavaObject {
    if (this.#classes.hasReadResolve('scala.None$')) return this.module('scala.None$');
    this.#noneProxy ??= this.module('scala.None$');
    return this.#noneProxy;
  }
}

function objectOfClass(
  descriptor: JavaClassDescriptor,
  values: Readonly<Record<string, JavaValue>>,
): JavaObject {
  const levels: JavaObjectLevel[] = [];
  for (const level of knownHierarchyOf(descriptor)) {
    const fields: JavaValue[] = [];
    for (const field of level.fields) fields.push(fieldValue(field, values));
    levels.push({ descriptor: level, values: fields, annotations: NOTHING });
  }
  return new JavaObject(descriptor, levels);
}

function fieldValue(field: JavaField, values: Readonly<Record<string, JavaValue>>): JavaValue {
  // Own properties only: a class may well have a field `toString`.
  const value = Object.hasOwn(values, field.name) ? values[field.name] : undefined;
  if (value === undefined) return defaultValue(field);
  return field.typeCode === 'J' && typeof value === 'number' ? BigInt(value) : value;
}

// One for each, so that what the writer knows of it is not lost.
const emptied = new WeakMap<JavaClassDescriptor, JavaClassDescriptor>();

function withoutFields(descriptor: JavaClassDescriptor): JavaClassDescriptor {
  const known = emptied.get(descriptor);
  if (known !== undefined) return known;
  const { superClass } = descriptor;
  const empty = {
    ...descriptor,
    fields: [],
    superClass: superClass === null ? null : withoutFields(superClass),
  };
  emptied.set(descriptor, empty);
  return empty;
}

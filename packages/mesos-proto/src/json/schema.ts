import { MesosProtoError } from '../errors.ts';

/** A message as the generated code makes it, looked at by name of property. */
export type MessageRecord = Record<string, unknown>;

/** One of the generated classes, such as `mesos.v1.scheduler.Call`. */
export interface MessageClass<T> {
  // A constructor of unknown parameters: each class has its own.
  new (...parameters: never[]): T;
}

/** An enum with its names by number, the wire's side, and its numbers by name, JSON's side. */
export interface EnumType {
  readonly names: ReadonlyMap<number, string>;
  readonly numbers: ReadonlyMap<string, number>;
}

/** A field as the generated code describes it. */
interface FieldSchema {
  /** As in the .proto file, which is how JSON has it. */
  readonly name: string;
  /** As the generated class has it. */
  readonly property: string;
  readonly type: string;
  readonly rule: 'required' | 'optional' | 'repeated' | 'map';
  readonly default?: boolean | number | string;
  /** The class or the enum. */
  readonly reference?: DescribedClass | Readonly<Record<string, number>>;
}

/**
 * What the generator puts into each class. It is there rather than in one table, so that a bundle holds the
 * descriptions of those messages only that it uses.
 */
interface DescribedClass {
  new (): MessageRecord;
  readonly $schema: { readonly name: string; fields(): readonly FieldSchema[] };
  /** Absent where nothing is required. */
  $complete?(message: unknown): boolean;
}

/** A field with what its type refers to. */
export interface FieldType extends Omit<FieldSchema, 'reference'> {
  readonly message: MessageType | undefined;
  readonly enum: EnumType | undefined;
}

/** A message type with its fields in the order of their declaration. */
export interface MessageType {
  readonly name: string;
  readonly fields: readonly FieldType[];
  readonly fieldsByName: ReadonlyMap<string, FieldType>;
  create(): MessageRecord;
}

const types = new Map<unknown, MessageType>();
const enumTypes = new Map<unknown, EnumType>();

/** What is known of a generated class; throws MESOS_TYPE_UNKNOWN for anything else. */
export function typeOfClass(messageClass: unknown): MessageType {
  return types.get(messageClass) ?? readType(describedClass(messageClass));
}

/** Whether a message has all its required fields. May throw on values of the wrong type, as encoding does. */
export function isComplete(messageClass: unknown, message: unknown): boolean {
  return describedClass(messageClass).$complete?.(message) ?? true;
}

function describedClass(messageClass: unknown): DescribedClass {
  if (typeof messageClass !== 'function' || !Object.hasOwn(messageClass, '$schema')) {
    throw new MesosProtoError(
      'MESOS_TYPE_UNKNOWN',
      `not a message class of mesos-proto: ${String(messageClass)}`,
    );
  }
  return messageClass as unknown as DescribedClass;
}

function readType(Class: DescribedClass): MessageType {
  const fields: FieldType[] = [];
  const fieldsByName = new Map<string, FieldType>();
  const type: MessageType = { name: Class.$schema.name, fields, fieldsByName, create: () => new Class() };
  // Known before its fields are, since a message may hold itself.
  types.set(Class, type);
  for (const { reference, ...schema } of Class.$schema.fields()) {
    const field: FieldType = {
      ...schema,
      message: schema.type === 'message' ? typeOfClass(reference) : undefined,
      enum: schema.type === 'enum' ? enumOf(reference as Readonly<Record<string, number>>) : undefined,
    };
    fields.push(field);
    fieldsByName.set(field.name, field);
  }
  return type;
}

function enumOf(values: Readonly<Record<string, number>>): EnumType {
  const known = enumTypes.get(values);
  if (known !== undefined) {
    return known;
  }
  const entries = Object.entries(values);
  const made: EnumType = {
    names: new Map(entries.map(([text, number]) => [number, text])),
    numbers: new Map(entries),
  };
  enumTypes.set(values, made);
  return made;
}

/** Whether a field is set in this very message: the defaults of unset ones stand in the prototype. */
export function isSet(message: MessageRecord, field: FieldType): boolean {
  return Object.hasOwn(message, field.property) && message[field.property] != null;
}

import { MesosProtoError } from '../errors.ts';
import * as generated from '../generated/mesos.js';
import { enums, type FieldSchema, messages } from '../generated/schema.js';

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

/** A field with what its type refers to. */
export interface FieldType extends FieldSchema {
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

const types = new Map<string, MessageType>();
const enumTypes = new Map<string, EnumType>();
let classNames: Map<unknown, string> | undefined;

/** What is known of a generated class; throws MESOS_TYPE_UNKNOWN for anything else. */
export function typeOfClass(messageClass: unknown): MessageType {
  classNames ??= new Map(Object.keys(messages).map((name) => [classByName(name), name]));
  const name = classNames.get(messageClass);
  if (name === undefined) {
    throw new MesosProtoError(
      'MESOS_TYPE_UNKNOWN',
      `not a message class of mesos-proto: ${String(messageClass)}`,
    );
  }
  return typeByName(name);
}

function typeByName(name: string): MessageType {
  const known = types.get(name);
  if (known !== undefined) {
    return known;
  }
  const Class = classByName(name) as new () => MessageRecord;
  const fields: FieldType[] = [];
  const fieldsByName = new Map<string, FieldType>();
  const type: MessageType = { name, fields, fieldsByName, create: () => new Class() };
  // Known before its fields are, since a message may hold itself.
  types.set(name, type);
  for (const schema of messages[name] ?? []) {
    const reference = schema.reference ?? '';
    const field: FieldType = {
      ...schema,
      message: schema.type === 'message' ? typeByName(reference) : undefined,
      enum: schema.type === 'enum' ? enumByName(reference) : undefined,
    };
    fields.push(field);
    fieldsByName.set(field.name, field);
  }
  return type;
}

function enumByName(name: string): EnumType {
  const known = enumTypes.get(name);
  if (known !== undefined) {
    return known;
  }
  const entries = Object.entries(enums[name] ?? {});
  const made: EnumType = {
    names: new Map(entries.map(([text, number]) => [number, text])),
    numbers: new Map(entries),
  };
  enumTypes.set(name, made);
  return made;
}

function classByName(name: string): unknown {
  let found: unknown = generated;
  for (const part of name.split('.')) {
    found = (found as Record<string, unknown>)[part];
  }
  return found;
}

/** Whether a field is set in this very message: the defaults of unset ones stand in the prototype. */
export function isSet(message: MessageRecord, field: FieldType): boolean {
  return Object.hasOwn(message, field.property) && message[field.property] != null;
}

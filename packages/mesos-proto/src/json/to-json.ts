import { MesosProtoError } from '../errors.ts';
import { type Int64, toBigInt } from '../integers.ts';
import {
  type EnumType,
  type FieldType,
  isSet,
  type MessageClass,
  type MessageRecord,
  type MessageType,
  typeOfClass,
} from './schema.ts';
import { type JsonObject, type JsonValue, setMember, stringifyJson } from './value.ts';

/** How the JSON form is made. */
export interface ToJsonOptions {
  /**
   * Writes unset fields that have a default as well (`"checkpoint":false`), as Mesos itself does when it answers.
   * Default: only what is set.
   */
  readonly defaults?: boolean;
}

/** A double, kept apart from integers for the sake of `15.0`. */
class Double {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

type Leaf = null | boolean | number | bigint | string | Double;

/** How a walk over a message puts its result together. */
interface Target<T> {
  leaf(value: Leaf): T;
  list(items: T[]): T;
  object(members: readonly (readonly [name: string, value: T])[]): T;
}

const asValue: Target<JsonValue> = {
  leaf: (value) => (value instanceof Double ? finiteOrText(value.value) : value),
  list: (items) => items,
  object: (members) => {
    const object: JsonObject = {};
    for (const [name, value] of members) {
      setMember(object, name, value);
    }
    return object;
  },
};

const asText: Target<string> = {
  leaf: (value) => (value instanceof Double ? formatDouble(value.value) : stringifyJson(value)),
  list: (items) => `[${items.join(',')}]`,
  object: (members) => `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`,
};

/**
 * The message in Mesos's JSON form: snake_case, names of enum values, base64, and 64-bit values as numbers,
 * which are bigints where a number would not be exact.
 *
 * Enum values without a name are left out, so a capability from the future comes out as `{}`, as Mesos has it.
 */
export function toMesosJson<T>(
  type: MessageClass<unknown> & { encode(message: T): unknown },
  message: T,
  options: ToJsonOptions = {},
): JsonObject {
  return walk(typeOfClass(type), message as MessageRecord, options.defaults === true, asValue) as JsonObject;
}

/** The same as text, with doubles as Mesos prints them: `15.0`. */
export function stringifyMesosJson<T>(
  type: MessageClass<unknown> & { encode(message: T): unknown },
  message: T,
  options: ToJsonOptions = {},
): string {
  return walk(typeOfClass(type), message as MessageRecord, options.defaults === true, asText);
}

function walk<T>(type: MessageType, message: MessageRecord, defaults: boolean, target: Target<T>): T {
  const members: [string, T][] = [];
  for (const field of type.fields) {
    const value = isSet(message, field) ? message[field.property] : undefined;
    const converted = fieldValue(field, value, defaults, target);
    if (converted !== undefined) {
      members.push([field.name, converted]);
    }
  }
  return target.object(members);
}

function fieldValue<T>(
  field: FieldType,
  value: unknown,
  defaults: boolean,
  target: Target<T>,
): T | undefined {
  if (value === undefined) {
    return defaults && field.default !== undefined ? target.leaf(defaultLeaf(field)) : undefined;
  }
  if (field.rule === 'repeated') {
    const items = (value as unknown[]).map((item) => single(field, item, defaults, target));
    const present = items.filter((item) => item !== undefined);
    return present.length > 0 ? target.list(present) : undefined;
  }
  if (field.rule === 'map') {
    const members: [string, T][] = [];
    for (const [key, item] of Object.entries(value as object)) {
      const converted = single(field, item, defaults, target);
      if (converted !== undefined) {
        members.push([key, converted]);
      }
    }
    return members.length > 0 ? target.object(members) : undefined;
  }
  return single(field, value, defaults, target);
}

function single<T>(field: FieldType, value: unknown, defaults: boolean, target: Target<T>): T | undefined {
  if (field.message !== undefined) {
    return walk(field.message, value as MessageRecord, defaults, target);
  }
  const leaf = field.enum === undefined ? scalarLeaf(field, value) : enumLeaf(field.enum, value);
  return leaf === undefined ? undefined : target.leaf(leaf);
}

function enumLeaf(type: EnumType, value: unknown): string | undefined {
  return type.names.get(value as number);
}

function scalarLeaf(field: FieldType, value: unknown): Leaf {
  switch (field.type) {
    case 'double':
    case 'float':
      return new Double(value as number);
    case 'bytes':
      return base64(value as Uint8Array);
    case 'int64':
    case 'uint64':
      return exactInteger(value as Int64);
    default:
      return value as boolean | number | string;
  }
}

function defaultLeaf(field: FieldType): Leaf {
  const value = field.default as boolean | number | string;
  return field.type === 'double' ? new Double(value as number) : value;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function exactInteger(value: Int64): number | bigint {
  const exact = toBigInt(value);
  const number = Number(exact);
  return Number.isSafeInteger(number) ? number : exact;
}

function finiteOrText(value: number): number | string {
  if (Number.isNaN(value)) {
    throw new MesosProtoError('MESOS_JSON_MISMATCH', 'JSON has no form for NaN');
  }
  return Number.isFinite(value) ? value : String(value);
}

/** JavaScript's digits, with a fraction always and without the plus sign in exponents. */
function formatDouble(value: number): string {
  const checked = finiteOrText(value);
  if (typeof checked === 'string') {
    return `"${checked}"`;
  }
  const text = Object.is(checked, -0) ? '-0' : String(checked);
  return /[.e]/.test(text) ? text.replace('e+', 'e') : `${text}.0`;
}

import { MesosProtoError } from '../errors.ts';
import { toInt64, toUint64 } from '../integers.ts';
import { missingFields } from './missing-fields.ts';
import {
  type FieldType,
  isComplete,
  type MessageClass,
  type MessageRecord,
  type MessageType,
  typeOfClass,
} from './schema.ts';
import { type JsonObject, type JsonValue, setMember } from './value.ts';

/** How deep messages may nest: container ids hold their parents. */
const MAX_MESSAGE_DEPTH = 100;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const INTEGER_TEXT = /^-?\d+$/;

/**
 * The message that Mesos would read from this JSON.
 *
 * As a master does, it ignores unknown members, takes null as unset and an enum value without a known name as unset,
 * a lone value as a list of one, and numbers as text. All else is refused with MESOS_JSON_MISMATCH, or
 * MESOS_MESSAGE_INCOMPLETE when required fields are missing; `detail` holds the reason in a master's words.
 */
export function fromMesosJson<T>(type: MessageClass<T>, json: JsonValue): T {
  const messageType = typeOfClass(type);
  if (!isObject(json)) {
    throw mismatch('Expecting a JSON object');
  }
  const message = readMessage(messageType, json, 0);
  if (!isComplete(type, message)) {
    const detail = `Missing required fields: ${missingFields(messageType, message).join(', ')}`;
    throw new MesosProtoError('MESOS_MESSAGE_INCOMPLETE', detail, { detail });
  }
  return message as T;
}

function readMessage(type: MessageType, json: JsonObject, depth: number): MessageRecord {
  if (depth > MAX_MESSAGE_DEPTH) {
    throw mismatch(`Messages nest deeper than ${MAX_MESSAGE_DEPTH}`);
  }
  const message = type.create();
  for (const [name, value] of Object.entries(json)) {
    const field = type.fieldsByName.get(name);
    if (field !== undefined && value !== null) {
      readField(field, value, message, depth);
    }
  }
  return message;
}

function readField(field: FieldType, value: JsonValue, message: MessageRecord, depth: number): void {
  if (field.rule === 'map') {
    message[field.property] = readMap(field, value, depth);
    return;
  }
  if (field.rule === 'repeated') {
    const items = (Array.isArray(value) ? value : [value]).filter((item) => item !== null);
    const read = items.map((item) => readSingle(field, item, depth)).filter((item) => item !== undefined);
    message[field.property] = read;
    return;
  }
  const read = readSingle(field, value, depth);
  if (read !== undefined) {
    message[field.property] = read;
  }
}

function readMap(field: FieldType, value: JsonValue, depth: number): Record<string, unknown> {
  if (!isObject(value)) {
    throw unexpected(field, value);
  }
  const map: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const read = item === null ? undefined : readSingle(field, item, depth);
    if (read !== undefined) {
      setMember(map, key, read);
    }
  }
  return map;
}

/** Undefined means: as if it were not there. */
function readSingle(field: FieldType, value: JsonValue, depth: number): unknown {
  if (field.message !== undefined) {
    if (!isObject(value)) {
      throw unexpected(field, value);
    }
    return readMessage(field.message, value, depth + 1);
  }
  if (field.enum !== undefined) {
    return readEnum(field, value);
  }
  switch (field.type) {
    case 'string':
      return readString(field, value);
    case 'bytes':
      return readBytes(field, value);
    case 'bool':
      return readBoolean(field, value);
    default:
      return readNumber(field, value);
  }
}

function readEnum(field: FieldType, value: JsonValue): number | undefined {
  const name = readString(field, value);
  const number = field.enum?.numbers.get(name);
  if (number === undefined && field.rule === 'required') {
    throw mismatch(`Failed to find enum for '${name}'`);
  }
  return number;
}

function readString(field: FieldType, value: JsonValue): string {
  if (typeof value !== 'string') {
    throw unexpected(field, value);
  }
  return value;
}

function readBytes(field: FieldType, value: JsonValue): Uint8Array {
  const text = readString(field, value);
  if (!BASE64.test(text)) {
    throw mismatch(`Failed to base64 decode bytes field '${field.name}'`);
  }
  return new Uint8Array(Buffer.from(text, 'base64'));
}

function readBoolean(field: FieldType, value: JsonValue): boolean {
  if (typeof value === 'boolean') {
    return value;
  }
  if (value === 'true' || value === 'false') {
    return value === 'true';
  }
  if (typeof value === 'string') {
    throw mismatch(`Failed to parse '${value}' as a JSON boolean for field '${field.name}'`);
  }
  throw unexpected(field, value);
}

function readNumber(field: FieldType, value: JsonValue): unknown {
  const number = typeof value === 'string' ? numberFromText(field, value) : value;
  if (typeof number !== 'number' && typeof number !== 'bigint') {
    throw unexpected(field, value);
  }
  if (field.type === 'double' || field.type === 'float') {
    return Number(number);
  }
  if (typeof number === 'number' && !Number.isFinite(number)) {
    throw outOfRange(field, number);
  }
  return readInteger(field, typeof number === 'bigint' ? number : BigInt(Math.trunc(number)));
}

function readInteger(field: FieldType, value: bigint): unknown {
  try {
    switch (field.type) {
      case 'int64':
        return toInt64(value);
      case 'uint64':
        return toUint64(value);
      default:
        return readInt32(field, value);
    }
  } catch {
    throw outOfRange(field, value);
  }
}

function readInt32(field: FieldType, value: bigint): number {
  const fits = field.type === 'uint32' ? BigInt.asUintN(32, value) : BigInt.asIntN(32, value);
  if (fits !== value) {
    throw outOfRange(field, value);
  }
  return Number(value);
}

function numberFromText(field: FieldType, text: string): number | bigint {
  const infinite = text === 'Infinity' || text === '-Infinity';
  if (infinite && field.type === 'double') {
    return Number(text);
  }
  if (!JSON_NUMBER.test(text)) {
    throw mismatch(`Failed to parse '${text}' as a JSON number for field '${field.name}'`);
  }
  return INTEGER_TEXT.test(text) ? BigInt(text) : Number(text);
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unexpected(field: FieldType, value: JsonValue): MesosProtoError {
  return mismatch(`Not expecting a JSON ${kindOf(value)} for field '${field.name}'`);
}

function kindOf(value: JsonValue): string {
  if (Array.isArray(value)) {
    return 'array';
  }
  return typeof value === 'bigint' ? 'number' : typeof value;
}

function outOfRange(field: FieldType, value: number | bigint): MesosProtoError {
  return mismatch(`${value} does not fit into ${field.type} field '${field.name}'`);
}

function mismatch(detail: string): MesosProtoError {
  return new MesosProtoError('MESOS_JSON_MISMATCH', detail, { detail });
}

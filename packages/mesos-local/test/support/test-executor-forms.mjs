// The two forms in which the test executor speaks to its agent. What it works with is Mesos's JSON; protobuf is made of
// that with the messages as they are generated, since no TypeScript can be loaded here.

import { Call, Event } from '@spark-mesos/mesos-proto/executor';
import { TaskState, TaskStatus } from '@spark-mesos/mesos-proto/v1';

/** Fields of bytes in what executors send. */
const BYTES = new Set(['uuid', 'data']);

/** @param {string} name */
const camel = (name) => name.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase());

/** @param {string} name */
const snake = (name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * @param {string} name
 * @param {unknown} value
 * @returns {unknown}
 */
function toField(name, value) {
  if (Array.isArray(value)) return value.map((one) => toField(name, one));
  if (typeof value === 'object' && value !== null) return toMessage(value);
  if (typeof value !== 'string') return value;
  if (BYTES.has(name)) return Buffer.from(value, 'base64');
  if (name === 'state') return TaskState[/** @type {keyof typeof TaskState} */ (value)];
  if (name === 'source') return TaskStatus.Source[/** @type {keyof typeof TaskStatus.Source} */ (value)];
  if (name === 'type') return Call.Type[/** @type {keyof typeof Call.Type} */ (value)];
  return value;
}

/** @param {object} json */
function toMessage(json) {
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [camel(name), toField(name, value)]));
}

/**
 * Numbers of enums stay numbers, except the type of the event.
 * @param {any} value
 * @returns {any}
 */
function toJson(value) {
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value !== 'object' || value === null) return value;
  if (typeof value.toNumber === 'function') return value.toNumber();
  const entries = Object.entries(value).filter(
    ([, one]) => one !== null && !(Array.isArray(one) && one.length === 0),
  );
  return Object.fromEntries(entries.map(([name, one]) => [snake(name), toJson(one)]));
}

/**
 * @typedef {{ mediaType: string, encode: (call: object) => Uint8Array, decode: (bytes: Uint8Array) => any }} Form
 * @type {{ json: Form, pb: Form }}
 */
export const FORMS = {
  json: {
    mediaType: 'application/json',
    encode: (call) => Buffer.from(JSON.stringify(call)),
    decode: (bytes) => JSON.parse(Buffer.from(bytes).toString()),
  },
  pb: {
    mediaType: 'application/x-protobuf',
    encode: (call) => Call.encode(/** @type {any} */ (toMessage(call))).finish(),
    decode: (bytes) => {
      const event = Event.decode(bytes);
      return { ...toJson(event), type: Event.Type[event.type ?? 0] };
    },
  },
};

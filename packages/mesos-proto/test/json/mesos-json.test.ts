import { describe, expect, it } from 'vitest';
import {
  fromMesosJson,
  type JsonValue,
  mesos,
  parseJson,
  stringifyMesosJson,
  toBigInt,
  toMesosJson,
  toUint64,
} from '../../src/index.ts';

const { Call, Event, OfferConstraints } = mesos.v1.scheduler;
const {
  FrameworkInfo,
  MasterInfo,
  Resource,
  TaskStatus,
  TimeInfo,
  Unavailability,
  ContainerID,
  ResourceStatistics,
} = mesos.v1;
const { Range, Scalar } = mesos.v1.Value;

const refusal = (detail: string, code = 'MESOS_JSON_MISMATCH') => expect.objectContaining({ code, detail });

describe('toMesosJson', () => {
  it('writes names, enums, bytes and numbers as Mesos does', () => {
    const status: mesos.v1.ITaskStatus = {
      taskId: { value: 't' },
      state: mesos.v1.TaskState.TASK_RUNNING,
      uuid: Uint8Array.of(251, 255, 190),
      timestamp: 15,
      healthy: false,
    };
    expect(stringifyMesosJson(TaskStatus, status)).toBe(
      '{"task_id":{"value":"t"},"state":"TASK_RUNNING","timestamp":15.0,"uuid":"+/++","healthy":false}',
    );
    expect(toMesosJson(TaskStatus, status)).toEqual({
      task_id: { value: 't' },
      state: 'TASK_RUNNING',
      uuid: '+/++',
      timestamp: 15,
      healthy: false,
    });
  });

  it('writes 64-bit values as plain numbers with all digits', () => {
    const range = { begin: toUint64(5), end: toUint64(2n ** 64n - 1n) };
    expect(stringifyMesosJson(Range, range)).toBe('{"begin":5,"end":18446744073709551615}');
    expect(toMesosJson(Range, range)).toEqual({ begin: 5, end: 18446744073709551615n });
  });

  it.each([
    [0, '0.0'],
    [-0, '-0.0'],
    [0.1, '0.1'],
    [1e20, '100000000000000000000.0'],
    [1e21, '1e21'],
    [1e-7, '1e-7'],
    [Number.POSITIVE_INFINITY, '"Infinity"'],
  ])('writes the double %s as %s', (value, text) => {
    expect(stringifyMesosJson(Scalar, { value })).toBe(`{"value":${text}}`);
    expect(fromMesosJson(Scalar, parseJson(`{"value":${text}}`)).value).toBe(value);
  });

  it('has no form for NaN', () => {
    expect(() => stringifyMesosJson(Scalar, { value: Number.NaN })).toThrow(
      expect.objectContaining({ code: 'MESOS_JSON_MISMATCH' }),
    );
  });

  it('leaves out what is not set, and writes defaults as a master does when asked to', () => {
    const info = { user: 'u', name: 'n' };
    expect(toMesosJson(FrameworkInfo, info)).toEqual(info);
    expect(stringifyMesosJson(FrameworkInfo, info, { defaults: true })).toBe(
      '{"user":"u","name":"n","failover_timeout":0.0,"checkpoint":false}',
    );
  });

  it('writes a capability without a known name as an empty object', () => {
    const info = {
      id: 'm',
      ip: 1,
      port: 2,
      capabilities: [{ type: 99 as mesos.v1.MasterInfo.Capability.Type }],
    };
    expect(toMesosJson(MasterInfo, info)).toEqual({ id: 'm', ip: 1, port: 2, capabilities: [{}] });
  });

  it('writes maps and reads them back, whatever the keys are', () => {
    const constraints = OfferConstraints.create({ roleConstraints: {} });
    const keys = ['dev', '', '__proto__', 'constructor'];
    for (const key of keys) {
      Object.defineProperty(constraints.roleConstraints, key, { value: { groups: [] }, enumerable: true });
    }
    const json = toMesosJson(OfferConstraints, constraints);
    expect(Object.keys(json.role_constraints as object)).toEqual(keys);
    const back = fromMesosJson(OfferConstraints, json);
    expect(Object.keys(back.roleConstraints)).toEqual(keys);
    expect(Object.getPrototypeOf(back.roleConstraints)).toBe(Object.prototype);
  });

  it('refuses what is no message class', () => {
    expect(() => toMesosJson(Date as never, {} as never)).toThrow(
      expect.objectContaining({ code: 'MESOS_TYPE_UNKNOWN' }),
    );
  });
});

describe('fromMesosJson', () => {
  it('makes messages as decoding does, with defaults for what is not set', () => {
    const call = fromMesosJson(Call, { type: 'KILL', kill: { task_id: { value: 't' } } });
    expect(call).toBeInstanceOf(Call);
    expect(call.kill?.taskId).toBeInstanceOf(mesos.v1.TaskID);
    expect(call.revive).toBeFalsy();
    expect(fromMesosJson(FrameworkInfo, { user: 'u', name: 'n' }).checkpoint).toBe(false);
  });

  it('ignores unknown members, and takes null and unknown names of enum values as not set', () => {
    const event = fromMesosJson(Event, {
      type: 'INVENTED',
      added_later: [{}],
      heartbeat: true,
      offers: null,
    });
    expect(Object.hasOwn(event, 'type')).toBe(false);
    expect(Object.hasOwn(event, 'offers')).toBe(false);
  });

  it('takes numbers and booleans given as text, a lone item for a list, and cuts fractions of integers', () => {
    const time = (value: JsonValue) => fromMesosJson(TimeInfo, { nanoseconds: value }).nanoseconds;
    expect(toBigInt(time('1795248682490612001'))).toBe(1795248682490612001n);
    expect(toBigInt(time(5.9))).toBe(5n);
    expect(
      fromMesosJson(FrameworkInfo, { user: 'u', name: 'n', checkpoint: 'true', roles: 'dev' }),
    ).toMatchObject({
      checkpoint: true,
      roles: ['dev'],
    });
    expect(fromMesosJson(Scalar, { value: '1.5' }).value).toBe(1.5);
  });

  it.each<[string, JsonValue, string]>([
    ['a list', [], 'Expecting a JSON object'],
    ['a number for a text', { user: 5, name: 'n' }, "Not expecting a JSON number for field 'user'"],
    ['a text for a message', { user: 'u', name: 'n', id: 'x' }, "Not expecting a JSON string for field 'id'"],
    ['a list for one value', { user: ['u'], name: 'n' }, "Not expecting a JSON array for field 'user'"],
    ['an object for a text', { user: {}, name: 'n' }, "Not expecting a JSON object for field 'user'"],
    [
      'a boolean for a double',
      { failover_timeout: true },
      "Not expecting a JSON boolean for field 'failover_timeout'",
    ],
    [
      'words for a double',
      { failover_timeout: 'soon' },
      "Failed to parse 'soon' as a JSON number for field 'failover_timeout'",
    ],
    [
      'words for a boolean',
      { checkpoint: 'yes' },
      "Failed to parse 'yes' as a JSON boolean for field 'checkpoint'",
    ],
    ['a number for a boolean', { checkpoint: 1 }, "Not expecting a JSON number for field 'checkpoint'"],
    ['a text for a map', { offer_filters: 'x' }, "Not expecting a JSON string for field 'offer_filters'"],
  ])('refuses %s in the words of a master', (_, json, detail) => {
    expect(() => fromMesosJson(FrameworkInfo, json)).toThrow(refusal(detail));
  });

  it('refuses text that is not base64, a required enum that it does not know, and integers that do not fit', () => {
    expect(() => fromMesosJson(TaskStatus, { uuid: 'a b' })).toThrow(
      refusal("Failed to base64 decode bytes field 'uuid'"),
    );
    expect(() => fromMesosJson(Resource, { name: 'cpus', type: 'HEAP' })).toThrow(
      refusal("Failed to find enum for 'HEAP'"),
    );
    expect(() => fromMesosJson(Range, { begin: -1, end: 1 })).toThrow(
      refusal("-1 does not fit into uint64 field 'begin'"),
    );
    expect(() => fromMesosJson(MasterInfo, { ip: 2 ** 32 })).toThrow(
      refusal("4294967296 does not fit into uint32 field 'ip'"),
    );
    expect(() => fromMesosJson(ResourceStatistics, { mem_rss_bytes: 'Infinity' })).toThrow(
      expect.objectContaining({ code: 'MESOS_JSON_MISMATCH' }),
    );
  });

  it('names missing fields, those inside lists and messages too', () => {
    expect(() => fromMesosJson(Unavailability, {})).toThrow(
      refusal('Missing required fields: start', 'MESOS_MESSAGE_INCOMPLETE'),
    );
    expect(() => fromMesosJson(Call, { accept: { offer_ids: [{ value: 'a' }, {}], filters: {} } })).toThrow(
      refusal('Missing required fields: accept.offer_ids[1].value', 'MESOS_MESSAGE_INCOMPLETE'),
    );
  });

  it('refuses messages that hold themselves too deep', () => {
    let json: JsonValue = { value: 'x' };
    for (let level = 0; level < 1_000; level += 1) {
      json = { value: 'x', parent: json };
    }
    expect(() => fromMesosJson(ContainerID, json)).toThrow(refusal('Messages nest deeper than 100'));
  });
});

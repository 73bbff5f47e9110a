import { describe, expect, it } from 'vitest';
import {
  encodeMessage,
  fromMesosJson,
  type JsonObject,
  type JsonValue,
  MesosProtoError,
  mesos,
} from '../src/index.ts';

const { Call } = mesos.v1.scheduler;
const scalar = (name: string, value: number): JsonObject => ({ name, type: 'SCALAR', scalar: { value } });

/** An ACCEPT with required fields in lists, in maps and in messages within messages. */
const accept: JsonObject = {
  type: 'ACCEPT',
  framework_id: { value: 'f' },
  accept: {
    offer_ids: [{ value: 'o1' }, { value: 'o2' }],
    operations: [
      {
        type: 'LAUNCH',
        launch: {
          task_infos: [
            {
              name: 't',
              task_id: { value: 't' },
              agent_id: { value: 'a' },
              resources: [
                scalar('cpus', 1),
                { name: 'ports', type: 'RANGES', ranges: { range: [{ begin: 1, end: 2 }] } },
              ],
              limits: { mem: { value: 32 } },
              command: { uris: [{ value: 'u' }], environment: { variables: [{ name: 'n', value: 'v' }] } },
              health_check: { type: 'TCP', tcp: { port: 80 } },
            },
          ],
        },
      },
    ],
  },
};

/** The value with one member or item taken out, for each that there is. */
function* lessOne(value: JsonValue): Generator<JsonValue> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      yield value.toSpliced(index, 1);
      for (const less of lessOne(item)) {
        yield value.with(index, less);
      }
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      const { [name]: _, ...rest } = value;
      yield rest;
      for (const less of lessOne(member)) {
        yield { ...value, [name]: less };
      }
    }
  }
}

const camelCase = (name: string) => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Names as in the generated classes; enums by number; maps have keys without underscores here. */
function asMessage(value: JsonValue): unknown {
  if (Array.isArray(value)) {
    return value.map(asMessage);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [
        camelCase(name),
        name === 'type' ? 0 : asMessage(member),
      ]),
    );
  }
  return value;
}

function detailOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(MesosProtoError);
    return (error as MesosProtoError).detail;
  }
}

describe('a message that lacks any one thing', () => {
  const cases = [...lessOne(accept)];

  it('is refused when written for the reason for which it is refused when read', () => {
    const details = cases.map((json) => {
      const detail = detailOf(() => fromMesosJson(Call, json));
      const message = asMessage(json) as mesos.v1.scheduler.ICall;
      expect(detailOf(() => encodeMessage(Call, message))).toBe(detail);
      return detail;
    });
    expect(details.filter((detail) => detail === undefined).length).toBeGreaterThan(15);
    expect(new Set(details).size).toBeGreaterThan(15);
  });

  it('leaves nothing behind for the message that is written after it', () => {
    const message = asMessage(accept) as mesos.v1.scheduler.ICall;
    const bytes = encodeMessage(Call, message);
    for (const json of cases) {
      detailOf(() => encodeMessage(Call, asMessage(json) as mesos.v1.scheduler.ICall));
      expect(encodeMessage(Call, message)).toEqual(bytes);
    }
  });

  it('is not overwritten by the message that is written after it, however long', () => {
    const first = encodeMessage(mesos.v1.TaskID, { value: 'first' });
    const copy = first.slice();
    encodeMessage(mesos.v1.TaskID, { value: 'x'.repeat(3 * 1024 * 1024) });
    encodeMessage(mesos.v1.TaskID, { value: 'second' });
    expect(first).toEqual(copy);
  });
});

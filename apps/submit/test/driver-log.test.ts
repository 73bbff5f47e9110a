import { type DispatcherClient, DispatcherClientError } from '@spark-mesos/cluster-dispatcher/client';
import { expect, test } from 'vitest';
import { followLog, printLog } from '../src/driver-log.ts';

const LOG = { id: 'driver-1', file: 'stderr' } as const;

function refusal(status: number, detail: string) {
  const problem = { status, code: 'REQUEST_FAILED', problems: [] };
  return new DispatcherClientError('DISPATCHER_CLIENT_REFUSED', detail, { problem });
}

/** A dispatcher whose driver is in one state after the other; each look at its log reads on. */
function client(states: readonly string[], log: readonly (string | Error)[]) {
  const [stateLeft, logLeft] = [[...states], [...log]];
  const asked: object[] = [];
  const fake = {
    status: () => {
      const state = stateLeft.length > 1 ? stateLeft.shift() : stateLeft[0];
      const attempts =
        state === 'queued' ? [] : [{ number: 2, ...(state === 'finished' ? { finishedAt: 'now' } : {}) }];
      return Promise.resolve({ state, attempts });
    },
    log: (_id: string, range: { offset: number }) => {
      asked.push(range);
      const next = logLeft.shift() ?? '';
      if (next instanceof Error) return Promise.reject(next);
      const { offset } = range;
      return Promise.resolve({ data: next, offset, nextOffset: offset + next.length, attempt: 2 });
    },
  };
  return { client: fake as unknown as DispatcherClient, asked };
}

function paper() {
  const written = { out: '', told: '' };
  const around = {
    write: (text: string) => {
      written.out += text;
    },
    writeError: (text: string) => {
      written.told += text;
    },
    pollMs: 0,
  };
  return { written, around };
}

test('a log is followed from before its driver is started until it has ended', async () => {
  const none = refusal(404, 'there is no such attempt, and so no log');
  const soon = refusal(503, 'its sandbox is not there yet');
  const { client: asked } = client(
    ['queued', 'queued', 'running', 'running', 'running', 'finished'],
    [none, none, soon, 'one\n', '', 'two\n', ''],
  );
  const { written, around } = paper();
  await followLog(asked, LOG, around);
  expect(written.out).toBe('one\ntwo\n');
  expect(written.told).toBe(
    'spark-mesos: there is no such attempt, and so no log; asking again\n' +
      'spark-mesos: its sandbox is not there yet; asking again\n',
  );
});

test('the attempt that was begun with is followed to its end', async () => {
  const { client: asking, asked } = client(['running', 'finished'], ['one\n']);
  await followLog(asking, LOG, paper().around);
  expect(asked[0]).not.toHaveProperty('attempt');
  expect(asked.at(-1)).toMatchObject({ attempt: 2, offset: 4 });
});

test('of a driver that has ended, a log that cannot be read is not waited for', async () => {
  const { client: asking } = client(['finished'], [refusal(503, 'its agent is gone')]);
  await expect(followLog(asking, LOG, paper().around)).rejects.toThrow('its agent is gone');
});

test('a log is printed to its present end', async () => {
  const { client: asking } = client(['running'], ['one\n', 'two\n', '']);
  const { written, around } = paper();
  await printLog(asking, LOG, around);
  expect(written.out).toBe('one\ntwo\n');
});

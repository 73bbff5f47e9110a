import { DispatcherClientError } from '@spark-mesos/cluster-dispatcher/client';
import { expect, test } from 'vitest';
import { askPatiently } from '../src/patient-asking.ts';

const AWAY = new DispatcherClientError('DISPATCHER_CLIENT_UNREACHABLE', 'the dispatcher is not there');

function patience(longestMs = 1_000) {
  let told = '';
  let nowMs = 0;
  const around = {
    writeError: (text: string) => {
      told += text;
    },
    pollMs: 0,
    longestMs,
    nowMs: () => {
      nowMs += 100;
      return nowMs;
    },
  };
  return { around, told: () => told };
}

test('a dispatcher that is away is asked again until it answers, and that is said once', async () => {
  const { around, told } = patience();
  const answers = [AWAY, AWAY, AWAY];
  const call = async () => {
    const refused = answers.shift();
    if (refused !== undefined) throw refused;
    return 'finished';
  };
  expect(await askPatiently(call, around)).toBe('finished');
  expect(told()).toBe('spark-mesos: the dispatcher is not there; asking again\n');
});

test('one that does not come back is given up', async () => {
  const { around } = patience(300);
  await expect(askPatiently(() => Promise.reject(AWAY), around)).rejects.toMatchObject({
    code: 'SUBMIT_NO_MASTER',
  });
});

test('what it refuses is not asked for again', async () => {
  const { around, told } = patience();
  const problem = { status: 404, code: 'DISPATCHER_NOT_FOUND', problems: [] };
  const refusal = new DispatcherClientError('DISPATCHER_CLIENT_REFUSED', 'there is none', { problem });
  await expect(askPatiently(() => Promise.reject(refusal), around)).rejects.toMatchObject({
    code: 'SUBMIT_NO_APPLICATION',
  });
  expect(told()).toBe('');
});

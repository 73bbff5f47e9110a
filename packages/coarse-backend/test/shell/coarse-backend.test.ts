import { mesos } from '@spark-mesos/mesos-proto';
import { FakeSchedulerPort } from '@spark-mesos/scheduler-utils/testing';
import { describe, expect, test } from 'vitest';
import { CoarseBackend, DEFAULT_COARSE_SETTINGS } from '../../src/index.ts';
import { offers, RecordingApplication, started, subscribed, until, update } from './started.ts';

const { Type } = mesos.v1.scheduler.Call;
const EventType = mesos.v1.scheduler.Event.Type;

describe('the backend', () => {
  test('C1: launches on offers, tells the application, acknowledges, and tears down at the end', async () => {
    const { client, application, backend } = started();
    backend.setExecutorTotals(new Map([[0, { cores: 1, memoryMiB: 512, total: 1 }]]));
    client.push(subscribed);
    client.push(offers({ id: 'o1', agentId: 'a', cpus: 2, memMiB: 4096 }));
    client.push(update('p-0', 'TASK_RUNNING'));
    await until(() => expect(application.heard).toEqual(['registered f-1', 'launched 0', '0 RUNNING']));
    expect(client.calls.map(({ type }) => type)).toEqual([Type.ACCEPT, Type.SUPPRESS]);
    expect(client.calls[0]?.accept?.operations?.[0]?.launch?.taskInfos?.[0]).toMatchObject({
      name: 'worker 0',
      command: { value: '/bin/sleep' },
    });
    await until(() => expect(client.acknowledged).toHaveLength(1));
    const stopped = backend.stop();
    client.push(update('p-0', 'TASK_FINISHED'));
    await stopped;
    expect(client.isTornDown).toBe(true);
    expect(application.heard.at(-1)).toBe('0 EXITED');
  });

  test('wakes by itself: what is left at the end is killed in time', async () => {
    const { client, clock, backend } = started({ shutdownTimeoutMs: 1000 });
    backend.setExecutorTotals(new Map([[0, { cores: 1, memoryMiB: 512, total: 1 }]]));
    client.push(subscribed);
    client.push(offers({ id: 'o1', cpus: 2, memMiB: 4096 }));
    await until(() => expect(client.calls).toHaveLength(2));
    const stopped = backend.stop();
    clock.advance(1000);
    expect(client.calls.at(-1)).toMatchObject({ type: Type.KILL, kill: { taskId: { value: 'p-0' } } });
    clock.advance(5000);
    await stopped;
    expect(clock.timers).toBe(0);
  });

  test('a callback may call back: its wish is dealt with after the effects at hand', async () => {
    const { client, application, backend } = started();
    application.onRegistered = () => backend.setExecutorTotals(new Map([[0, { memoryMiB: 512, total: 1 }]]));
    client.push(subscribed);
    client.push(offers({ id: 'o1', cpus: 2, memMiB: 4096 }));
    await until(() => expect(application.heard).toEqual(['registered f-1', 'launched 0']));
    expect(client.calls.map(({ type }) => type)).toEqual([
      Type.SUPPRESS,
      Type.REVIVE,
      Type.ACCEPT,
      Type.SUPPRESS,
    ]);
  });

  test('an application that cannot say how to launch gets nothing and fails; the offers go back', async () => {
    const { client, application, backend } = started();
    application.launch = () => {
      throw new Error('no Spark');
    };
    backend.setExecutorTotals(new Map([[0, { cores: 1, memoryMiB: 512, total: 1 }]]));
    client.push(subscribed);
    client.push(offers({ id: 'o1', cpus: 2, memMiB: 4096 }));
    const failure = 'failed Executor 0 cannot be launched: no Spark';
    await until(() => expect(application.heard.slice(-3)).toEqual(['launched 0', '0 FAILED', failure]));
    expect(client.calls.map(({ type }) => type)).toEqual([Type.SUPPRESS, Type.DECLINE]);
  });

  test('an ACCEPT that does not get through is cleared up', async () => {
    const { client, backend } = started();
    backend.setExecutorTotals(new Map([[0, { cores: 1, memoryMiB: 512, total: 1 }]]));
    client.callError = new Error('connection lost');
    client.push(subscribed);
    client.push(offers({ id: 'o1', agentId: 'a', cpus: 2, memMiB: 4096 }));
    await until(() => {
      expect(client.calls.find(({ type }) => type === Type.RECONCILE)).toMatchObject({
        reconcile: { tasks: [{ taskId: { value: 'p-0' }, agentId: { value: 'a' } }] },
      });
    });
  });

  test('C55: kills nothing before the framework is registered', async () => {
    const { client, backend } = started();
    expect(backend.killExecutors([0])).toBe(false);
    client.push(subscribed);
    await until(() => expect(backend.snapshot().connection).toBe('subscribed'));
    expect(backend.killExecutors([0])).toBe(true);
  });

  test('the loss of an agent is told, that of one executor is left to its updates', async () => {
    const { client, application, backend } = started();
    backend.setExecutorTotals(new Map([[0, { cores: 1, memoryMiB: 512, total: 1 }]]));
    client.push(subscribed);
    client.push(offers({ id: 'o1', agentId: 'a', cpus: 2, memMiB: 4096 }));
    const failure = { agentId: { value: 'a' } };
    client.push({
      kind: 'mesos',
      event: { type: EventType.FAILURE, failure: { ...failure, executorId: { value: 'p-0' }, status: 9 } },
    });
    client.push({ kind: 'mesos', event: { type: EventType.FAILURE, failure } });
    await until(() => expect(client.calls.at(-1)?.type).toBe(Type.RECONCILE));
    client.push(update('p-0', 'TASK_GONE_BY_OPERATOR'));
    await until(() => expect(application.heard.slice(1)).toEqual(['launched 0', '0 FAILED']));
  });

  test('C46: the end of the subscription fails the application', async () => {
    const { client, application, backend } = started();
    client.push({ kind: 'failed', error: new Error('Framework has been removed') });
    await until(() => expect(application.heard).toEqual(['failed Framework has been removed']));
    await backend.close();
    expect(client.isTornDown).toBe(true);
  });

  test('an application that throws in a callback does not stop the others of its executors', async () => {
    const { client, application } = started();
    application.onRegistered = () => {
      throw new Error('a bug');
    };
    client.push(subscribed);
    await until(() => expect(client.calls.map(({ type }) => type)).toEqual([Type.SUPPRESS]));
  });

  test('an aborted signal stops it', async () => {
    const client = new FakeSchedulerPort();
    const abort = new AbortController();
    const settings = DEFAULT_COARSE_SETTINGS;
    const backend = new CoarseBackend({
      client,
      application: new RecordingApplication(),
      settings,
      signal: abort.signal,
    });
    backend.start();
    abort.abort();
    await backend.stop();
    expect(client.isTornDown).toBe(true);
  });
});

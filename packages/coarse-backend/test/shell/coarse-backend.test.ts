import { mesos } from '@spark-mesos/mesos-proto';
import { describe, expect, test, vi } from 'vitest';
import type { CoarseApplication, CoarseSettings, ExecutorPlacement } from '../../src/index.ts';
import { CoarseBackend, DEFAULT_COARSE_SETTINGS } from '../../src/index.ts';
import { FakeClock, FakeSchedulerPort, makeOffer, makeStatus } from '../../src/testing/index.ts';

const { Type } = mesos.v1.scheduler.Call;
const EventType = mesos.v1.scheduler.Event.Type;

class RecordingApplication implements CoarseApplication {
  readonly heard: string[] = [];
  onRegistered: () => void = () => {};

  launch({ executorId }: ExecutorPlacement) {
    return {
      name: `worker ${executorId}`,
      command: { shell: false, value: '/bin/sleep', arguments: ['sleep', '60'] },
    };
  }
  registered(frameworkId: string) {
    this.heard.push(`registered ${frameworkId}`);
    this.onRegistered();
  }
  executorLaunched({ executorId }: ExecutorPlacement) {
    this.heard.push(`launched ${executorId}`);
  }
  executorState({ executorId }: ExecutorPlacement, state: string) {
    this.heard.push(`${executorId} ${state}`);
  }
  waiting({ reason }: { reason: string }) {
    this.heard.push(`waiting ${reason}`);
  }
  failed(error: Error) {
    this.heard.push(`failed ${error.message}`);
  }
}

function started(settings: Partial<CoarseSettings> = {}) {
  const client = new FakeSchedulerPort();
  const application = new RecordingApplication();
  const clock = new FakeClock();
  const backend = new CoarseBackend({
    client,
    application,
    clock,
    settings: { ...DEFAULT_COARSE_SETTINGS, ...settings },
    taskIdPrefix: 'p',
  });
  backend.start();
  return { client, application, clock, backend };
}

/** Waits until it holds; events pass through a few promises on their way. */
const until = (check: () => void) => vi.waitFor(check, { interval: 1 });

const subscribed = { kind: 'subscribed', frameworkId: 'f-1' } as const;
const offers = (...sketches: Parameters<typeof makeOffer>[0][]) =>
  ({
    kind: 'mesos',
    event: { type: EventType.OFFERS, offers: { offers: sketches.map(makeOffer), inverseOffers: [] } },
  }) as const;
const update = (...status: Parameters<typeof makeStatus>) =>
  ({ kind: 'mesos', event: { type: EventType.UPDATE, update: { status: makeStatus(...status) } } }) as const;

describe('the backend', () => {
  test('launches on offers, tells the application, acknowledges, and tears down at the end', async () => {
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

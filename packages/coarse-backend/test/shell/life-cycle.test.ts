import { mesos, toInt64 } from '@spark-mesos/mesos-proto';
import { silentLogger } from '@spark-mesos/scheduler-utils';
import { FakeClock, FakeSchedulerPort } from '@spark-mesos/scheduler-utils/testing';
import { describe, expect, test } from 'vitest';
import type { ExecutorPlacement } from '../../src/index.ts';
import { CoarseBackend, DEFAULT_COARSE_SETTINGS } from '../../src/index.ts';
import { offers, RecordingApplication, started, subscribed, until, update } from './started.ts';

const { Type } = mesos.v1.scheduler.Call;
const EventType = mesos.v1.scheduler.Event.Type;
const ONE = new Map([[0, { cores: 1, memoryMiB: 512, total: 1 }]]);

/** An inverse offer for agent `a` from this time since 1970 on. */
function inverseOffer(id: string, startMs: number) {
  const unavailability = { start: { nanoseconds: toInt64(BigInt(startMs) * 1_000_000n) } };
  const inverseOffers = [
    { id: { value: id }, agentId: { value: 'a' }, frameworkId: { value: 'f-1' }, unavailability },
  ];
  return {
    kind: 'mesos',
    event: { type: EventType.INVERSE_OFFERS, inverseOffers: { inverseOffers } },
  } as const;
}

/** An executor of an earlier life. */
const EARLIER: ExecutorPlacement = {
  executorId: 3,
  taskId: 'earlier-3',
  agentId: 'a',
  hostname: 'host-of-a',
  cores: 1,
  advertisedCores: 1,
  gpus: 0,
  ports: [],
  place: [],
  memoryMiB: 512,
  taskMemoryMiB: 896,
  profileId: 0,
};

describe('the life of a backend', () => {
  test('C32: an inverse offer is agreed to; the executor is told in time, and killed at the deadline', async () => {
    const { client, application, clock, backend } = started();
    backend.setExecutorTotals(ONE);
    client.push(subscribed);
    client.push(offers({ id: 'o1', agentId: 'a', cpus: 2, memMiB: 4096 }));
    client.push(update('p-0', 'TASK_RUNNING', { agentId: 'a' }));
    client.push(inverseOffer('i1', clock.epochNow() + 1_000_000));
    await until(() =>
      expect(client.calls.at(-1)).toMatchObject({
        type: Type.ACCEPT_INVERSE_OFFERS,
        acceptInverseOffers: { inverseOfferIds: [{ value: 'i1' }], filters: { refuseSeconds: 120 } },
      }),
    );
    clock.advance(400_000);
    expect(application.heard.at(-1)).toBe('0 drained until 1995000');
    clock.advance(595_000);
    expect(client.calls.at(-1)).toMatchObject({ type: Type.KILL, kill: { taskId: { value: 'p-0' } } });
  });

  test('C32: a maintenance that only an offer tells of counts as well, until it is taken back', async () => {
    const { client, application, clock, backend } = started();
    backend.setExecutorTotals(ONE);
    client.push(subscribed);
    client.push(
      offers({ id: 'o1', agentId: 'a', cpus: 2, memMiB: 4096, maintenanceAtMs: clock.epochNow() + 60_000 }),
    );
    await until(() => expect(client.calls).toHaveLength(1));
    expect(client.calls[0]).toMatchObject({ type: Type.DECLINE });
    client.push(inverseOffer('i1', clock.epochNow() + 60_000));
    const rescindInverseOffer = { inverseOfferId: { value: 'i1' } };
    client.push({ kind: 'mesos', event: { type: EventType.RESCIND_INVERSE_OFFER, rescindInverseOffer } });
    client.push(offers({ id: 'o2', agentId: 'a', cpus: 2, memMiB: 4096 }));
    await until(() => expect(application.heard).toEqual(['registered f-1', 'launched 0']));
  });

  test('C58: a framework that is left to the next backend is not torn down', async () => {
    const { client, backend } = started();
    backend.setExecutorTotals(ONE);
    client.push(subscribed);
    client.push(offers({ id: 'o1', agentId: 'a', cpus: 2, memMiB: 4096 }));
    await until(() => expect(client.calls).toHaveLength(2));
    await backend.detach();
    expect(client).toMatchObject({ isClosed: true, isTornDown: false });
    await backend.stop();
    expect(client.isTornDown).toBe(false);
  });

  test('C58: the next one takes its executors over, and asks for them at once', async () => {
    const client = new FakeSchedulerPort();
    const application = new RecordingApplication();
    const clock = new FakeClock();
    const options = { client, application, clock, settings: DEFAULT_COARSE_SETTINGS, frameworkId: 'f-1' };
    const backend = new CoarseBackend(options);
    backend.adopt([EARLIER], { nextExecutorId: 9 });
    backend.start();
    expect(() => backend.adopt([EARLIER])).toThrow(
      expect.objectContaining({ code: 'COARSE_ADOPTED_TOO_LATE' }),
    );
    client.push(subscribed);
    client.push(update('earlier-3', 'TASK_RUNNING', { reason: 'REASON_RECONCILIATION', agentId: 'a' }));
    client.push(update('earlier-4', 'TASK_RUNNING', { reason: 'REASON_RECONCILIATION', agentId: 'a' }));
    await until(() => expect(application.heard).toEqual(['registered f-1', '3 RUNNING']));
    await until(() => expect(client.acknowledged).toHaveLength(2));
    expect(client.calls.map(({ type }) => type)).toEqual([
      Type.SUPPRESS,
      Type.RECONCILE,
      Type.RECONCILE,
      Type.KILL,
    ]);
    expect(client.calls.at(-1)?.kill?.taskId?.value).toBe('earlier-4');
  });

  test('C58: a signal that aborts tears the framework down', async () => {
    const abort = new AbortController();
    const { client, backend } = started({}, { signal: abort.signal });
    client.push(subscribed);
    await until(() => expect(backend.snapshot().connection).toBe('subscribed'));
    abort.abort();
    await backend.close();
    expect(client.isTornDown).toBe(true);
  });

  test('C26, C27: the agents that are left out are listed, and taken in again on demand', async () => {
    const { client, clock, backend } = started({ agentMaxFailures: 1 });
    backend.setExecutorTotals(ONE);
    client.push(subscribed);
    client.push(offers({ id: 'o1', agentId: 'a', cpus: 2, memMiB: 4096 }));
    client.push(update('p-0', 'TASK_FAILED', { agentId: 'a', message: 'Command exited with status 1' }));
    await until(() => expect(backend.excludedAgents()).toHaveLength(1));
    expect(backend.excludedAgents()[0]).toMatchObject({ agentId: 'a', untilMs: clock.now() + 15_000 });
    backend.clearExclusions(['b']);
    expect(backend.excludedAgents()).toHaveLength(1);
    backend.clearExclusions(['a']);
    expect(backend.excludedAgents()).toEqual([]);
  });

  test('C50, C51: the id of the framework is known from its registration on', async () => {
    const { client, backend } = started();
    expect(backend.snapshot().frameworkId).toBeUndefined();
    client.push(subscribed);
    await until(() => expect(backend.snapshot().frameworkId).toBe('f-1'));
  });

  test('C82: figures can be read at any time', async () => {
    const { client, backend } = started();
    client.push(subscribed);
    client.push(offers({ id: 'o1', cpus: 2, memMiB: 4096 }));
    await until(() =>
      expect(backend.metrics()).toMatchObject({ 'executor.mesos.offer': 1, 'executor.count': 0 }),
    );
  });

  test('C26, C54, C83: offers, totals and agents that are left out are logged in the words of the original', async () => {
    const said: string[] = [];
    const note = (_: object, phrase: string) => said.push(phrase);
    const logger = { ...silentLogger, info: note, warn: note, child: () => logger };
    const { client, backend } = started({ agentMaxFailures: 1 }, { logger });
    backend.setExecutorTotals(ONE);
    client.push(subscribed);
    client.push(
      offers({ id: 'o1', agentId: 'a', cpus: 2, memMiB: 4096 }, { id: 'o2', cpus: 2, memMiB: 4096 }),
    );
    client.push(update('p-0', 'TASK_FAILED', { agentId: 'a' }));
    await until(() => expect(said).toContain('Excluding Mesos agent a due to too many failures'));
    expect(said).toContain('Capping the total amount of executors to 1');
    expect(said).toContain('Received 2 resource offers');
  });
});

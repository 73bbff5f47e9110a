import { MesosError } from '@spark-mesos/mesos-client';
import { mesos } from '@spark-mesos/mesos-proto';
import { parseDispatcherSettings } from '@spark-mesos/scheduler-utils';
import { FakeClock, FakeSchedulerPort, makeOffer, makeStatus } from '@spark-mesos/scheduler-utils/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Dispatcher, type DispatcherEvent } from '../../src/index.ts';
import { FaultyStore } from '../../src/testing/index.ts';
import { requestOf } from '../core/bench.ts';

const { Type: EventType } = mesos.v1.scheduler.Event;
const { Type: CallType } = mesos.v1.scheduler.Call;

/** Lets everything that is on its way arrive. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('Dispatcher', () => {
  let clock: FakeClock;
  let store: FaultyStore;
  let ports: FakeSchedulerPort[];
  let frameworks: mesos.v1.IFrameworkInfo[];
  let dispatcher: Dispatcher;

  beforeEach(async () => {
    clock = new FakeClock(Date.UTC(2026, 0, 1));
    store = new FaultyStore();
    ports = [];
    frameworks = [];
    dispatcher = await start();
  });

  afterEach(() => dispatcher.close());

  async function start(): Promise<Dispatcher> {
    const parsed = parseDispatcherSettings({ 'spark.home': '/opt/spark', 'spark.mesos.role': 'team' });
    if (!parsed.ok) throw new Error('refused');
    return Dispatcher.start({
      settings: parsed.settings,
      identity: { user: 'nobody', name: 'drivers' },
      connect: (framework) => {
        const port = new FakeSchedulerPort();
        ports.push(port);
        frameworks.push(framework);
        return port;
      },
      store,
      masterUrlOf: ({ submissionId }) => `spark://gateway/${submissionId}`,
      clock,
      random: () => 0,
    });
  }

  const port = () => ports.at(-1) as FakeSchedulerPort;
  const callsOf = (type: mesos.v1.scheduler.Call.Type) => port().calls.filter((call) => call.type === type);

  async function subscribe(frameworkId = 'fw'): Promise<void> {
    const first = port();
    first.push({ kind: 'subscribed', frameworkId });
    await settle();
    // A framework that is new is subscribed once more, to stay.
    if (port() !== first) port().push({ kind: 'subscribed', frameworkId });
    await settle();
  }

  async function push(event: mesos.v1.scheduler.IEvent): Promise<void> {
    port().push({ kind: 'mesos', event });
    await settle();
  }

  const offers = (...ids: string[]) =>
    push({
      type: EventType.OFFERS,
      offers: { offers: ids.map((id) => makeOffer({ id, cpus: 4, memMiB: 4096 })) },
    });
  const update = (taskId: string, state: 'TASK_RUNNING' | 'TASK_FINISHED' | 'TASK_FAILED') =>
    push({ type: EventType.UPDATE, update: { status: makeStatus(taskId, state) } });

  async function take(): Promise<string> {
    const outcome = await dispatcher.submit(requestOf());
    if (!outcome.ok) throw new Error(outcome.message);
    return outcome.submissionId;
  }

  test('U11: registers as the framework of a dispatcher, and with its old id when it comes back', async () => {
    expect(frameworks).toMatchObject([{ user: 'nobody', name: 'drivers', role: 'team', checkpoint: true }]);
    expect(frameworks[0]?.id).toBeUndefined();
    await subscribe();
    await dispatcher.close();
    dispatcher = await start();
    expect(frameworks.at(-1)?.id).toEqual({ value: 'fw' });
  });

  test('U11: a new framework goes by itself until its id is safe; then it is subscribed once more, to stay', async () => {
    store.isPrompt = false;
    await subscribe();
    expect(frameworks.map(({ failoverTimeout }) => failoverTimeout)).toEqual([60]);
    await offers('o1');
    expect(callsOf(CallType.ACCEPT)).toEqual([]);
    store.isPrompt = true;
    store.sync(1);
    await settle();
    expect(frameworks.map(({ id, failoverTimeout }) => [id?.value, failoverTimeout])).toEqual([
      [undefined, 60],
      ['fw', 2 ** 31 - 1],
    ]);
  });

  test('a driver from its submission to its end, with calls and events', async () => {
    await subscribe();
    const seen: string[] = [];
    dispatcher.subscribe((event) => {
      if (event.kind === 'submission') seen.push(event.submission.state);
    });
    const id = await take();
    expect(callsOf(CallType.REVIVE)).toHaveLength(1);
    await offers('o1');
    const [accept] = callsOf(CallType.ACCEPT);
    const [task] = accept?.accept?.operations?.[0]?.launch?.taskInfos ?? [];
    expect(task?.command?.arguments).toContain(`spark://gateway/${id}`);
    await update(id, 'TASK_RUNNING');
    await update(id, 'TASK_FINISHED');
    expect(port().acknowledged).toHaveLength(2);
    expect(seen).toEqual(['queued', 'launching', 'running', 'finished']);
    expect(dispatcher.metrics()).toMatchObject({
      submissionsTotal: 1,
      launchesTotal: 1,
      finishedDrivers: 1,
      endedByTaskState: { TASK_FINISHED: 1 },
    });
  });

  test('readiness says what is missing, and each change of it is told', async () => {
    const told: boolean[] = [];
    dispatcher.subscribe((event) => {
      if (event.kind === 'readiness') told.push(event.readiness.ready);
    });
    expect(dispatcher.readiness()).toMatchObject({ ready: false, subscribed: false, storeWritable: true });
    await subscribe();
    expect(dispatcher.readiness()).toMatchObject({ ready: true, frameworkId: 'fw', problems: [] });
    store.failure = 'no space left on device';
    expect(await dispatcher.submit(requestOf())).toMatchObject({
      ok: false,
      code: 'DISPATCHER_STORE_FAILED',
    });
    expect(dispatcher.readiness()).toMatchObject({
      ready: false,
      storeWritable: false,
      problems: ['nothing can be written down: no space left on device'],
    });
    for (let seconds = 0; seconds < 60; seconds += 1) {
      clock.advance(1000);
      await settle();
      expect(dispatcher.readiness().storeWritable).toBe(false);
    }
    store.failure = undefined;
    // It finds out by itself, without anybody who submits.
    clock.advance(10_000);
    await settle();
    expect(dispatcher.readiness()).toMatchObject({ ready: true, problems: [] });
    port().push({ kind: 'disconnected', reason: 'gone' });
    await settle();
    expect(dispatcher.readiness().problems).toEqual(['not subscribed: gone']);
    expect(told).toEqual([true, false, true, false]);
  });

  test('a subscription that fails is tried again, ever later; one that was taken over is not', async () => {
    port().push({ kind: 'failed', error: new MesosError('MESOS_REGISTRATION_TIMEOUT', 'no master') });
    await settle();
    clock.advance(999);
    expect(ports).toHaveLength(1);
    clock.advance(1);
    expect(ports).toHaveLength(2);
    port().push({ kind: 'failed', error: new MesosError('MESOS_REGISTRATION_TIMEOUT', 'no master') });
    await settle();
    clock.advance(2000);
    expect(ports).toHaveLength(3);
    port().push({ kind: 'failed', error: new MesosError('MESOS_FRAMEWORK_FAILED_OVER', 'other') });
    await settle();
    clock.advance(60_000);
    expect(ports).toHaveLength(3);
    expect(dispatcher.readiness().problems[0]).toContain('another dispatcher has taken the framework over');
  });

  test('D10: a framework that is no more is given up, and another one is registered', async () => {
    await subscribe();
    port().push({
      kind: 'failed',
      error: new MesosError('MESOS_FRAMEWORK_REMOVED', 'Framework has been removed'),
    });
    await settle();
    expect(frameworks).toHaveLength(3);
    expect(frameworks.at(-1)?.id).toBeUndefined();
    await subscribe('fw2');
    expect(dispatcher.readiness()).toMatchObject({ ready: true, frameworkId: 'fw2' });
  });

  test('D53: a timer starts a driver again, without anything else happening', async () => {
    await subscribe();
    const outcome = await dispatcher.submit(requestOf({ 'spark.driver.supervise': 'true' }));
    const id = outcome.ok ? outcome.submissionId : '';
    await offers('o1');
    await update(id, 'TASK_FAILED');
    expect(dispatcher.retries()).toMatchObject([{ submissionId: id, retry: { waitSeconds: 1 } }]);
    const before = callsOf(CallType.REVIVE).length;
    clock.advance(1000);
    await settle();
    expect(callsOf(CallType.REVIVE)).toHaveLength(before + 1);
  });

  test('a launch that the master does not take is made again', async () => {
    await subscribe();
    const id = await take();
    port().callError = new MesosError('MESOS_NOT_SUBSCRIBED', 'not now');
    await offers('o1');
    port().callError = undefined;
    expect(dispatcher.status(id)?.state).toBe('queued');
    clock.advance(2000);
    await offers('o2');
    expect(dispatcher.status(id)).toMatchObject({ state: 'launching', attemptCount: 2 });
  });

  test('kill, kill all, clear and submit again', async () => {
    await subscribe();
    const [one, two] = [await take(), await take()];
    expect(await dispatcher.kill(one)).toEqual({ ok: true, was: 'queued' });
    expect(await dispatcher.killAll()).toEqual([two]);
    const again = await dispatcher.resubmit(one, { properties: { 'spark.app.name': 'again' } });
    expect(again).toMatchObject({ ok: true });
    const id = again.ok ? again.submissionId : '';
    expect(dispatcher.status(id)).toMatchObject({ name: 'again', resubmissionOf: one });
    expect(await dispatcher.resubmit('driver-none')).toMatchObject({ code: 'DISPATCHER_NOT_FOUND' });
    expect(await dispatcher.clear([one, id])).toBe(1);
    expect(await dispatcher.clear()).toBe(1);
    expect(dispatcher.status(two)).toBeUndefined();
    expect(dispatcher.summary(id)).toMatchObject({ state: 'queued' });
  });

  test('lists by state, queue, owner and text, in pages', async () => {
    await subscribe();
    for (const name of ['a', 'b', 'c', 'd']) {
      await dispatcher.submit(requestOf({ 'spark.app.name': `job ${name}` }), {
        owner: name < 'c' ? 'ann' : 'bob',
      });
    }
    const [first] = dispatcher.list({ search: 'JOB A' }).submissions;
    await dispatcher.kill(first?.id ?? '');
    const names = (query: Parameters<Dispatcher['list']>[0]) =>
      dispatcher
        .list(query)
        .submissions.map(({ name }) => name.slice(-1))
        .join('');
    expect(names({})).toBe('dcba');
    expect(names({ sort: 'name', order: 'ascending' })).toBe('abcd');
    expect(names({ states: ['queued'], order: 'ascending' })).toBe('bcd');
    expect(names({ finalStates: ['KILLED'] })).toBe('a');
    expect(names({ owner: 'bob' })).toBe('dc');
    expect(names({ queue: 'none' })).toBe('');
    expect(names({ search: 'example.main' })).toBe('dcba');
    expect(names({ search: '.*' })).toBe('');
    expect(names({ search: 'DRIVER-2' })).toBe('dcba');
    expect(names({ sort: 'nextRetryAt' })).toBe('');
    expect(dispatcher.list({ offset: 1, limit: 2 })).toMatchObject({ total: 4, offset: 1, limit: 2 });
    expect(names({ offset: 1, limit: 2 })).toBe('cb');
  });

  test('events that were missed can be asked for, as far back as they are remembered', async () => {
    const all: DispatcherEvent[] = [];
    dispatcher.subscribe((event) => all.push(event));
    await subscribe();
    await take();
    const last = all.at(-1)?.sequence ?? 0;
    expect(dispatcher.eventsAfter(last - 1)).toEqual([all.at(-1)]);
    expect(dispatcher.eventsAfter(last)).toEqual([]);
    expect(dispatcher.eventsAfter(last + 1)).toBeUndefined();
    for (let count = 0; count < 2100; count += 1) void dispatcher.submit(requestOf());
    await settle();
    expect(dispatcher.eventsAfter(last)).toBeUndefined();
  });

  test('D8: drained, it takes and launches nothing; closed, it answers so, and drivers go on', async () => {
    await subscribe();
    const id = await take();
    await dispatcher.drain();
    await offers('o1');
    expect(callsOf(CallType.ACCEPT)).toHaveLength(0);
    expect(dispatcher.explain(id)?.reason).toBe('DRAINING');
    expect(await dispatcher.submit(requestOf())).toMatchObject({ code: 'DISPATCHER_DRAINING' });
    await dispatcher.close();
    expect(port().isTornDown).toBe(false);
    expect(port().isClosed).toBe(true);
    expect(await dispatcher.submit(requestOf())).toMatchObject({ code: 'DISPATCHER_NOT_READY' });
    expect(await dispatcher.kill(id)).toMatchObject({ code: 'DISPATCHER_NOT_READY' });
    expect(clock.timers).toBe(0);
  });

  test('D31: the view of queues has their limits, what waits and what runs', async () => {
    await subscribe();
    const [one, two] = [await take(), await take()];
    expect(dispatcher.queues()).toMatchObject({
      queues: [{ name: 'default', priority: 0, queued: 2, running: 0, retrying: 0 }],
      queued: 2,
      maxRunning: 200,
      next: [one, two],
      offers: 'flowing',
    });
  });
});

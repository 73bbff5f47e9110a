import { CoarseError } from '@spark-mesos/coarse-backend';
import { MemoryStore } from '@spark-mesos/durable-store';
import { FineError } from '@spark-mesos/fine-backend';
import { MesosError } from '@spark-mesos/mesos-client';
import { silentLogger } from '@spark-mesos/scheduler-utils';
import type { DriverHandle } from '@spark-mesos/spark-rpc';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Applications } from '../src/applications.ts';
import { DriverRecall } from '../src/driver-recall.ts';
import { GatewayJournal } from '../src/journal.ts';
import { application, FakeDriver, fakeContext, HeardEvents, placement, settled } from './support/fakes.ts';

/** One life of a gateway with a store. */
class Life {
  readonly heard = new HeardEvents();
  readonly applications: Applications;
  readonly made;
  /** What calling a driver back comes to. */
  call: () => Promise<DriverHandle> = () => Promise.reject(new Error('nobody is there'));

  constructor(store: MemoryStore) {
    const journal = new GatewayJournal(store, silentLogger);
    this.made = fakeContext(this.heard, {
      journal,
      failoverTimeout: 600,
      gatewayUrl: () => 'http://127.0.0.1:7077',
    });
    this.applications = new Applications(this.made.context);
    const { clock } = this.made;
    const call = () => this.call();
    this.applications.recallWith(new DriverRecall({ call, timeoutMs: 1000, clock, logger: silentLogger }));
  }

  get backend() {
    const [backend] = this.made.backends;
    if (backend === undefined) throw new Error('there is no engine');
    return backend;
  }

  async restore(store: MemoryStore): Promise<void> {
    this.applications.restore(await new GatewayJournal(store, silentLogger).restore());
    await settled();
  }
}

let store: MemoryStore;
let first: Life;
let driver: FakeDriver;

beforeEach(() => {
  store = new MemoryStore();
  first = new Life(store);
  driver = new FakeDriver('connection-1', 40_001, { 'spark.mesos.role': 'dev' });
});

/** A driver with its framework, in the first life. */
async function running(): Promise<void> {
  first.applications.registerApplication(application({ initialExecutorLimit: 2 }), driver);
  await settled();
  first.backend.application.registered('f-1');
  await settled();
}

async function keys(): Promise<string[]> {
  return (await store.entries()).map(({ key }) => key);
}

describe('an application that is written down', () => {
  test('is on the disk before its driver hears its id, and has no executors before', async () => {
    first.applications.registerApplication(application(), driver);
    await settled();
    expect(first.backend.calls).toEqual([['start']]);
    const held: (() => void)[] = [];
    const put = store.put.bind(store);
    vi.spyOn(store, 'put').mockImplementation(async (...change) => {
      await new Promise<void>((resolve) => held.push(resolve));
      return put(...change);
    });
    first.backend.application.registered('f-1');
    await settled();
    expect(driver.told).toEqual([]);
    expect(first.backend.calls).toEqual([['start']]);
    for (const write of held) write();
    await settled();
    expect(driver.told).toEqual([['registered', 'f-1']]);
  });

  test('tells its driver and asks for executors once it is', async () => {
    await running();
    expect(driver.told).toEqual([['registered', 'f-1']]);
    expect(first.backend.calls).toEqual([['start'], ['totals', { 0: { memoryMiB: 1024, total: 2 } }]]);
    expect(await keys()).toEqual(['applications/f-1', 'applications/f-1/next-executor']);
  });

  test('has a framework that outlives its gateway and says where that answers', async () => {
    await running();
    expect(first.backend.request.framework).toMatchObject({
      failoverTimeout: 600,
      role: 'dev',
      labels: { labels: [{ key: 'spark-mesos-gateway', value: 'http://127.0.0.1:7077' }] },
    });
  });

  test('keeps the failover time that it asks for itself', async () => {
    driver = new FakeDriver('connection-1', 40_001, { 'spark.mesos.driver.failoverTimeout': '12' });
    await running();
    expect(first.backend.request.framework.failoverTimeout).toBe(12);
  });

  test('that cannot be written ends, and its driver is told why', async () => {
    vi.spyOn(store, 'put').mockRejectedValue(new Error('the disk is full'));
    await running();
    expect(driver.told).toEqual([['removed', expect.stringContaining('the disk is full')]]);
    expect(first.heard.of('problem')).toEqual([
      ['problem', 'GATEWAY_STATE', expect.stringContaining('the disk is full'), true],
    ]);
    expect(first.backend.calls.at(-1)).toEqual(['stop', 0]);
  });

  test('notes executors from their launch to their end', async () => {
    await running();
    first.backend.application.executorLaunched(placement());
    first.backend.application.executorLaunched(placement({ executorId: 1, taskId: 'abc-1' }));
    await settled();
    expect(await keys()).toContain('applications/f-1/executors/1');
    first.backend.application.executorState(placement(), 'RUNNING', {});
    first.backend.application.executorState(placement(), 'FAILED', {});
    await settled();
    expect((await keys()).filter((key) => key.includes('/executors/'))).toEqual([
      'applications/f-1/executors/1',
    ]);
  });

  test('leaves nothing behind when it ends', async () => {
    await running();
    first.backend.application.executorLaunched(placement());
    first.applications.requestExecutors('f-1', new Map([[0, { total: 5 }]]));
    first.applications.unregisterApplication('f-1', driver);
    first.backend.finishStop();
    await settled();
    expect(await keys()).toEqual([]);
  });
});

describe('the next gateway', () => {
  async function killedInTheMiddle(): Promise<Life> {
    await running();
    first.backend.application.executorLaunched(placement());
    first.applications.requestExecutors('f-1', new Map([[0, { total: 3 }]]));
    await settled();
    return new Life(store);
  }

  test('subscribes with the same id, adopts the executors, and wants what the driver wants once that is back', async () => {
    const next = await killedInTheMiddle();
    await next.restore(store);
    expect(next.backend.request.framework).toMatchObject({ id: { value: 'f-1' }, role: 'dev', name: 'Pi' });
    expect(next.backend.request.adopt).toMatchObject({ executors: [placement()] });
    expect(next.backend.calls).toEqual([['start']]);
    next.call = async () => new FakeDriver('connection-7');
    next.made.clock.elapse();
    await settled();
    expect(next.backend.calls.at(-1)).toEqual(['totals', { 0: { memoryMiB: 1024, total: 3 } }]);
  });

  test('gives executors numbers that none had before, from life to life', async () => {
    const next = await killedInTheMiddle();
    await next.restore(store);
    const start = next.backend.request.adopt?.nextExecutorId ?? 0;
    expect(start).toBeGreaterThan(0);
    const third = new Life(store);
    await third.restore(store);
    expect(third.backend.request.adopt?.nextExecutorId).toBeGreaterThan(start);
  });

  test('calls the driver back and goes on with it', async () => {
    const next = await killedInTheMiddle();
    const back = new FakeDriver('connection-7');
    next.call = async () => back;
    await next.restore(store);
    expect(next.heard.of('recalled')).toEqual([['recalled', 'f-1']]);
    expect(back.told).toEqual([]);
    next.backend.application.registered('f-1');
    expect(back.told).toEqual([]);
    expect(next.applications.killExecutors('f-1', ['0'])).toBe(true);
    next.applications.unregisterApplication('f-1', back);
    expect(next.backend.calls.at(-1)).toEqual(['stop', expect.any(Number)]);
  });

  test('places nothing more for an application that was ending', async () => {
    await running();
    first.backend.application.executorLaunched(placement());
    first.applications.unregisterApplication('f-1', driver);
    await settled();
    const next = new Life(store);
    next.call = async () => new FakeDriver('connection-7');
    await next.restore(store);
    expect(next.backend.calls).toEqual([['totals', {}], ['start']]);
  });

  test('tells the driver on its return what became of executors meanwhile', async () => {
    const next = await killedInTheMiddle();
    await next.restore(store);
    next.backend.application.executorState(placement(), 'FAILED', { exitStatus: 1 });
    const back = new FakeDriver('connection-7');
    next.call = async () => back;
    next.made.clock.elapse();
    await settled();
    expect(back.told).toEqual([['updated', expect.objectContaining({ executorId: 0, state: 'FAILED' })]]);
  });

  test('ends an application whose driver does not come back in time', async () => {
    const next = await killedInTheMiddle();
    let now = 0;
    vi.spyOn(next.made.clock, 'now').mockImplementation(() => now);
    await next.restore(store);
    now = 5000;
    next.made.clock.elapse();
    await settled();
    expect(next.backend.calls.at(-1)).toEqual(['stop', 0]);
    next.backend.finishStop();
    await settled();
    expect(await keys()).toEqual([]);
  });

  test('tells a driver that its framework was removed meanwhile, when it finds it', async () => {
    const next = await killedInTheMiddle();
    await next.restore(store);
    next.backend.application.failed(new Error('Framework has been removed'));
    next.backend.finishStop();
    const back = new FakeDriver('connection-7');
    next.call = async () => back;
    next.made.clock.elapse();
    await settled();
    expect(back.told).toEqual([['removed', expect.stringContaining('Framework has been removed')]]);
    expect(await keys()).toEqual([]);
  });

  test.each([
    ['coarse', (cause: Error) => new CoarseError('COARSE_SUBSCRIPTION_LOST', cause.message, { cause })],
    ['fine', (cause: Error) => new FineError('FINE_SUBSCRIPTION_LOST', cause.message, { cause })],
  ])(
    'is left to another gateway that has taken it over, and its driver hears nothing of that (%s mode)',
    async (_, asTheEngineTells) => {
      await running();
      const [written, told, calls] = [await keys(), driver.told.length, first.backend.calls.length];
      const failedOver = new MesosError('MESOS_FRAMEWORK_FAILED_OVER', 'Framework failed over');
      first.backend.application.failed(asTheEngineTells(failedOver));
      await settled();
      expect(driver.told.length).toBe(told);
      expect(first.backend.calls.slice(calls)).toEqual([['detach']]);
      expect(await keys()).toEqual(written);
      // Nor is it called back when it goes: another one does that.
      first.applications.driverDisconnected(driver);
      await settled();
      expect(first.backend.calls.slice(calls)).toEqual([['detach']]);
    },
  );

  test('leaves alone what it cannot read, and takes up the rest', async () => {
    await store.put('applications/f-0', Buffer.from('{"format":2}'));
    const next = await killedInTheMiddle();
    await next.restore(store);
    expect(next.made.backends).toHaveLength(1);
    expect(await keys()).toContain('applications/f-0');
  });
});

describe('a driver whose connection drops under a standing gateway', () => {
  test('is called back, and its application goes on', async () => {
    await running();
    const back = new FakeDriver('connection-2');
    first.call = async () => back;
    first.applications.driverDisconnected(driver);
    expect(first.backend.calls.at(-1)).toEqual(['totals', {}]);
    await settled();
    expect(first.backend.calls.at(-1)).toEqual(['totals', { 0: { memoryMiB: 1024, total: 2 } }]);
    expect(first.heard.of('recalled')).toEqual([['recalled', 'f-1']]);
    first.backend.application.executorLaunched(placement());
    expect(back.told).toEqual([['added', expect.objectContaining({ executorId: 0 })]]);
  });

  test('is gone when nobody listens at its address', async () => {
    await running();
    const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    first.call = () => Promise.reject(new Error('cannot be reached', { cause: refused }));
    first.applications.driverDisconnected(driver);
    await settled();
    expect(first.backend.calls.at(-1)).toEqual(['stop', 0]);
  });

  test('after its leave is not called', async () => {
    await running();
    let calls = 0;
    first.call = async () => {
      calls += 1;
      throw new Error('nobody');
    };
    first.applications.unregisterApplication('f-1', driver);
    first.applications.driverDisconnected(driver);
    await settled();
    expect(calls).toBe(0);
  });
});

test('a gateway that leaves ends nothing and forgets nothing', async () => {
  await running();
  await first.applications.leave();
  first.applications.driverDisconnected(driver);
  await settled();
  expect(first.backend.calls.at(-1)).toEqual(['detach']);
  expect(driver.told).toEqual([['registered', 'f-1']]);
  expect(await keys()).toContain('applications/f-1');
});

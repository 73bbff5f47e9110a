import { userInfo } from 'node:os';
import { SYSTEM_CLOCK } from '@spark-mesos/coarse-backend';
import { type DurableStore, MemoryStore } from '@spark-mesos/durable-store';
import { LocalCluster } from '@spark-mesos/mesos-local';
import { silentLogger } from '@spark-mesos/scheduler-utils';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { Applications } from '../../src/applications.ts';
import { DriverRecall } from '../../src/driver-recall.ts';
import { backendFactory } from '../../src/engines.ts';
import { slotLineOpener } from '../../src/executor-relay.ts';
import { GatewayJournal } from '../../src/journal.ts';
import { FakeRelay } from '../support/fake-relay.ts';
import { application, FakeDriver, fakeContext, HeardEvents } from '../support/fakes.ts';
import { pretendedSpark } from '../support/pretended-spark.ts';

interface Task {
  readonly id: string;
  readonly state: string;
}

interface Framework {
  readonly id: string;
  readonly tasks: readonly Task[];
  readonly completed_tasks: readonly Task[];
}

let cluster: LocalCluster;
let store: MemoryStore;
let spark: { readonly sparkHome: string; readonly javaHome: string };

beforeEach(async () => {
  spark = await pretendedSpark();
  store = new MemoryStore();
  cluster = await LocalCluster.start({ agents: [{ cpus: 4, memMiB: 4096 }], speed: 10 });
  onTestFinished(() => cluster.close());
});

async function frameworks(): Promise<{ live: readonly Framework[]; completed: readonly Framework[] }> {
  const state = (await (await fetch(`${cluster.master.url}/state`)).json()) as {
    frameworks: Framework[];
    completed_frameworks: Framework[];
  };
  return { live: state.frameworks, completed: state.completed_frameworks };
}

/** The running tasks of the only framework, once there are so many. */
async function running(count: number): Promise<{ id: string; tasks: string[] }> {
  const look = async () => {
    const [framework] = (await frameworks()).live;
    const tasks = framework?.tasks.filter(({ state }) => state === 'TASK_RUNNING') ?? [];
    return { id: framework?.id ?? '', tasks: tasks.map(({ id }) => id).sort() };
  };
  await expect.poll(async () => (await look()).tasks.length, { timeout: 10_000, interval: 20 }).toBe(count);
  return look();
}

/** One life of a gateway, whose drivers are called back as the test says. */
class Life {
  readonly heard = new HeardEvents();
  readonly applications: Applications;
  readonly relays: FakeRelay[] = [];
  readonly #journal: GatewayJournal;

  constructor(lines: DurableStore, call: () => Promise<FakeDriver>) {
    this.#journal = new GatewayJournal(lines, silentLogger);
    const { context } = fakeContext(this.heard, {
      makeBackend: backendFactory(
        cluster.master.url.replace('http', 'mesos'),
        async ({ gate }) => {
          const relay = new FakeRelay(gate);
          this.relays.push(relay);
          return relay;
        },
        slotLineOpener({ host: '127.0.0.1', advertisedHost: undefined }),
      ),
      sparks: [{ home: spark.sparkHome }],
      baseEnvironment: new Map([['JAVA_HOME', spark.javaHome]]),
      journal: this.#journal,
      failoverTimeout: 600,
      clock: SYSTEM_CLOCK,
    });
    this.applications = new Applications(context);
    const recall = new DriverRecall({ call, timeoutMs: 300, clock: SYSTEM_CLOCK, logger: silentLogger });
    this.applications.recallWith(recall);
    onTestFinished(async () => {
      recall.close();
      await this.applications.leave();
    });
  }

  async restore(): Promise<void> {
    this.applications.restore(await this.#journal.restore());
  }

  /** As far as the cluster can tell, the process is gone: its connections are, and nothing more comes of it. */
  async kill(): Promise<void> {
    await this.applications.leave();
  }
}

const never = () => Promise.reject(new Error('nobody is there'));

describe('a gateway that is killed with executors at work', () => {
  async function killed(): Promise<{ id: string; tasks: string[] }> {
    const first = new Life(store, never);
    const driver = new FakeDriver();
    driver.settings = async () => new Map([['spark.executor.cores', '1']]);
    const profile = { id: 0, memoryMiB: 512, cores: 1, otherResources: new Map() };
    first.applications.registerApplication(
      application({ user: userInfo().username, initialExecutorLimit: 2, defaultProfile: profile }),
      driver,
    );
    const before = await running(2);
    await first.kill();
    return before;
  }

  test('has in the next one the same framework with the same executors, and places more', async () => {
    const before = await killed();
    const driver = new FakeDriver('connection-9');
    const next = new Life(store, async () => driver);
    await next.restore();
    await expect.poll(() => next.heard.of('recalled'), { timeout: 5000 }).toEqual([['recalled', before.id]]);
    expect(await running(2)).toEqual(before);
    next.applications.requestExecutors(before.id, new Map([[0, { total: 3 }]]));
    const after = await running(3);
    expect(after.tasks).toEqual(expect.arrayContaining(before.tasks));
    const added = driver.told.filter(([what]) => what === 'added');
    expect(added).toEqual([['added', expect.objectContaining({ executorId: 10_000 })]]);
    next.applications.unregisterApplication(before.id, driver);
    await next.applications.drained();
    expect((await frameworks()).live).toEqual([]);
    expect(await store.entries()).toEqual([]);
  });

  test('kills in the next one what nobody wrote down, and puts another in its place', async () => {
    const before = await killed();
    const [lost] = before.tasks;
    await store.delete(`applications/${before.id}/executors/${lost?.split('-').at(-1)}`);
    const next = new Life(store, async () => new FakeDriver('connection-9'));
    await next.restore();
    await expect
      .poll(async () => (await frameworks()).live[0]?.completed_tasks.map(({ id }) => id), {
        timeout: 10_000,
      })
      .toEqual([lost]);
    const after = await running(2);
    expect(after.tasks).toContain(before.tasks[1]);
    expect(after.tasks).not.toContain(lost);
  });

  test('tears the framework down in the next one when its driver does not come back', async () => {
    const before = await killed();
    const next = new Life(store, never);
    await next.restore();
    await next.applications.drained();
    const { live, completed } = await frameworks();
    expect(live).toEqual([]);
    expect(completed.map(({ id }) => id)).toEqual([before.id]);
    expect(next.heard.of('finished')).toEqual([['finished', 'driver-lost']]);
    expect(await store.entries()).toEqual([]);
  });
});

describe('a gateway that is killed with an application in fine mode', () => {
  const settings = async () => new Map([['spark.mesos.coarse', 'false']]);

  test('F3, F34: has in the next one the same framework, and new executors for those that went with the relay', async () => {
    const first = new Life(store, never);
    const driver = new FakeDriver();
    driver.settings = settings;
    first.applications.registerApplication(application({ user: userInfo().username }), driver);
    await running(1);
    const [relay] = first.relays;
    relay?.connect('0');
    relay?.hold('0', 7);
    const before = await running(2);
    await first.kill();

    const again = new FakeDriver('connection-9');
    const next = new Life(store, async () => again);
    await next.restore();
    await expect.poll(() => next.heard.of('recalled'), { timeout: 5000 }).toEqual([['recalled', before.id]]);
    await expect
      .poll(async () => (await frameworks()).live[0]?.completed_tasks.map(({ id }) => id).sort(), {
        timeout: 10_000,
      })
      .toEqual(before.tasks);
    const after = await running(1);
    expect(after.id).toBe(before.id);
    const lost = { executorId: 0, state: 'LOST', message: expect.stringMatching(/ended with the gateway/) };
    expect(again.told).toContainEqual(['updated', lost]);
    expect(again.told).toContainEqual(['added', expect.objectContaining({ executorId: 10_000 })]);
    next.applications.unregisterApplication(before.id, again);
    await next.applications.drained();
    expect(await store.entries()).toEqual([]);
  });
});

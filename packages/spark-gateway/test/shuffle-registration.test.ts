import { MemoryStore } from '@spark-mesos/durable-store';
import { silentLogger } from '@spark-mesos/scheduler-utils';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ApplicationContext } from '../src/application-context.ts';
import { Applications } from '../src/applications.ts';
import { DriverRecall } from '../src/driver-recall.ts';
import { GatewayJournal } from '../src/journal.ts';
import { withShuffleSecret } from '../src/shuffle-access.ts';
import { application, FakeDriver, fakeContext, HeardEvents, placement, settled } from './support/fakes.ts';
import { FakeShuffleServices } from './support/shuffle-services.ts';

const SERVICE = { 'spark.shuffle.service.enabled': 'true' };
const TWO = placement({ executorId: 1, taskId: 'abc-1', agentId: 'agent-2', hostname: 'host-2' });

let services: FakeShuffleServices;

beforeEach(() => {
  services = new FakeShuffleServices();
});

/** One life of a gateway. */
function life(changes: Partial<ApplicationContext> = {}) {
  const heard = new HeardEvents();
  const made = fakeContext(heard, { connectShuffleService: services.connect, ...changes });
  const applications = new Applications(made.context);
  return { heard, applications, ...made };
}

/** An application of a driver with these settings, which runs as framework f-1. */
async function running(settings: Record<string, string>, changes: Partial<ApplicationContext> = {}) {
  const its = life(changes);
  const driver = new FakeDriver('connection-1', 40_001, settings);
  its.applications.registerApplication(application({ initialExecutorLimit: 2 }), driver);
  await settled();
  const [backend] = its.backends;
  if (backend === undefined) throw new Error('there is no engine');
  onTestFinished(() => its.applications.leave());
  backend.application.registered('f-1');
  await settled();
  const runs = async (...executors: ReturnType<typeof placement>[]) => {
    for (const executor of executors) {
      backend.application.executorLaunched(executor);
      backend.application.executorState(executor, 'RUNNING', {});
    }
    await settled();
  };
  const lose = async (executor: ReturnType<typeof placement>) => {
    backend.application.executorState(executor, 'LOST', { agentLost: true });
    its.clock.elapse();
    await settled();
  };
  return { ...its, driver, backend, runs, lose };
}

describe('an application with a shuffle service', () => {
  test('C40, S31: is registered with that of an agent when its first executor runs there, and once', async () => {
    const { runs, backend } = await running({ ...SERVICE, 'spark.shuffle.service.port': '7447' });
    backend.application.executorLaunched(placement());
    backend.application.executorState(placement(), 'LAUNCHING', {});
    await settled();
    expect(services.told).toEqual([]);
    await runs(placement(), placement({ executorId: 2, taskId: 'abc-2' }), TWO);
    expect(services.told).toEqual(['host-1:7447 register f-1 120000', 'host-2:7447 register f-1 120000']);
  });

  test('is not, where its settings do not ask for one', async () => {
    const { runs, applications } = await running({});
    await runs(placement());
    expect(services.told).toEqual([]);
    expect(applications.explain('f-1')?.shuffleServices).toBeUndefined();
  });

  test.each([
    [{ 'spark.network.timeout': '77s' }, 77_000],
    [{ 'spark.network.timeout': '77s', 'spark.storage.blockManagerHeartbeatTimeoutMs': '9000' }, 9000],
    [{ 'spark.storage.blockManagerSlaveTimeoutMs': '8s' }, 8000],
  ])('S31, S37: counts as alive for as long as %o says', async (settings, timeoutMs) => {
    const { runs } = await running({ ...SERVICE, ...settings });
    await runs(placement());
    expect(services.told).toEqual([`host-1:7337 register f-1 ${timeoutMs}`]);
  });

  test('S36: is taken off when it has ended and its executors with it, not before', async () => {
    const { runs, backend, driver, applications, heard } = await running(SERVICE);
    await runs(placement(), TWO);
    backend.application.executorState(placement(), 'KILLED', {});
    await settled();
    services.told.length = 0;
    applications.unregisterApplication('f-1', driver);
    await settled();
    expect(services.told).toEqual([]);
    backend.finishStop();
    await settled();
    expect(services.told.filter((line) => line.includes('remove'))).toEqual([
      'host-1:7337 remove f-1',
      'host-2:7337 remove f-1',
    ]);
    expect(heard.of('finished')).toEqual([['finished', 'unregistered']]);
  });

  test('stays where a gateway leaves it to the next one', async () => {
    const { runs, applications } = await running(SERVICE);
    await runs(placement());
    services.told.length = 0;
    await applications.leave();
    expect(services.told).toEqual(['host-1:7337 close']);
  });

  test('C43: runs on where no service answers; people are told once, when it lasts', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    services.absent.add('host-1');
    const { runs, heard, driver, applications } = await running(SERVICE);
    const explained = () => applications.explain('f-1')?.shuffleServices;
    await runs(placement());
    expect(driver.told.at(-1)).toEqual(['updated', { executorId: 0, state: 'RUNNING' }]);
    expect(explained()).toEqual([
      { host: 'host-1', port: 7337, phase: 'waiting', failures: 1, problem: 'connect ECONNREFUSED host-1' },
    ]);
    expect(heard.of('problem')).toEqual([]);
    for (const _ of [1, 2, 3]) await vi.advanceTimersByTimeAsync(30_000);
    expect(heard.of('problem')).toEqual([
      [
        'problem',
        'GATEWAY_SHUFFLE_SERVICE',
        expect.stringMatching(
          /not registered with the shuffle service of agent host-1: connect ECONNREFUSED.*7337/,
        ),
        false,
      ],
    ]);
    services.absent.clear();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(services.told).toEqual(['host-1:7337 register f-1 120000']);
    expect(explained()).toEqual([{ host: 'host-1', port: 7337, phase: 'registered', failures: 0 }]);
  });

  test('forgets the service of an agent that is gone, unless another agent has the same one', async () => {
    const { runs, lose } = await running(SERVICE);
    const neighbour = placement({ executorId: 2, taskId: 'abc-2', agentId: 'agent-3' });
    await runs(placement(), neighbour);
    services.told.length = 0;
    await lose(placement());
    expect(services.told).toEqual([]);
    await lose(neighbour);
    expect(services.told).toEqual(['host-1:7337 close']);
    await runs(placement({ executorId: 3, taskId: 'abc-3' }));
    expect(services.told.at(-1)).toBe('host-1:7337 register f-1 120000');
  });
});

describe('the secrets of an application with a shuffle service', () => {
  const AUTHENTICATION = { ...SERVICE, 'spark.authenticate': 'true', 'spark.authenticate.secret': 'own' };

  test('one that all share lets the gateway in, in the manner of the driver', async () => {
    const { runs } = await running({ ...AUTHENTICATION, 'spark.network.crypto.enabled': 'true' });
    await runs(placement());
    expect(services.authentications).toEqual([expect.objectContaining({ secret: 'own', crypto: true })]);
    expect(services.told).toEqual(['host-1:7337 register f-1 120000']);
  });

  test('one that only driver and gateway have in their environment does, too', async () => {
    const authentication = new Map([['_SPARK_AUTH_SECRET', 'of both']]);
    const { runs } = await running({ ...SERVICE, 'spark.authenticate': 'true' }, { authentication });
    await runs(placement());
    expect(services.authentications).toEqual([expect.objectContaining({ secret: 'of both' })]);
  });

  test.each([
    ['the environment', { environment: { SPARK_MESOS_SHUFFLE_SERVICE_SECRET: 'of the cluster' } }],
    [
      'a file',
      {
        environment: { SPARK_MESOS_SHUFFLE_SERVICE_SECRET_FILE: '/etc/secret' },
        readTextFile: async () => 'of the cluster\n',
      },
    ],
    [
      "the gateway's own properties",
      {
        environment: withShuffleSecret(
          { PATH: '/bin' },
          new Map([['spark.mesos.shuffle.service.secret', 'of the cluster']]),
        ),
      },
    ],
  ])('an own one is handed over with that of the cluster, from %s', async (_, changes) => {
    const { backend, runs } = await running(AUTHENTICATION, changes);
    backend.application.executorLaunched(placement());
    await settled();
    expect(services.authentications).toEqual([expect.objectContaining({ secret: 'of the cluster' })]);
    // Before the executor comes.
    const told = ['host-1:7337 secret f-1 own', 'host-1:7337 register f-1 120000'];
    expect(services.told).toEqual(told);
    await runs(placement());
    expect(services.told).toEqual(told);
  });

  test('that of the cluster is warned of where a driver has it, and with it its executors', async () => {
    const { heard } = await running({
      ...AUTHENTICATION,
      'spark.mesos.shuffle.service.secret': 'of the cluster',
    });
    expect(heard.of('problem')).toEqual([
      [
        'problem',
        'GATEWAY_SETTINGS',
        expect.stringMatching(/^spark\.mesos\.shuffle\.service\.secret stands among/),
        false,
      ],
    ]);
  });

  test('none is needed where nobody authenticates', async () => {
    const { runs } = await running(SERVICE, {
      environment: { SPARK_MESOS_SHUFFLE_SERVICE_SECRET: 'of the cluster' },
    });
    await runs(placement());
    expect(services.authentications).toEqual([undefined]);
  });
});

describe('a gateway that is started again', () => {
  async function restored(store: MemoryStore) {
    const next = life({ journal: new GatewayJournal(store, silentLogger), failoverTimeout: 600 });
    const call = () => Promise.reject(new Error('nobody is there'));
    const { clock } = next;
    const recall = new DriverRecall({ call, timeoutMs: 1000, clock, logger: silentLogger });
    next.applications.recallWith(recall);
    next.applications.restore(await new GatewayJournal(store, silentLogger).restore());
    await settled();
    return next;
  }

  test('S35: registers applications again where they have files, also without executors', async () => {
    const store = new MemoryStore();
    const first = await running(SERVICE, { journal: new GatewayJournal(store, silentLogger) });
    await first.runs(placement(), TWO);
    first.backend.application.executorState(TWO, 'KILLED', {});
    await settled();
    services.told.length = 0;

    const next = await restored(store);
    onTestFinished(() => next.applications.leave());
    expect(services.told).toEqual(['host-1:7337 register f-1 120000', 'host-2:7337 register f-1 120000']);
  });

  test('takes them off when their driver is gone, and leaves nothing in the store', async () => {
    const store = new MemoryStore();
    const first = await running(SERVICE, { journal: new GatewayJournal(store, silentLogger) });
    await first.runs(placement(), TWO);
    await first.lose(TWO);

    const next = await restored(store);
    services.told.length = 0;
    void next.applications.close();
    await settled();
    next.backends[0]?.finishStop();
    await settled();
    expect(services.told).toContain('host-1:7337 remove f-1');
    expect(services.told).not.toContain('host-2:7337 remove f-1');
    expect((await store.entries()).map(({ key }) => key)).toEqual([]);
  });
});

import { beforeEach, describe, expect, test } from 'vitest';
import { Applications } from '../src/applications.ts';
import { NO_JAVA_STATUS, NO_SPARK_STATUS, OTHER_SPARK_STATUS } from '../src/executor-script.ts';
import { jvmWordsIn } from '../src/jvm-words.ts';
import type { SandboxFile } from '../src/sandbox-words.ts';
import { application, FakeDriver, fakeContext, HeardEvents, placement, settled } from './support/fakes.ts';

let heard: HeardEvents;
let applications: Applications;
let backends: ReturnType<typeof fakeContext>['backends'];
let driver: FakeDriver;

const OFFER = {
  id: { value: 'o-1' },
  frameworkId: { value: 'f-1' },
  agentId: { value: 'agent-1' },
  hostname: 'host-1',
  url: { scheme: 'https', address: { ip: '10.0.0.1', port: 6051 } },
};

/** An application that runs, on an agent that was offered. */
async function running(
  settings: Record<string, string> = {},
  context: Parameters<typeof fakeContext>[1] = {},
  changes: Parameters<typeof application>[0] = {},
) {
  heard = new HeardEvents();
  const made = fakeContext(heard, context);
  backends = made.backends;
  applications = new Applications(made.context);
  driver = new FakeDriver('connection-1', 40_001, settings);
  applications.registerApplication(application(changes), driver);
  await settled();
  const [backend] = backends;
  backend?.application.registered('f-1');
  backend?.request.onOffers([OFFER]);
  return backend?.application;
}

describe('an executor that lacks something on its agent', () => {
  test.each([
    [NO_JAVA_STATUS, 'GATEWAY_EXECUTOR_ENVIRONMENT', /found no Java on agent host-1.*JAVA_HOME/],
    [NO_SPARK_STATUS, 'GATEWAY_EXECUTOR_ENVIRONMENT', /found no Spark on agent host-1.*executor\.home/],
    [OTHER_SPARK_STATUS, 'GATEWAY_SPARK_MISMATCH', /another version of Spark on agent host-1.*3\.5\.6/],
  ])('C72: and ends with status %i is explained, once for each agent', async (exitStatus, code, text) => {
    const backend = await running();
    backend?.executorState(placement(), 'FAILED', { exitStatus });
    backend?.executorState(placement({ executorId: 1 }), 'FAILED', { exitStatus });
    backend?.executorState(placement({ executorId: 2, agentId: 'agent-2' }), 'FAILED', { exitStatus });
    await settled();
    expect(heard.of('problem')).toEqual([
      ['problem', code, expect.stringMatching(text), false],
      ['problem', code, expect.stringMatching(text), false],
    ]);
    expect(driver.told.filter(([kind]) => kind === 'updated')).toEqual(
      [0, 1, 2].map((executorId) => [
        'updated',
        { executorId, state: 'FAILED', exitStatus, message: expect.stringMatching(text) },
      ]),
    );
  });

  test('C72: is explained in its own words, which name both versions', async () => {
    const asked: SandboxFile[] = [];
    const readSandbox = async (file: SandboxFile) => {
      asked.push(file);
      return 'I1121 executor.cpp\nspark-mesos: the Spark in /opt/spark is 3.5.1, the driver is 3.5.6\nmore\n';
    };
    const backend = await running({}, { readSandbox });
    backend?.executorState(placement({ taskId: 'abc-0' }), 'FAILED', { exitStatus: OTHER_SPARK_STATUS });
    await settled();
    expect(asked).toEqual([
      { agentUrl: 'https://host-1:6051', path: '/frameworks/f-1/executors/abc-0/runs/latest/stderr' },
    ]);
    const words = 'executor 0 on agent host-1: the Spark in /opt/spark is 3.5.1, the driver is 3.5.6';
    expect(heard.of('problem')).toEqual([['problem', 'GATEWAY_SPARK_MISMATCH', words, false]]);
    backend?.failed(new Error('10 executors could not start'));
    expect(driver.told.at(-1)).toEqual(['removed', `spark-mesos: 10 executors could not start (${words})`]);
  });
});

describe('an executor whose JVM does not start', () => {
  const UNRECOGNIZED =
    'Unrecognized option: -Xfoo\nError: Could not create the Java Virtual Machine.\nError: A fatal…\n';

  test('is explained in the words of the JVM, once for each agent, and behind the end of its application', async () => {
    const backend = await running({}, { readSandbox: async () => UNRECOGNIZED });
    backend?.executorState(placement(), 'FAILED', { exitStatus: 1 });
    await settled();
    backend?.executorState(placement({ executorId: 1 }), 'FAILED', { exitStatus: 1 });
    await settled();
    const words = 'executor 0 on agent host-1: its JVM did not start: Unrecognized option: -Xfoo';
    expect(heard.of('problem')).toEqual([['problem', 'GATEWAY_EXECUTOR_ENVIRONMENT', words, false]]);
    backend?.failed(new Error('10 executors could not start'));
    expect(driver.told.at(-1)).toEqual(['removed', `spark-mesos: 10 executors could not start (${words})`]);
  });

  test('is told from one that came to its end, by its words; and many are not looked at at once', async () => {
    let reads = 0;
    const readSandbox = async () => {
      reads += 1;
      return '26/11/21 INFO CoarseGrainedExecutorBackend: Started daemon\n26/11/21 ERROR Error: driver is gone\n';
    };
    const backend = await running({}, { readSandbox });
    for (let executorId = 0; executorId < 100; executorId += 1) {
      backend?.executorState(placement({ executorId }), 'FAILED', { exitStatus: 1 });
    }
    backend?.executorState(placement({ executorId: 100 }), 'FAILED', { exitStatus: 52 });
    backend?.executorState(placement({ executorId: 101 }), 'KILLED', { exitStatus: 1 });
    await settled();
    expect(reads).toBe(1);
    expect(heard.of('problem')).toEqual([]);
  });
});

describe('what a JVM says when it does not start', () => {
  test.each([
    [
      'Unrecognized option: -Xfoo\nError: Could not create the Java Virtual Machine.\n',
      'Unrecognized option: -Xfoo',
    ],
    [
      'Error occurred during initialization of VM\nCould not reserve enough space for 9437184KB object heap\n',
      'Could not reserve enough space for 9437184KB object heap',
    ],
    ['Error occurred during initialization of VM', 'Error occurred during initialization of VM'],
    [
      'Error: Could not find or load main class org.apache.spark.A\nCaused by: java.lang.ClassNotFoundException: a',
      'Could not find or load main class org.apache.spark.A',
    ],
    [
      'Exception in thread "main" java.lang.ExceptionInInitializerError\n\tat a.b\nCaused by: java.lang.IllegalAccess: no\n',
      'java.lang.IllegalAccess: no',
    ],
    ['Exception in thread "main" java.lang.Error: why\n\tat a.b(C.java)\n', 'java.lang.Error: why'],
    ['Exception in thread "dispatcher" java.lang.Error: why\n', undefined],
    ['', undefined],
  ])('%j is %j', (text, words) => {
    expect(jvmWordsIn(text)).toBe(words);
  });
});

describe('an agent that is drained', () => {
  test('is told to a driver that hands blocks over', async () => {
    const backend = await running({ 'spark.decommission.enabled': 'true' });
    backend?.draining?.(placement({ executorId: 3 }), 90_000);
    expect(driver.told.at(-1)).toEqual([
      'updated',
      {
        executorId: 3,
        state: 'DECOMMISSIONED',
        message: 'Mesos drains agent host-1',
        workerHost: 'host-1',
      },
    ]);
    expect(heard.of('draining')).toEqual([['draining', 3]]);
  });

  test('is not told to a driver whose Spark has no such state, which hears of the end all the same', async () => {
    const backend = await running({ 'spark.decommission.enabled': 'true' });
    // What spark-rpc makes of states that the driver's classes do not have (Spark 2.4 to 3.0).
    const tell = driver.executorUpdated.bind(driver);
    driver.executorUpdated = (update) => {
      if ((update as { state: string }).state !== 'DECOMMISSIONED') tell(update);
    };
    backend?.draining?.(placement({ executorId: 3 }), 90_000);
    expect(driver.told).toEqual([['registered', 'f-1']]);
    expect(heard.of('draining')).toEqual([['draining', 3]]);
    backend?.executorState(placement({ executorId: 3 }), 'KILLED', { message: 'drained' });
    expect(driver.told.slice(1)).toEqual([
      ['updated', { executorId: 3, state: 'KILLED', message: 'drained' }],
    ]);
    expect(heard.of('problem')).toEqual([]);
  });

  test('is told to people alone where the driver does not', async () => {
    const backend = await running();
    backend?.draining?.(placement(), 90_000);
    expect(driver.told).toEqual([['registered', 'f-1']]);
    expect(heard.of('draining')).toEqual([['draining', 0]]);
  });
});

describe('resource profiles', () => {
  const gpus = { id: 1, memoryMiB: 512, cores: 1, otherResources: new Map([['gpu', 2]]) };

  test('ask for GPUs exactly, and executors are told theirs', async () => {
    const backend = await running({ 'spark.mesos.gpus.max': '4' });
    expect(applications.requestExecutors('f-1', new Map([[1, { profile: gpus, total: 2 }]]))).toBe(true);
    expect(backends[0]?.totals).toEqual(new Map([[1, { memoryMiB: 512, cores: 1, gpus: 2, total: 2 }]]));
    const launch = backend?.launch(placement({ profileId: 1, gpus: 2 }));
    expect(launch?.command.arguments?.join(' ')).toContain('"addresses":["0","1"]');
  });

  test('C24: without GPUs take none once another has some, and before that what an offer has', async () => {
    await running({ 'spark.mesos.gpus.max': '4' });
    expect(backends[0]?.totals).toEqual(new Map([[0, { memoryMiB: 1024 }]]));
    const totals = new Map([
      [0, { total: 1 }],
      [1, { profile: gpus, total: 2 }],
    ]);
    applications.requestExecutors('f-1', totals);
    expect(backends[0]?.totals.get(0)).toEqual({ memoryMiB: 1024, gpus: 0, total: 1 });
  });

  test('take cores that they do not name from the application, and all of it if they are for tasks alone', async () => {
    const defaultProfile = { id: 0, memoryMiB: 2048, cores: 2, otherResources: new Map() };
    await running({}, {}, { defaultProfile });
    const memoryOnly = { id: 1, memoryMiB: 512, otherResources: new Map() };
    const tasksOnly = { id: 2, taskCpus: 2, otherResources: new Map() };
    const totals = new Map([
      [1, { profile: memoryOnly, total: 1 }],
      [2, { profile: tasksOnly, total: 1 }],
    ]);
    applications.requestExecutors('f-1', totals);
    expect(backends[0]?.totals).toEqual(
      new Map([
        [1, { memoryMiB: 512, cores: 2, total: 1 }],
        [2, { memoryMiB: 2048, cores: 2, total: 1 }],
      ]),
    );
  });

  test('that no cluster could meet end the application, at once or when they are asked for', async () => {
    await running({}, {}, { defaultProfile: gpus });
    expect(driver.told).toEqual([
      ['removed', expect.stringMatching(/each executor is to have 2 GPUs.*spark\.mesos\.gpus\.max allows 0/)],
    ]);
    await running();
    const fpga = { id: 1, memoryMiB: 512, otherResources: new Map([['fpga', 1]]) };
    expect(applications.requestExecutors('f-1', new Map([[1, { profile: fpga, total: 1 }]]))).toBe(false);
    expect(driver.told.at(-1)).toEqual(['removed', expect.stringMatching(/cannot have fpga/)]);
  });
});

describe('what lets executors in', () => {
  beforeEach(() => running());

  test('is the application’s own secret, which goes before that of the gateway', async () => {
    const authentication = new Map([['_SPARK_AUTH_SECRET', 'of the gateway']]);
    const secretOf = (backend: Awaited<ReturnType<typeof running>>) =>
      backend
        ?.launch(placement())
        .command.environment?.variables?.find(({ name }) => name === '_SPARK_AUTH_SECRET')?.value;
    expect(secretOf(await running())).toBeUndefined();
    expect(secretOf(await running({}, { authentication }))).toBe('of the gateway');
    const own = { 'spark.authenticate': 'true', 'spark.authenticate.secret': 'own' };
    expect(secretOf(await running(own, { authentication }))).toBe('own');
  });
});

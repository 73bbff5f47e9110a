import { SparkRpcError } from '@spark-mesos/spark-rpc';
import { beforeEach, describe, expect, test } from 'vitest';
import { GRACE_MS } from '../src/application-settings.ts';
import { Applications } from '../src/applications.ts';
import { GatewayError } from '../src/errors.ts';
import { application, FakeDriver, fakeContext, HeardEvents, placement, settled } from './support/fakes.ts';

let heard: HeardEvents;
let applications: Applications;
let backends: ReturnType<typeof fakeContext>['backends'];
let clock: ReturnType<typeof fakeContext>['clock'];
let driver: FakeDriver;

function begin(changes: Parameters<typeof fakeContext>[1] = {}): void {
  heard = new HeardEvents();
  const made = fakeContext(heard, changes);
  backends = made.backends;
  clock = made.clock;
  applications = new Applications(made.context);
  driver = new FakeDriver();
}

beforeEach(() => begin());

function backend(index = 0) {
  const found = backends[index];
  if (found === undefined) throw new Error(`there is no engine ${index}`);
  return found;
}

/** Registers the driver and its framework. */
async function running(changes: Parameters<typeof application>[0] = {}): Promise<void> {
  applications.registerApplication(application(changes), driver);
  await settled();
  backend().application.registered('f-1');
}

describe('a driver that registers', () => {
  test('is asked for its settings before the master hears of it', async () => {
    let answer: (settings: ReadonlyMap<string, string>) => void = () => {};
    driver.settings = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    applications.registerApplication(application(), driver);
    await settled();
    expect(backends).toEqual([]);
    answer(new Map([['spark.mesos.role', 'dev']]));
    await settled();
    expect(backend().request.framework).toMatchObject({ role: 'dev', name: 'Pi', user: 'ada' });
  });

  test('that is not let in by its settings is told why, and the master never hears of it', async () => {
    applications.admitWith((settings) => (settings.has('spark.ticket') ? undefined : 'it has no ticket'));
    applications.registerApplication(application(), driver);
    await settled();
    expect(backends).toEqual([]);
    expect(driver.told).toEqual([['removed', 'spark-mesos: it has no ticket']]);
    expect(applications.size).toBe(0);
    const other = new FakeDriver('connection-2');
    other.settings = async () => new Map([['spark.ticket', 'x']]);
    applications.registerApplication(application(), other);
    await settled();
    expect(backends).toHaveLength(1);
  });

  test('U15, C50, C51: is told its id, which is that of its framework', async () => {
    applications.registerApplication(application(), driver);
    await settled();
    expect(driver.told).toEqual([]);
    backend().application.registered('f-1');
    expect(driver.told).toEqual([['registered', 'f-1']]);
    expect(heard.events).toEqual([
      ['application', 'Pi'],
      ['framework', 'f-1'],
    ]);
  });

  test('again, while it waits, does not get a second framework', async () => {
    applications.registerApplication(application(), driver);
    await settled();
    applications.registerApplication(application(), driver);
    applications.registerApplication(application(), driver);
    await settled();
    expect(backends).toHaveLength(1);
    backend().application.registered('f-1');
    applications.registerApplication(application(), driver);
    await settled();
    expect(backends).toHaveLength(1);
    expect(driver.told).toEqual([['registered', 'f-1']]);
  });

  test('at the address of one that is gone is another application', async () => {
    await running();
    const next = new FakeDriver('connection-2');
    applications.registerApplication(application(), next);
    await settled();
    expect(backend(0).calls.at(-1)).toEqual(['stop', 0]);
    expect(backends).toHaveLength(2);
  });

  test('at the address of one that is ending is another application', async () => {
    await running();
    applications.unregisterApplication('f-1', driver);
    applications.registerApplication(application(), new FakeDriver('connection-2'));
    await settled();
    expect(backends).toHaveLength(2);
  });

  test('beside another has a framework of its own', async () => {
    await running();
    applications.registerApplication(application(), new FakeDriver('connection-2', 40_002));
    await settled();
    expect(backends).toHaveLength(2);
    expect(applications.size).toBe(2);
  });
});

describe('a driver of another Spark than the gateway was given', () => {
  test('C72: is ended with both versions, as soon as its page tells its own', async () => {
    begin({ readDriverVersion: async () => '3.4.1' });
    await running();
    await settled();
    const text = /driver runs Spark 3\.4\.1, and the Spark .*\(\/opt\/spark\) is 3\.5\.6/;
    expect(driver.told.at(-1)).toEqual(['removed', expect.stringMatching(text)]);
    expect(heard.of('problem')).toEqual([
      ['problem', 'GATEWAY_SPARK_MISMATCH', expect.stringMatching(text), true],
    ]);
  });

  test.each([
    ['of the same version', '3.5.6', {}],
    ['that tells nothing', undefined, {}],
    ['that is not to be asked', '3.4.1', { 'spark.mesos.executor.versionCheck': 'false' }],
  ])('C72: goes on when it is one %s', async (_, version, settings) => {
    begin({ readDriverVersion: async () => version });
    driver = new FakeDriver('connection-1', 40_001, settings);
    await running();
    await settled();
    expect(driver.told).toEqual([['registered', 'f-1']]);
  });
});

describe('a driver that is not let in', () => {
  test('is told to people with the reason', () => {
    const refused: unknown[] = [];
    begin({ observer: { driverRefused: (problem) => refused.push(problem) } });
    const reason = new SparkRpcError('SPARK_RPC_AUTHENTICATION_FAILED', 'it has another secret');
    applications.driverRefused(reason);
    expect(refused).toEqual([
      {
        code: 'GATEWAY_DRIVER_REFUSED',
        message: 'it has another secret',
        fatal: false,
        cause: reason,
      },
    ]);
  });
});

describe('settings', () => {
  test('are asked of the driver and decide the framework', async () => {
    driver = new FakeDriver('connection-1', 40_001, {
      'spark.mesos.driver.webui.url': 'http://proxy/',
      'spark.mesos.driver.failoverTimeout': '12.5',
      'spark.mesos.principal': 'ada',
      'spark.mesos.secret': 'hush',
    });
    applications.registerApplication(application(), driver);
    await settled();
    expect(backend().request.framework).toMatchObject({
      webuiUrl: 'http://proxy/',
      failoverTimeout: 12.5,
      principal: 'ada',
    });
    expect(backend().request.credentials).toEqual({ principal: 'ada', secret: 'hush' });
  });

  test('fall back to the environment and to the page that the driver names', async () => {
    begin({ environment: { SPARK_MESOS_PRINCIPAL: 'env', SPARK_PUBLIC_DNS: 'public' } });
    applications.registerApplication(application(), driver);
    await settled();
    expect(backend().request.framework).toMatchObject({
      webuiUrl: 'http://driver:4040',
      principal: 'env',
      hostname: 'public',
    });
  });

  test('that are wrong are told all at once, and end the application', async () => {
    driver = new FakeDriver('connection-1', 40_001, {
      'spark.mesos.constraints': 'rack',
      'spark.cores.max': 'many',
    });
    applications.registerApplication(application(), driver);
    await settled();
    expect(backends).toEqual([]);
    const [[kind, message]] = driver.told as [[string, string]];
    expect(kind).toBe('removed');
    expect(message).toMatch(/spark\.mesos\.constraints/);
    expect(message).toMatch(/spark\.cores\.max/);
    expect(heard.of('finished')).toEqual([['finished', 'failed']]);
    expect(applications.size).toBe(0);
  });

  test('F4: of fine mode register a framework with the page and the id that are asked for', async () => {
    driver = new FakeDriver('connection-1', 40_001, {
      'spark.mesos.coarse': 'false',
      'spark.mesos.driver.frameworkId': 'notebook',
    });
    applications.registerApplication(application(), driver);
    await settled();
    const { framework } = backend().request;
    expect(framework).toMatchObject({ name: 'Pi', user: 'ada', webuiUrl: 'http://driver:4040' });
    expect(framework.id?.value).toBe('notebook');
    expect(framework.failoverTimeout).toBe(0);
    expect(framework.checkpoint ?? false).toBe(false);
  });

  test('F1: that an engine cannot do end the application with the engine’s own code', async () => {
    driver = new FakeDriver('connection-1', 40_001, { 'spark.mesos.coarse': 'false' });
    applications.registerApplication(application(), driver);
    await settled();
    const engine = backend();
    expect(engine.request.settings.coarse).toBe(false);
    expect(engine.request.driver).toMatchObject({ address: driver.address, executor: { memoryMiB: 1024 } });
    engine.application.failed(new GatewayError('NOT_SUPPORTED', 'not so'));
    expect(heard.of('problem')).toEqual([['problem', 'NOT_SUPPORTED', 'not so', true]]);
  });

  test('with an old or unknown name are told, and the application goes on', async () => {
    driver = new FakeDriver('connection-1', 40_001, { 'spark.mesos.colour': 'blue' });
    applications.registerApplication(application(), driver);
    await settled();
    expect(heard.of('problem')).toEqual([
      ['problem', 'GATEWAY_SETTINGS', expect.stringContaining('spark.mesos.colour'), false],
    ]);
    expect(backends).toHaveLength(1);
  });

  test('that do not come end the application', async () => {
    driver.settings = () => Promise.reject(new Error('no answer within 10 s'));
    applications.registerApplication(application(), driver);
    await settled();
    expect(driver.told).toEqual([
      ['removed', expect.stringMatching(/does not tell its settings.*no answer/)],
    ]);
  });

  test('whose file cannot be read are told', async () => {
    driver = new FakeDriver('connection-1', 40_001, { 'spark.mesos.principal.file': '/nowhere' });
    applications.registerApplication(application(), driver);
    await settled();
    expect(driver.told).toEqual([['removed', expect.stringContaining('/nowhere')]]);
  });

  test('U14, C53: with a framework id give further applications ids of their own', async () => {
    const named = { 'spark.mesos.driver.frameworkId': 'mine' };
    applications.registerApplication(application(), new FakeDriver('connection-1', 1, named));
    applications.registerApplication(application(), new FakeDriver('connection-2', 2, named));
    await settled();
    expect(backends.map(({ request }) => request.framework.id?.value)).toEqual(['mine', 'mine-0001']);
  });

  test('U14: with framework ids of their own keep them, one driver as the other', async () => {
    for (const [place, id] of ['one', 'other', 'one'].entries()) {
      const settings = { 'spark.mesos.driver.frameworkId': id };
      applications.registerApplication(
        application(),
        new FakeDriver(`connection-${place}`, place + 1, settings),
      );
      await settled();
    }
    const ids = backends.map(({ request }) => request.framework.id?.value);
    expect(ids).toEqual(['one', 'other', 'one-0001']);
  });
});

describe('executors', () => {
  test('C8: are wanted without end where nothing is said', async () => {
    await running();
    expect(backend().calls).toEqual([['totals', { 0: { memoryMiB: 1024 } }], ['start']]);
  });

  test('C8, C54: are wanted as the driver said when it registered, and as it asks later', async () => {
    await running({ initialExecutorLimit: 0, defaultProfile: { ...application().defaultProfile, cores: 2 } });
    expect(applications.requestExecutors('f-1', new Map([[0, { total: 3 }]]))).toBe(true);
    expect(backend().calls).toEqual([
      ['totals', { 0: { memoryMiB: 1024, cores: 2, total: 0 } }],
      ['start'],
      ['totals', { 0: { memoryMiB: 1024, cores: 2, total: 3 } }],
    ]);
  });

  test('C29: of another profile are wanted with its size, also when it is only named later', async () => {
    await running();
    const profile = { id: 1, memoryMiB: 4096, cores: 4, otherResources: new Map() };
    applications.requestExecutors('f-1', new Map([[1, { profile, total: 2 }]]));
    applications.requestExecutors('f-1', new Map([[1, { total: 1 }]]));
    expect(backend().totals).toEqual(new Map([[1, { memoryMiB: 4096, cores: 4, total: 1 }]]));
  });

  test('are killed by their ids, and texts that are none are left out', async () => {
    await running();
    expect(applications.killExecutors('f-1', ['0', 'x', '2'])).toBe(true);
    expect(backend().calls.at(-1)).toEqual(['kill', [0, 2]]);
    expect(applications.killExecutors('f-1', ['x'])).toBe(false);
  });

  test('of an application that is unknown or ending cannot be asked for', async () => {
    await running();
    expect(applications.requestExecutors('f-2', new Map())).toBe(false);
    expect(applications.killExecutors('f-2', ['0'])).toBe(false);
    applications.unregisterApplication('f-1', driver);
    expect(applications.requestExecutors('f-1', new Map())).toBe(false);
    expect(applications.killExecutors('f-1', ['0'])).toBe(false);
  });

  test('are told to the driver as they come and run', async () => {
    await running();
    const { onOffers } = backend().request;
    onOffers([
      {
        id: { value: 'o-1' },
        frameworkId: { value: 'f-1' },
        agentId: { value: 'agent-1' },
        hostname: 'host-1',
        url: { scheme: 'http', address: { ip: '127.0.0.1', port: 6051 } },
      },
    ]);
    backend().application.executorLaunched(placement({ advertisedCores: 3 }));
    backend().application.executorState(placement(), 'LAUNCHING', {});
    backend().application.executorState(placement(), 'RUNNING', {});
    expect(driver.told.slice(1)).toEqual([
      ['added', { executorId: 0, workerId: 'agent-1', hostPort: 'host-1:6051', cores: 3, memoryMiB: 1024 }],
      ['updated', { executorId: 0, state: 'RUNNING' }],
    ]);
    expect(heard.of('offers')).toEqual([['offers', { offers: 1, agents: ['host-1'] }]]);
    expect(heard.of('launched')).toEqual([['launched', 0]]);
  });

  test.each([
    ['FAILED', { message: 'Command terminated with signal Killed', exitStatus: 137 }, {}],
    ['EXITED', { message: 'Command exited with status 0', exitStatus: 0 }, {}],
    ['KILLED', { message: 'killed', exitStatus: 143 }, {}],
    ['LOST', { message: 'agent removed', agentLost: true }, { workerLost: true, workerHost: 'host-1' }],
  ] as const)(
    'that are %s are told with a text, so that the driver removes them',
    async (state, detail, lost) => {
      await running();
      backend().application.executorState(placement(), state, detail);
      clock.elapse();
      const { message, ...rest } = detail as { message: string; exitStatus?: number; agentLost?: boolean };
      const status = rest.exitStatus === undefined ? {} : { exitStatus: rest.exitStatus };
      expect(driver.told.at(-1)).toEqual(['updated', { executorId: 0, state, message, ...status, ...lost }]);
    },
  );

  test('that are lost with their agent are told before it, so that the driver forgets what they left there', async () => {
    await running();
    const { application: port } = backend();
    port.executorLaunched(placement());
    port.executorLaunched(placement({ executorId: 1 }));
    port.executorState(placement(), 'LOST', { agentLost: true });
    port.executorState(placement({ executorId: 1 }), 'LOST', { agentLost: true });
    clock.elapse();
    expect(driver.told.slice(-3)).toEqual([
      ['updated', expect.objectContaining({ executorId: 0, state: 'LOST' })],
      ['updated', expect.objectContaining({ executorId: 1, state: 'LOST' })],
      ['worker-removed', 'agent-1', 'host-1', 'Mesos lost agent host-1 (agent-1)'],
    ]);
  });

  test('that have ended leave files on their agent, so that its loss is told, too, but not after the driver’s leave', async () => {
    await running();
    backend().application.executorLaunched(placement());
    backend().application.executorState(placement(), 'KILLED', {});
    backend().request.onAgentFailed('agent-1');
    clock.elapse();
    expect(driver.told.at(-1)).toEqual([
      'worker-removed',
      'agent-1',
      'host-1',
      'Mesos lost agent host-1 (agent-1)',
    ]);
    const told = driver.told.length;
    backend().application.executorLaunched(placement());
    backend().request.onAgentFailed('agent-1');
    applications.unregisterApplication('f-1', driver);
    clock.elapse();
    expect(driver.told.slice(told)).toEqual([['added', expect.objectContaining({ executorId: 0 })]]);
  });

  test.each([
    ['EXITED', 0],
    ['FAILED', 1],
  ] as const)(
    'that end by themselves (%s, status %i) are told a little later, since their driver may just be leaving',
    async (state, exitStatus) => {
      await running();
      backend().application.executorState(placement(), state, { exitStatus });
      expect(driver.told).toEqual([['registered', 'f-1']]);
      applications.unregisterApplication('f-1', driver);
      clock.elapse();
      expect(driver.told).toEqual([['registered', 'f-1']]);
    },
  );

  test('that end without a text get one', async () => {
    await running();
    backend().application.executorState(placement(), 'FAILED', {});
    expect(driver.told.at(-1)).toEqual([
      'updated',
      { executorId: 0, state: 'FAILED', message: 'Executor finished with state FAILED' },
    ]);
  });

  test('are launched with the application’s id', async () => {
    await running();
    const launch = backend().application.launch(placement({ executorId: 4 }));
    expect(launch.name).toBe('Pi 4');
    expect(launch.command.arguments?.slice(-2)).toEqual(['--executor-id', '4']);
  });
});

describe('the end of an application', () => {
  test('by the driver’s leave gives executors some time, and then it is gone', async () => {
    await running();
    applications.unregisterApplication('f-1', driver);
    expect(backend().calls.at(-1)).toEqual(['stop', GRACE_MS]);
    applications.driverDisconnected(driver);
    expect(applications.size).toBe(1);
    backend().finishStop();
    await settled();
    expect(applications.size).toBe(0);
    expect(heard.of('finished')).toEqual([['finished', 'unregistered']]);
  });

  test('is not for another driver to decide', async () => {
    await running();
    applications.unregisterApplication('f-1', new FakeDriver('connection-9', 9));
    expect(backend().calls.at(-1)).toEqual(['start']);
  });

  test('by a lost driver kills at once', async () => {
    await running();
    applications.driverDisconnected(driver);
    expect(backend().calls.at(-1)).toEqual(['stop', 0]);
    backend().finishStop();
    await settled();
    expect(heard.of('finished')).toEqual([['finished', 'driver-lost']]);
  });

  test('U15, C46: by a framework that cannot go on tells the driver why', async () => {
    await running();
    const error = Object.assign(new Error('master a:5050 answered 403'), { code: 'MESOS_FORBIDDEN' });
    backend().application.failed(error);
    expect(driver.told.at(-1)).toEqual(['removed', 'spark-mesos: master a:5050 answered 403']);
    expect(heard.of('problem')).toEqual([
      ['problem', 'GATEWAY_FRAMEWORK_ENDED', 'master a:5050 answered 403', true],
    ]);
    expect(backend().calls.at(-1)).toEqual(['stop', 0]);
  });

  test('sends the driver nothing more about executors', async () => {
    await running();
    applications.unregisterApplication('f-1', driver);
    const told = driver.told.length;
    backend().application.executorState(placement(), 'EXITED', { exitStatus: 0 });
    backend().application.executorLaunched(placement());
    expect(driver.told).toHaveLength(told);
  });

  test('comes even if the framework cannot be torn down', async () => {
    await running();
    backend().stop = () => Promise.reject(new Error('master gone'));
    applications.driverDisconnected(driver);
    await settled();
    expect(applications.size).toBe(0);
  });

  test('comes if the engine cannot be made', async () => {
    begin({
      makeBackend: () => {
        throw new Error('address invalid');
      },
    });
    applications.registerApplication(application(), driver);
    await settled();
    expect(driver.told).toEqual([['removed', 'spark-mesos: address invalid']]);
    expect(applications.size).toBe(0);
  });
});

describe('the end of the gateway', () => {
  test('ends every application and waits for its framework', async () => {
    await running();
    let closed = false;
    const closing = applications.close().then(() => {
      closed = true;
    });
    await settled();
    expect(closed).toBe(false);
    expect(driver.told.at(-1)).toEqual(['removed', expect.stringMatching(/spark-mesos is ending/)]);
    backend().finishStop();
    await closing;
    expect(heard.of('finished')).toEqual([['finished', 'gateway-closed']]);
  });

  test('takes no new drivers', async () => {
    await applications.close();
    applications.registerApplication(application(), driver);
    await settled();
    expect(driver.told).toEqual([['removed', expect.stringMatching(/takes no more/)]]);
    expect(backends).toEqual([]);
  });
});

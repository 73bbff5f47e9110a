import type { Clock, ExecutorPlacement, ExecutorRequest } from '@spark-mesos/coarse-backend';
import { silentLogger } from '@spark-mesos/scheduler-utils';
import type { ApplicationDescription, DriverHandle } from '@spark-mesos/spark-rpc';
import type { ApplicationContext } from '../../src/application-context.ts';
import type { BackendRequest, EngineApplication, ExecutorBackend } from '../../src/backend.ts';
import type { EngineSnapshot, EngineSummary } from '../../src/engine-snapshot.ts';
import type { GatewayObserver } from '../../src/observer.ts';

/** A driver that writes down what it is told, and has settings. */
export class FakeDriver implements DriverHandle {
  readonly told: unknown[][] = [];
  readonly id: string;
  readonly address: { host: string; port: number };
  sparks: readonly string[] = ['/opt/spark'];
  /** Replaced by tests in which the driver is slow, or says nothing. */
  settings: () => Promise<ReadonlyMap<string, string>>;

  constructor(id = 'connection-1', port = 40_001, settings: Record<string, string> = {}) {
    this.id = id;
    this.address = { host: '127.0.0.1', port };
    this.settings = async () => new Map(Object.entries(settings));
  }

  speakAs(spark: string): void {
    this.told.push(['speak-as', spark]);
  }
  registeredApplication(appId: string): void {
    this.told.push(['registered', appId]);
  }
  executorAdded(executor: unknown): void {
    this.told.push(['added', executor]);
  }
  executorUpdated(update: unknown): void {
    this.told.push(['updated', update]);
  }
  workerRemoved(...words: unknown[]): void {
    this.told.push(['worker-removed', ...words]);
  }
  applicationRemoved(message: string): void {
    this.told.push(['removed', message]);
  }
  retrieveSettings(): Promise<ReadonlyMap<string, string>> {
    return this.settings();
  }
  close(): void {
    this.told.push(['closed']);
  }
}

/** An engine that writes down what it is asked for, and does what the test says. */
export class FakeBackend implements ExecutorBackend {
  readonly request: BackendRequest;
  readonly calls: unknown[][] = [];
  totals: ReadonlyMap<number, ExecutorRequest> = new Map();
  state: EngineSnapshot | undefined;
  #stopped: () => void = () => {};

  constructor(request: BackendRequest) {
    this.request = request;
  }

  get application(): EngineApplication {
    return this.request.application;
  }

  start(): void {
    this.calls.push(['start']);
  }
  setExecutorTotals(totals: ReadonlyMap<number, ExecutorRequest>): void {
    this.totals = totals;
    this.calls.push(['totals', Object.fromEntries(totals)]);
  }
  killExecutors(ids: readonly number[]): boolean {
    this.calls.push(['kill', ids]);
    return true;
  }
  stop(options: { readonly graceMs: number }): Promise<void> {
    this.calls.push(['stop', options.graceMs]);
    return new Promise((resolve) => {
      this.#stopped = resolve;
    });
  }
  summary(): EngineSummary | undefined {
    return this.state;
  }
  snapshot(): EngineSnapshot | undefined {
    return this.state;
  }
  async detach(): Promise<void> {
    this.calls.push(['detach']);
  }
  /** The framework is torn down. */
  finishStop(): void {
    this.#stopped();
  }
}

/** What happened, as the observer heard it. */
export class HeardEvents {
  readonly events: unknown[][] = [];

  readonly observer: GatewayObserver = {
    applicationRegistered: (application) => this.events.push(['application', application.name]),
    driverRecalled: (application) => this.events.push(['recalled', application.id]),
    frameworkRegistered: (application) => this.events.push(['framework', application.id]),
    offersReceived: (_, offers) => this.events.push(['offers', offers]),
    masterConnection: (_, connected, reason) => this.events.push(['master', connected, reason]),
    executorLaunched: (_, executor) => this.events.push(['launched', executor.executorId]),
    executorDraining: (_, executor) => this.events.push(['draining', executor.executorId]),
    executorState: (_, { executor, state }) => this.events.push(['state', executor.executorId, state]),
    waiting: (_, report) => this.events.push(['waiting', report.sentence]),
    problem: (_, { code, message, fatal }) => this.events.push(['problem', code, message, fatal]),
    applicationFinished: (_, reason) => this.events.push(['finished', reason]),
  };

  of(kind: string): unknown[][] {
    return this.events.filter(([name]) => name === kind);
  }
}

/** Time that stands still until a test lets what waits for it happen. */
export class FakeClock implements Clock {
  waiting: (() => void)[] = [];

  now(): number {
    return 0;
  }
  setTimer(callback: () => void): () => void {
    this.waiting.push(callback);
    return () => {
      this.waiting = this.waiting.filter((other) => other !== callback);
    };
  }
  elapse(): void {
    for (const callback of this.waiting.splice(0)) callback();
  }
}

/** A context whose engines are kept in `backends`. */
export function fakeContext(heard: HeardEvents, changes: Partial<ApplicationContext> = {}) {
  const backends: FakeBackend[] = [];
  const clock = new FakeClock();
  const context: ApplicationContext = {
    makeBackend: (request) => {
      const backend = new FakeBackend(request);
      backends.push(backend);
      return backend;
    },
    connectShuffleService: async ({ host }) => {
      throw new Error(`no shuffle service on ${host}`);
    },
    sparks: [{ home: '/opt/spark', version: '3.5.6' }],
    baseEnvironment: new Map(),
    readSandbox: async () => {
      throw new Error('no agent answers');
    },
    environment: {},
    readTextFile: async (path) => {
      throw new Error(`no file ${path}`);
    },
    observer: heard.observer,
    clock,
    logger: silentLogger,
    ...changes,
  };
  return { context, backends, clock };
}

/** An application of 1 GiB executors. */
export function application(changes: Partial<ApplicationDescription> = {}): ApplicationDescription {
  return {
    name: 'Pi',
    user: 'ada',
    appUiUrl: 'http://driver:4040',
    command: {
      mainClass: 'org.apache.spark.executor.CoarseGrainedExecutorBackend',
      arguments: ['--executor-id', '{{EXECUTOR_ID}}'],
      environment: new Map(),
      classPathEntries: [],
      libraryPathEntries: [],
      javaOpts: [],
    },
    defaultProfile: { id: 0, memoryMiB: 1024, otherResources: new Map() },
    ...changes,
  };
}

/** An executor in its place. */
export function placement(changes: Partial<ExecutorPlacement> = {}): ExecutorPlacement {
  return {
    executorId: 0,
    taskId: 'abc-0',
    agentId: 'agent-1',
    hostname: 'host-1',
    cores: 2,
    advertisedCores: 2,
    gpus: 0,
    ports: [],
    place: [],
    memoryMiB: 1024,
    taskMemoryMiB: 1408,
    profileId: 0,
    ...changes,
  };
}

/** Lets everything run that waits for nothing but its turn. */
export async function settled(): Promise<void> {
  await new Promise(setImmediate);
}

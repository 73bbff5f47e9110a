import { userInfo } from 'node:os';
import { LocalCluster } from '@spark-mesos/mesos-local';
import { parseSettings, silentLogger } from '@spark-mesos/scheduler-utils';
import type { RelayGate } from '@spark-mesos/spark-rpc';
import { expect, onTestFinished, test, vi } from 'vitest';
import { slotLineOpener } from '../../src/executor-relay.ts';
import { fineBackendFactory } from '../../src/fine-engine.ts';
import { FakeRelay } from '../support/fake-relay.ts';

/** Waits until it holds. */
const until = (check: () => void) => vi.waitFor(check, { timeout: 30_000, interval: 20 });

/** Of the agent; one is its executor's. */
const CORES = 4;

/** How a task ends, by its number. */
const endOf = (taskId: number) => (['KILLED', 'FAILED'] as const)[taskId] ?? 'FINISHED';

/** Its tasks end when they have been passed on, and the lines are open that are needed for that. */
class InstantRelay extends FakeRelay {
  override readonly address = { host: '127.0.0.1', port: 7100 };
  ended = 0;
  readonly #neededLines: 'each' | 'all' | 'none';
  readonly #waiting = new Map<number, () => void>();
  /** The first tasks of slots whose lines are open. */
  readonly #connected = new Set<number>();

  constructor(gate: RelayGate, neededLines: 'each' | 'all' | 'none') {
    super(gate);
    this.#neededLines = neededLines;
  }

  override pass(executorId: string, taskId: number): boolean {
    this.#waiting.set(taskId, () => this.gate.taskEnded(executorId, taskId, endOf(taskId)));
    queueMicrotask(() => this.#settle());
    return super.pass(executorId, taskId);
  }

  /** A slot of this name has opened its line. */
  slotConnected(name: string): void {
    this.#connected.add(Number(/^task (\d+)\./.exec(name)?.[1]));
    this.#settle();
  }

  #settle(): void {
    for (const [taskId, end] of [...this.#waiting]) {
      if (this.#mayEnd(taskId) && this.#waiting.delete(taskId)) {
        this.ended += 1;
        end();
      }
    }
  }

  #mayEnd(taskId: number): boolean {
    if (this.#neededLines === 'none') return true;
    return this.#neededLines === 'each' ? this.#connected.has(taskId) : this.#connected.size >= CORES - 1;
  }
}

/** What keeps slots from opening their lines. */
interface Obstacle {
  /** Where agents look for programs. */
  readonly path?: string;
  /** Where nobody listens. */
  readonly closedPort?: number;
}

/** Runs tasks on a Mesos with command tasks for slots; the states of all that were launched for them, by their names. */
async function run(
  tasks: number,
  properties: Record<string, string>,
  obstacle?: Obstacle,
): Promise<{ readonly states: [name: string, state: string][]; readonly warnings: string[] }> {
  const { path, closedPort } = obstacle ?? {};
  const executorEnvironment = path === undefined ? {} : { PATH: path };
  const cluster = await LocalCluster.start({
    agents: [{ cpus: CORES, memMiB: 4096, executorEnvironment }],
    allocationIntervalMs: 100,
  });
  onTestFinished(() => cluster.close());
  const parsed = parseSettings(new Map([['spark.mesos.coarse', 'false'], ...Object.entries(properties)]));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const relays: InstantRelay[] = [];
  let frameworkId = '';
  const framework = () => cluster.state().frameworks.find(({ id }) => id === frameworkId);
  const warnings: string[] = [];
  const logger = { ...silentLogger, warn: (_: object, phrase: string) => void warnings.push(phrase) };
  logger.child = () => logger;
  const neededLines = parsed.settings.fineExact ? 'each' : 'all';
  const openLines = slotLineOpener({ host: '127.0.0.1', advertisedHost: undefined });
  const makeBackend = fineBackendFactory(
    cluster.master.url.replace('http', 'mesos'),
    async ({ gate }) => {
      const relay = new InstantRelay(gate, obstacle === undefined ? neededLines : 'none');
      relays.push(relay);
      return relay;
    },
    async ({ listener, ...order }) => {
      const lines = await openLines({
        ...order,
        listener: {
          slotConnected: (id) => {
            listener.slotConnected(id);
            const task = framework()?.tasks.find((known) => known.id === id);
            relays[0]?.slotConnected(task?.name ?? '');
          },
          slotDisconnected: (id) => listener.slotDisconnected(id),
        },
      });
      const placeOf = (id: string) => ({
        ...lines.placeOf(id),
        ...(closedPort === undefined ? {} : { port: closedPort }),
      });
      return { placeOf, tell: (id, end) => lines.tell(id, end), close: () => lines.close() };
    },
  );
  const engine = makeBackend({
    application: {
      launch: () => ({ name: 'executor', command: { value: 'exec /bin/sleep 600' } }),
      registered: (id) => {
        frameworkId = id;
      },
      executorLaunched: () => {},
      executorState: (_, state) => {
        if (state === 'RUNNING') relays[0]?.connect('0');
      },
      waiting: () => {},
      failed: () => {},
    },
    settings: parsed.settings,
    framework: { user: userInfo().username, name: 'Pi' },
    credentials: undefined,
    driver: {
      address: { host: '127.0.0.1', port: 40_001 },
      properties: new Map(),
      spark: { home: '/opt/spark', version: '3.5.6' },
      executor: { memoryMiB: 512 },
    },
    logger,
    onOffers: () => {},
    onAgentFailed: () => {},
    onConnection: () => {},
  });
  onTestFinished(() => engine.stop({ graceMs: 0 }));
  engine.setExecutorTotals(new Map([[0, { memoryMiB: 512, total: 1 }]]));
  engine.start();
  await until(() => expect(relays[0]?.connected.size).toBe(1));
  for (let taskId = 0; taskId < tasks; taskId += 1) relays[0]?.hold('0', taskId);
  await until(() => expect(relays[0]?.ended).toBe(tasks));
  await until(() => expect(engine.summary()?.cores).toBe(1));
  // Mesos counts a task as completed once its end has been acknowledged; its executor stays.
  await until(() => expect(framework()?.tasks).toHaveLength(1));
  const states = (framework()?.completed_tasks ?? []).map(({ name, state }): [string, string] => [
    name,
    state,
  ]);
  return { states, warnings };
}

test('F1, F30, F32, F53: in exact mode each task is a command task that ends as it has', async () => {
  const { states, warnings } = await run(12, { 'spark.mesos.fine.exact': 'true' });
  const byName = (name: string) =>
    states.filter(([known]) => known.startsWith(`task ${name}.`)).map(([, state]) => state);
  expect(states).toHaveLength(12);
  expect(warnings).toEqual([]);
  expect([byName('0'), byName('1')]).toEqual([['TASK_KILLED'], ['TASK_FAILED']]);
  expect(states.filter(([, state]) => state === 'TASK_FINISHED')).toHaveLength(10);
});

test('F32: slots that have carried tasks have finished, whatever those have done', async () => {
  const { states } = await run(40, { 'spark.mesos.fine.lease': '1h' });
  expect(states.length).toBeGreaterThan(0);
  expect(new Set(states.map(([, state]) => state))).toEqual(new Set(['TASK_FINISHED']));
});

test.each([
  ['its agent has no bash', { path: '/nowhere' }],
  // Nobody can listen there without having asked for it.
  ['it does not reach the gateway', { closedPort: 1 }],
])('F32: a slot is killed, no task is lost, and it is said once, where %s', async (_, obstacle) => {
  const { states, warnings } = await run(12, { 'spark.mesos.fine.exact': 'true' }, obstacle);
  expect(states).toHaveLength(12);
  expect(new Set(states.map(([, state]) => state))).toEqual(new Set(['TASK_KILLED']));
  expect(warnings).toEqual([
    'slots open no line there and are killed instead: its agent has no bash, or does not reach the gateway',
  ]);
});

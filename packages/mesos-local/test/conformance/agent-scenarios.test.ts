import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { LocalCluster, type LocalClusterOptions } from '../../src/index.ts';
import { type Json, JsonScheduler } from '../support/json-client.ts';
import { processesOf } from '../support/processes.ts';
import { readScenario, type ScenarioStep } from '../support/scenario.ts';

const EXECUTOR = fileURLToPath(new URL('../support/test-executor.mjs', import.meta.url));
const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(-[SO]?\d+)?/g;
/** Smaller offers are crumbs that tasks have given back; they are left lying. */
const CRUMB_CPUS = 1.5;

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function startCluster(options: Partial<LocalClusterOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'mesos-local-test-'));
  await writeFile(join(folder, 'hello.txt'), 'hello\n');
  cleanups.push(() => rm(folder, { recursive: true }));
  const times = { executorShutdownGraceMs: 300, executorRegistrationTimeoutMs: 10_000 };
  const agent = { cpus: 16, memMiB: 16_384, ...times };
  const workDir = join(folder, 'work');
  const cluster = await LocalCluster.start({
    agents: [agent, { ...agent, executorRegistrationTimeoutMs: 200 }],
    allocationIntervalMs: 20,
    agentPingTimeoutMs: 1000,
    maxAgentPingTimeouts: 2,
    workDir,
    ...options,
  });
  cleanups.push(async () => {
    await cluster.close();
    for (const { id } of cluster.agents) expect(processesOf(id)).toEqual([]);
  });
  return { cluster, folder, workDir };
}

/** The same text of a recorded and of our own message, without what is different each time. */
function comparable(value: Json): Json {
  const text = JSON.stringify(value)
    .replaceAll(ID, 'ID')
    .replaceAll(/"uuid":"[^"]*"/g, '"uuid":"U"')
    .replaceAll(/"executor_pid":\d+/g, '"executor_pid":0')
    .replaceAll(/"timestamp":[\d.]+/g, '"timestamp":0')
    .replaceAll(/"nanoseconds":\d{15,}/g, '"nanoseconds":0')
    .replaceAll(/(ExecutorInfo with same ExecutorID\.)(?:[^"\\]|\\.)*"/g, '$1…"')
    .replaceAll(/register within \w+/g, 'register within …');
  return JSON.parse(text);
}

type Request = Extract<ScenarioStep, { kind: 'request' }>;

/** Plays the schedulers of a recording against a cluster and holds what comes back against the recording. */
class Replay {
  readonly #cluster: LocalCluster;
  readonly #folder: string;
  readonly #onNote: (note: string) => Promise<void> | void;
  readonly #schedulers = new Map<number, JsonScheduler>();
  readonly #frameworks = new Map<string, JsonScheduler>();
  readonly #pools = new Map<JsonScheduler, Json[]>();
  readonly #recordedOffers = new Map<string, Json>();
  readonly #offers = new Map<string, string>();
  readonly #uuids = new Map<string, Json>();
  compared = 0;

  constructor(
    cluster: LocalCluster,
    folder: string,
    onNote: (note: string) => Promise<void> | void = () => {},
  ) {
    this.#cluster = cluster;
    this.#folder = folder;
    this.#onNote = onNote;
  }

  async play(name: string): Promise<void> {
    for (const step of readScenario(name)) {
      if (step.kind === 'note') await this.#onNote(step.note);
      if (step.kind === 'hang-up') await this.#hangUp(step.connection);
      if (step.kind === 'event') await this.#event(step.connection, step.event);
      if (step.kind === 'request' && step.path === '/api/v1/scheduler') await this.#request(step);
    }
  }

  async #hangUp(connection: number): Promise<void> {
    const scheduler = this.#schedulers.get(connection);
    if (scheduler === undefined) return;
    scheduler.disconnect();
    const { frameworkId } = scheduler;
    await this.#cluster.waitFor(
      ({ frameworks }) => !frameworks.some(({ id, connected }) => id === frameworkId && connected),
    );
  }

  async #request(step: Request): Promise<void> {
    const call = JSON.parse(this.#ours(step.body));
    if (call.type === 'SUBSCRIBE') {
      const known = this.#frameworks.get(call.framework_id?.value)?.frameworkId;
      const { id: _id, ...info } = call.subscribe.framework_info;
      this.#schedulers.set(
        step.connection,
        await JsonScheduler.subscribe(this.#cluster.master.url, info, known),
      );
      return;
    }
    const scheduler = this.#frameworks.get(call.framework_id.value) as JsonScheduler;
    const part = call.accept ?? call.decline;
    if (part !== undefined) {
      for (const [index, { value }] of part.offer_ids.entries()) {
        part.offer_ids[index].value = await this.#offer(scheduler, value);
      }
      part.filters = { refuse_seconds: 0 };
    }
    if (call.acknowledge)
      call.acknowledge.uuid = this.#uuids.get(call.acknowledge.uuid) ?? call.acknowledge.uuid;
    const text = JSON.stringify(call).replaceAll(/[0-9a-f-]{36}-\d{4}/g, scheduler.frameworkId);
    const answer = await scheduler.call(JSON.parse(text));
    expect([call.type, answer.status, answer.text]).toEqual([call.type, step.status, step.text]);
    this.compared++;
  }

  /** Whatever is of the recording's machine is of ours. */
  #ours(body: string): string {
    const agents = this.#cluster.agents;
    return body
      .replaceAll(/[0-9a-f-]{36}-S(\d)/g, (_all, index: string) => agents[Number(index)]?.id ?? '')
      .replaceAll('/tmp/mesos-run/http-executor', `${process.execPath} ${EXECUTOR}`)
      .replaceAll('/tmp/mesos-run', this.#folder)
      .replaceAll('sleep 8', 'sleep 0.1');
  }

  async #offer(scheduler: JsonScheduler, recorded: string): Promise<string> {
    const known = this.#offers.get(recorded);
    const offer = this.#recordedOffers.get(recorded);
    const cpus = offer?.resources.find(({ name }: Json) => name === 'cpus')?.scalar.value ?? 0;
    if (known !== undefined || cpus < CRUMB_CPUS) return known ?? recorded;
    const pool = this.#pools.get(scheduler) ?? [];
    this.#pools.set(scheduler, pool);
    const agentId = this.#ours(offer.agent_id.value);
    const fits = (one: Json) =>
      one.agent_id.value === agentId &&
      one.resources.some(({ name, scalar }: Json) => name === 'cpus' && scalar.value >= 8);
    for (;;) {
      const index = pool.findIndex(fits);
      if (index >= 0) {
        const [found] = pool.splice(index, 1);
        this.#offers.set(recorded, found.id.value);
        return found.id.value;
      }
      pool.push(...(await scheduler.next(({ type }) => type === 'OFFERS')).offers.offers);
    }
  }

  async #event(connection: number, recorded: Json): Promise<void> {
    const scheduler = this.#schedulers.get(connection);
    if (scheduler === undefined) return;
    if (recorded.type === 'SUBSCRIBED') {
      this.#frameworks.set(recorded.subscribed.framework_id.value, scheduler);
    }
    for (const offer of recorded.offers?.offers ?? []) this.#recordedOffers.set(offer.id.value, offer);
    // Offers are made of what is free when, which depends on the machine.
    if (['SUBSCRIBED', 'OFFERS', 'HEARTBEAT', 'RESCIND', 'ERROR'].includes(recorded.type)) return;
    const wanted = keyOf(recorded);
    const ours = await scheduler
      .next((event) => keyOf(event) === wanted, 5000)
      .catch((error: Error) => {
        throw new Error(`waited for ${wanted}: ${error.message}`);
      });
    expect(comparable(ours)).toEqual(comparable(recorded));
    if (recorded.update?.status.uuid) this.#uuids.set(recorded.update.status.uuid, ours.update.status.uuid);
    this.compared++;
  }
}

/** Which event it is, among those that come in no fixed order. */
function keyOf(event: Json): string {
  const { task_id, state, message } = event.update?.status ?? {};
  const who = task_id?.value ?? event.failure?.executor_id?.value ?? '';
  return [event.type, who, state, /^Reconciliation[^(]*/.exec(message ?? '')?.[0]].join(' ');
}

/** What an executor of ours has written down. */
async function executorTrace(workDir: string, agent: number, executorId: string): Promise<Json[]> {
  const root = join(workDir, `agent-${agent}`, 'slaves');
  const found = (await readdir(root, { recursive: true })).find(
    (path) =>
      path.includes(`/${executorId}/runs/`) && path.endsWith('trace.jsonl') && !path.includes('latest'),
  );
  const text = await readFile(join(root, found ?? ''), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** Where something stands in a message, at any depth. */
function pathsOf(value: Json, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => pathsOf(one, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, one]) => pathsOf(one, `${path}.${key}`));
}

function eventShape(event: Json): string {
  return [event.type, ...new Set(pathsOf(event).filter((path) => !path.includes('.attributes')))]
    .sort()
    .join(' ');
}

/** Calls in their order, events whatever their order, against the recording of the executor's side. */
async function compareExecutor(workDir: string, agent: number, name: string): Promise<void> {
  const recorded = readScenario(`executor-${name}-json.jsonl`);
  const ours = await executorTrace(workDir, agent, `exec-${name}`);
  const requests = recorded.flatMap((step) =>
    step.kind === 'request' && step.method === 'POST' ? [step] : [],
  );
  const describeCall = (body: string, status: number, text: string) => {
    const call: Json = body.startsWith('{"') ? JSON.parse(body) : { type: body };
    return [call.type, call.update?.status?.state, status, text.replaceAll(ID, 'ID')];
  };
  const calls = ours.filter(({ call }) => call !== undefined);
  const bodyOf = (call: Json) => (typeof call === 'string' ? call : JSON.stringify(call));
  expect(calls.map(({ call, status, text }) => describeCall(bodyOf(call), status, text))).toEqual(
    requests.map(({ body, status, text }) => describeCall(body, status, text)),
  );
  const shapes = recorded.flatMap((step) => (step.kind === 'event' ? [eventShape(step.event)] : []));
  const ourShapes = ours.flatMap(({ event }) => (event === undefined ? [] : [eventShape(event)]));
  expect(ourShapes.sort()).toEqual(shapes.sort());
}

describe('the recorded scenarios of executors and agents', () => {
  it('04-executor: several tasks on an executor, messages, KILL, SHUTDOWN, and how executors end', async () => {
    const { cluster, folder, workDir } = await startCluster();
    const replay = new Replay(cluster, folder);
    await replay.play('04-executor-json.jsonl');
    expect(replay.compared).toBeGreaterThan(50);
    for (const name of ['main', 'die', 'exit0']) await compareExecutor(workDir, 0, name);
  });

  it('14-more: a group under the default executor, an executor deaf to SHUTDOWN, one that never subscribes', async () => {
    const { cluster, folder, workDir } = await startCluster();
    const replay = new Replay(cluster, folder);
    await replay.play('14-more-json.jsonl');
    expect(replay.compared).toBeGreaterThan(40);
    await compareExecutor(workDir, 0, 'ign');
  });

  it('16-executor-auth: an executor shows its token', async () => {
    const key = 'a key that was made up for this test';
    const { cluster, folder, workDir } = await startCluster({
      agents: [{ cpus: 16, memMiB: 16_384, executorSecretKey: key }],
    });
    await new Replay(cluster, folder).play('16-executor-auth-json.jsonl');
    const trace = await executorTrace(workDir, 0, 'exec-jwt');
    expect(
      trace.filter(({ call }) => call?.type === 'SUBSCRIBE').map(({ status, text }) => [status, text]),
    ).toEqual([
      [401, '401 Unauthorized.'],
      [200, ''],
    ]);
  });

  it('17-no-checkpoint: the framework is gone the moment that its stream drops', async () => {
    const { cluster, folder, workDir } = await startCluster();
    await new Replay(cluster, folder, async () => {}).play('17-no-checkpoint-json.jsonl');
    const [{ environment }] = (await executorTrace(workDir, 0, 'exec-nochk')) as [Json];
    const recorded = JSON.parse(
      (await readFile(new URL('../fixtures/executor-nochk-json.jsonl', import.meta.url), 'utf8')).split(
        '\n',
      )[1] ?? '',
    ).env;
    const own = ['PWD', 'SHLVL', 'LC_CTYPE', '_', 'OLDPWD'];
    const names = (from: Json) =>
      Object.keys(from)
        .filter((one) => !own.includes(one))
        .sort();
    expect(names(environment)).toEqual(names(recorded));
  });

  it('07-agent-failure: restart, loss, return and leave of an agent', async () => {
    const { cluster, folder, workDir } = await startCluster();
    const [agent] = cluster.agents;
    const id = agent?.id ?? '';
    const { faults } = cluster;
    const replay = new Replay(cluster, folder, (note) => {
      if (note.includes('started again at once')) return faults.restartAgent(id);
      if (note.includes('stays away')) return faults.stopAgent(id);
      if (note.includes('the agent comes back')) return faults.returnAgent(id);
      return note.includes('SIGUSR1') ? faults.unregisterAgent(id) : undefined;
    });
    await replay.play('07-agent-failure-json.jsonl');
    const subscriptions = (await executorTrace(workDir, 0, 'exec-ck')).filter(
      ({ event }) => event?.type === 'SUBSCRIBED',
    );
    expect(subscriptions.length).toBeGreaterThanOrEqual(2);
  });
});

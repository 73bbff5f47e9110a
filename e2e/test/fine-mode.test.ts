import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { acceptCall, declineCall, launchOperation, SchedulerClient } from '@spark-mesos/mesos-client';
import { mesos } from '@spark-mesos/mesos-proto';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  confWords,
  eventually,
  type FrameworkState,
  finishedTasks,
  jarOf,
  newestSpark,
  ROOT,
  runningTasks,
  Scene,
  type SparkMesosCommand,
  stateWith,
  TEST_SPARKS,
} from '../harness/index.ts';

/** Half a core is what an executor itself holds here. */
const FINE = {
  'spark.mesos.coarse': 'false',
  'spark.mesos.mesosExecutor.cores': '0.5',
  'spark.executor.memory': '512m',
};

/** Our Mesos executor, by which slots cost next to nothing and say how their tasks have ended. */
const OWN_EXECUTOR = {
  'spark.mesos.fine.carrier': 'executor',
  'spark.mesos.fine.executor.program': join(
    ROOT,
    'apps',
    'fine-executor',
    'bin',
    'spark-mesos-fine-executor.js',
  ),
};

const AGENTS = [
  { cpus: 2, memMiB: 4096 },
  { cpus: 2, memMiB: 4096 },
];

const SPARK_TASK = /^task \d+\.\d+ in stage \d+\.\d+ \(TID \d+\)$/;

const isExecutor = ({ name }: { readonly name: string }) => !SPARK_TASK.test(name);

/** The tasks of a framework that carry Spark's, in a list. */
const carriers = (tasks: FrameworkState['tasks']) => tasks.filter((task) => !isExecutor(task));

const coresOf = (tasks: FrameworkState['tasks']) =>
  tasks.reduce((sum, { resources }) => sum + resources.cpus, 0);

describe.each(TEST_SPARKS)('on Spark $name', (spark) => {
  test('F1, F30: SparkPi with 100 partitions is 100 finished Mesos tasks in exact mode', async () => {
    const scene = await Scene.withCluster(AGENTS);
    onTestFinished(() => scene.close());
    const program = ['--class', 'org.sparkmesos.examples.SparkPi', await jarOf('sparkPi', spark), '100'];
    const settings = { ...FINE, ...OWN_EXECUTOR, 'spark.mesos.fine.exact': 'true' };
    const words = ['submit', '--master', scene.master, ...confWords(settings), ...program];
    const { status, stdout, driverLog } = await scene.run(words, { spark });
    expect(stdout).toMatch(/^Pi is roughly 3\.1[34]/m);
    expect(status).toBe(0);
    expect(finishedTasks(driverLog)).toBe(100);
    const { frameworks, completed_frameworks: completed } = await scene.state();
    expect(frameworks).toEqual([]);
    const tasks = carriers(completed[0]?.completed_tasks ?? []);
    expect(tasks).toHaveLength(100);
    expect(new Set(tasks.map(({ name }) => name)).size).toBe(100);
    // The last ones may still be ending when their executor has: Mesos then says so of them.
    const finished = tasks.filter(({ state }) => state === 'TASK_FINISHED');
    expect(finished.length).toBeGreaterThanOrEqual(100 - AGENTS.length);
  });
});

/** Says how many numbers there were once a file is there; a shell reads it line by line. */
const gatedJob = (gate: string, name: string, tasks: number, millis: number) =>
  `while (!new java.io.File(${JSON.stringify(gate)}).exists) Thread.sleep(20)
println("${name}: " + sc.parallelize(1 to ${tasks}, ${tasks}).map { n => Thread.sleep(${millis}); 1 }.sum.toInt)
`;

const spark = newestSpark();

test('F12, F62: between two jobs of a shell that authenticates and encrypts its framework holds its executors alone', async () => {
  const scene = await Scene.withCluster(AGENTS);
  onTestFinished(() => scene.close());
  const file = scene.path('spark.properties');
  const settings = {
    ...FINE,
    // Longer than a loaded machine's driver takes from one task to the next.
    'spark.mesos.fine.hold': '500ms',
    'spark.authenticate': 'true',
    'spark.authenticate.secret': 'open sesame 7b1f',
    'spark.network.crypto.enabled': 'true',
    'spark.network.crypto.saslFallback': 'false',
  };
  await writeFile(
    file,
    Object.entries(settings)
      .map((pair) => `${pair.join(' ')}\n`)
      .join(''),
  );
  await chmod(file, 0o600);
  const gate = scene.path('gate');
  const input = `println("first: " + sc.parallelize(1 to 24, 24).map { n => Thread.sleep(50); 1 }.sum.toInt)
${gatedJob(gate, 'second', 24, 50)}`;
  const words = ['shell', '--master', scene.master, '--properties-file', file];
  const command = scene.start(words, { spark, input });
  await command.printed(/first: 24/);
  const idle = await stateWith(
    scene.masterUrl,
    'a framework that holds its executors alone',
    ({ frameworks: [framework] }) => {
      const isIdle = carriers(framework?.tasks ?? []).length === 0;
      return isIdle && runningTasks(framework).length === AGENTS.length && framework;
    },
  );
  expect(idle.tasks.map(({ resources }) => resources.cpus)).toEqual([0.5, 0.5]);
  await scene.open(gate);
  expect((await command.ended).status).toBe(0);
  expect(command.stdout).toContain('second: 24');
  const [completed] = (await scene.state()).completed_frameworks;
  // A slot has the name of its first task, and carries others behind it.
  const slots = carriers(completed?.completed_tasks ?? []);
  expect(slots.length).toBeGreaterThanOrEqual(2);
  expect(slots.length).toBeLessThan(48);
});

/** What each framework has of the cores at a time. */
interface Share {
  readonly seconds: number;
  readonly cores: readonly number[];
}

/** Follows the shares until both have ended what they do. */
async function watchShares(scene: Scene, names: readonly string[], isOver: () => boolean): Promise<Share[]> {
  const shares: Share[] = [];
  const begin = Date.now();
  await eventually(
    'both jobs are done',
    async () => {
      const { frameworks } = await scene.state();
      const cores = names.map((name) => {
        const framework = frameworks.find((one) => one.name === name);
        return coresOf(carriers(runningTasks(framework)));
      });
      shares.push({ seconds: (Date.now() - begin) / 1000, cores });
      return isOver();
    },
    60_000,
  );
  return shares;
}

/** Lines for people: one for each time at which the shares are others than before. */
function sharesText(names: readonly string[], shares: readonly Share[]): string {
  const changes = shares.filter(({ cores }, at) => cores.join() !== shares[at - 1]?.cores.join());
  const lines = changes.map(({ seconds, cores }) =>
    [seconds.toFixed(1).padStart(6), ...cores.map((count) => '#'.repeat(count).padEnd(5))].join('  '),
  );
  return [`cores of ${names.join(' and ')}, by seconds`, ...lines].join('\n');
}

test('F22, F62: two shells side by side have their shares of 4 cores, and the cores move between them', async () => {
  const scene = await Scene.withCluster([{ cpus: 4, memMiB: 8192 }]);
  onTestFinished(() => scene.close());
  const names = ['one', 'other'];
  const gate = scene.path('gate');
  const settings = { ...FINE, 'spark.mesos.mesosExecutor.cores': '0.1', 'spark.mesos.fine.lease': '1s' };
  const shells: SparkMesosCommand[] = names.map((name) => {
    const words = ['shell', '--master', scene.master, '--name', name, ...confWords(settings)];
    const ready = 'println("ready: " + sc.parallelize(1 to 3, 3).count)\n';
    return scene.start(words, { spark, input: ready + gatedJob(gate, name, 64, 200) });
  });
  await Promise.all(shells.map((shell) => shell.printed(/ready: 3/)));
  await scene.open(gate);
  const done = (index: number) => (shells[index]?.stdout ?? '').includes(`${names[index]}: 64`);
  const shares = await watchShares(scene, names, () => done(0) && done(1));
  process.stdout.write(`${sharesText(names, shares)}\n`);
  for (const { status } of await Promise.all(shells.map(({ ended }) => ended))) expect(status).toBe(0);
  const together = shares.filter(({ cores }) => cores.every((count) => count > 0));
  expect(together.length).toBeGreaterThan(0);
  for (const { cores } of shares) expect(cores.reduce((sum, count) => sum + count, 0)).toBeLessThan(4);
  // Each has given cores back again and again in the middle of its job, for Mesos to decide who gets them.
  const { completed_frameworks: completed } = await scene.state();
  for (const { completed_tasks: tasks } of completed) expect(carriers(tasks).length).toBeGreaterThan(5);
});

test('F32, F33: an executor is killed, the master fails over and an agent is lost in the middle of a job: its result is right', async () => {
  const scene = await Scene.withCluster(AGENTS);
  onTestFinished(() => scene.close({ warningsExpected: true }));
  const gate = scene.path('gate');
  const settings = {
    ...FINE,
    'spark.mesos.driver.failoverTimeout': '120',
    'spark.mesos.coarse.unreachableTimeout': '1s',
  };
  const program = ['--class', 'org.sparkmesos.e2e.GatedSum', await jarOf('gatedSum', spark), '8', gate];
  const words = ['submit', '--master', scene.master, ...confWords(settings), ...program];
  const command = scene.start(words, { spark });
  const twoAtWork = (what: string, isAnother: (ids: readonly string[]) => boolean) =>
    stateWith(scene.masterUrl, what, ({ frameworks }) => {
      const tasks = runningTasks(frameworks[0]);
      const ids = tasks.map(({ id }) => id);
      return carriers(tasks).length === 2 && tasks.length === 4 && isAnother(ids) && tasks;
    });
  const first = await twoAtWork('a task on each of two executors', () => true);

  const [victim] = scene.executors();
  process.kill(victim?.pid ?? 0, 'SIGKILL');
  const second = await twoAtWork('another executor at work', (ids) =>
    first.some(({ id }) => !ids.includes(id)),
  );

  const { faults } = scene.cluster;
  await faults.restartMaster();
  const third = await twoAtWork('both at work under the new master', () => true);
  expect(third.map(({ id }) => id).sort()).toEqual(second.map(({ id }) => id).sort());

  const lost = third[0]?.slave_id ?? '';
  await faults.loseAgent(lost);
  await eventually('the driver knows', () =>
    /Lost executor \d+ .*: Agent|worker lost|Mesos lost agent/i.test(command.driverLog),
  );
  await faults.returnAgent(lost);
  await twoAtWork('a task on each of two executors once more', (ids) =>
    third.some(({ id }) => !ids.includes(id)),
  );

  await scene.open(gate);
  expect((await command.ended).status).toBe(0);
  expect(command.stdout).toContain('Sum is 36');
});

/** Another framework, which keeps so many cores of one agent and wants no others, until it is told to go. */
async function takeCores(scene: Scene, agentId: string, cores: number): Promise<SchedulerClient> {
  const master = new URL(scene.masterUrl).host;
  const client = new SchedulerClient({ master, framework: { user: '', name: 'rival' } });
  onTestFinished(() => client.teardown());
  const offers = offersTo(client);
  const resources = [{ name: 'cpus', type: mesos.v1.Value.Type.SCALAR, scalar: { value: cores } }];
  const command = { shell: false, value: '/bin/sleep', arguments: ['sleep', '600'] };
  for await (const offer of offers) {
    const cpus = offer.resources?.find(({ name }) => name === 'cpus')?.scalar?.value ?? 0;
    if (offer.agentId.value === agentId && cpus >= cores) {
      const task = {
        name: 'rival',
        taskId: { value: 'rival' },
        agentId: offer.agentId,
        resources,
        command,
      };
      await client.call(acceptCall([offer.id.value], [launchOperation([task])], LONG_SECONDS));
      break;
    }
    await client.call(declineCall([offer.id.value], LONG_SECONDS));
  }
  // What is offered from here on must not stay with it.
  void declineAll(client, offers);
  return client;
}

const LONG_SECONDS = 600;

/** Not ended by whoever stops listening for a while. */
function offersTo(client: SchedulerClient) {
  const offers = (async function* () {
    for await (const event of client.events()) {
      yield* event.kind === 'mesos' ? (event.event.offers?.offers ?? []) : [];
    }
  })();
  return { [Symbol.asyncIterator]: () => ({ next: () => offers.next() }) };
}

async function declineAll(client: SchedulerClient, offers: ReturnType<typeof offersTo>): Promise<void> {
  // The last call may come when the framework is gone.
  for await (const { id } of offers) await client.call(declineCall([id.value], LONG_SECONDS)).catch(() => {});
}

test('F21, F22: tasks that wait for cores which somebody else keeps run on another agent, until the cores are back', async () => {
  const scene = await Scene.withCluster(AGENTS.map((agent) => ({ ...agent, cpus: 3 })));
  onTestFinished(() => scene.close());
  const [taken, back] = [scene.path('taken'), scene.path('back')];
  const input = `println("first: " + sc.parallelize(1 to 8, 8).count)
${gatedJob(taken, 'second', 12, 100)}${gatedJob(back, 'third', 40, 500)}`;
  const command = scene.start(['shell', '--master', scene.master, ...confWords(FINE)], { spark, input });
  await command.printed(/first: 8/);
  const { tasks } = await stateWith(
    scene.masterUrl,
    'both executors, and nothing else',
    ({ frameworks: [framework] }) => framework?.tasks.length === 2 && framework,
  );
  const rival = await takeCores(scene, tasks[0]?.slave_id ?? '', 2);
  await scene.open(taken);
  await command.printed(/second: 12/);
  await rival.teardown();
  await scene.open(back);
  await stateWith(scene.masterUrl, 'all cores of both agents at work', ({ frameworks }) => {
    const framework = frameworks.find(({ name }) => name !== 'rival');
    return coresOf(carriers(runningTasks(framework))) === 4;
  });
  expect((await command.ended).status).toBe(0);
  expect(command.stdout).toContain('third: 40');
});

import { writeFile } from 'node:fs/promises';
import type { ClusterEvent } from '@spark-mesos/mesos-local';
import { mesos } from '@spark-mesos/mesos-proto';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  eventually,
  freePort,
  jarOf,
  runningTasks,
  Scene,
  SECRETS,
  type SparkMesosCommand,
  stateWith,
  TEST_SPARKS,
  type TestSpark,
} from '../harness/index.ts';

const { TaskState } = mesos.v1;

const LIMITS = ['--total-executor-cores', '2', '--executor-cores', '1', '--executor-memory', '512m'];

/** A gateway that stands until it is ended; the same words start it anew. */
async function startGateway(
  scene: Scene,
  spark: TestSpark,
  port: number,
  more: readonly string[] = [],
): Promise<SparkMesosCommand> {
  const words = [
    'gateway',
    '--master',
    scene.master,
    '--port',
    `${port}`,
    '--work-dir',
    scene.path('gateway'),
  ];
  const gateway = scene.startAlone([...words, '--json', ...more], { spark, deadlineMs: 170_000 });
  await gateway.printed(/the gateway takes drivers/);
  return gateway;
}

/** A job that adds 1 to 8 once its gate opens, with Spark's own command. */
async function startJob(
  scene: Scene,
  spark: TestSpark,
  port: number,
  gate: string,
  more: readonly string[] = [],
) {
  const jar = await jarOf('gatedSum', spark);
  const program = ['--class', 'org.sparkmesos.e2e.GatedSum', jar, '8', gate];
  return scene.startSpark(spark, ['--master', `spark://127.0.0.1:${port}`, ...LIMITS, ...more, ...program]);
}

function twoRunning(scene: Scene) {
  return stateWith(scene.masterUrl, 'two running executors', ({ frameworks }) => {
    const tasks = runningTasks(frameworks[0]);
    return tasks.length === 2
      ? { id: frameworks[0]?.id, tasks: tasks.map(({ id }) => id).sort() }
      : undefined;
  });
}

describe.each(TEST_SPARKS)('on Spark $name', (spark) => {
  test('kill -9 of a standing gateway in the middle: started again it goes on with the same executors', async () => {
    const scene = await Scene.withCluster();
    onTestFinished(() => scene.close({ warningsExpected: true }));
    const port = await freePort();
    const first = await startGateway(scene, spark, port);
    const gate = scene.path('gate');
    const job = await startJob(scene, spark, port, gate);
    const before = await twoRunning(scene);
    // By then both executors are JVMs, and no longer the shells that start them.
    await eventually('two tasks are running', () => /Starting task 1\.0 in stage/.test(job.driverLog));
    const processes = scene.executors().map(({ pid }) => pid);

    first.kill('SIGKILL');
    await first.ended;
    const second = await startGateway(scene, spark, port);
    await second.printed(/driver is back/);
    expect(await twoRunning(scene)).toEqual(before);
    expect(scene.executors().map(({ pid }) => pid)).toEqual(processes);

    await scene.open(gate);
    expect((await job.ended).status).toBe(0);
    expect(job.stdout).toContain('Sum is 36');
    await scene.expectNothingRuns();
    // The gateway tears it down when the job's own command has ended.
    const completed = await stateWith(scene.masterUrl, 'no framework', (state) =>
      state.frameworks.length === 0 ? state.completed_frameworks : undefined,
    );
    expect(completed.map(({ id }) => id)).toEqual([before.id]);
    expect(completed[0]?.completed_tasks.map(({ id }) => id).sort()).toEqual(before.tasks);
    second.kill('SIGTERM');
    expect((await second.ended).status).toBe(0);
  });

  test('kill -9 of the gateway at each step of a start: the job comes to its end, and nothing is left', async () => {
    const scene = await Scene.withCluster();
    onTestFinished(() => scene.close({ warningsExpected: true }));
    const port = await freePort();
    const events: ClusterEvent[] = [];
    scene.cluster.onEvent((event) => events.push(event));
    let gateway = await startGateway(scene, spark, port);
    const gate = scene.path('gate');
    const job = await startJob(scene, spark, port, gate);
    // A gateway may get further in the instant before it dies, and then the next one does not do it again: what has
    // happened is asked of the cluster.
    const launched = () => events.some(({ kind }) => kind === 'task-launched');
    const running = () =>
      events.some((event) => event.kind === 'task-updated' && event.state === TaskState.TASK_RUNNING);
    for (const step of [() => true, launched, running]) {
      await gateway.printed(/application registered|driver is back/);
      await eventually('the step is reached', step);
      gateway.kill('SIGKILL');
      await gateway.ended;
      gateway = await startGateway(scene, spark, port);
    }
    const { id } = await twoRunning(scene);
    await scene.open(gate);
    expect((await job.ended).status).toBe(0);
    expect(job.stdout).toContain('Sum is 36');
    await scene.expectNothingRuns();
    await stateWith(scene.masterUrl, 'no framework', ({ frameworks }) => frameworks.length === 0);
    // A driver that was not told of its registration any more registers anew, and then there was another one.
    expect((await scene.state()).completed_frameworks.map((framework) => framework.id)).toContain(id);
    gateway.kill('SIGTERM');
    expect((await gateway.ended).status).toBe(0);
  });

  test('kill -9 of a gateway whose drivers authenticate themselves: so does it when it calls them back', async () => {
    const scene = await Scene.withCluster();
    onTestFinished(() => scene.close({ warningsExpected: true }));
    const port = await freePort();
    const file = scene.path('secret.conf');
    await writeFile(file, `spark.authenticate true\nspark.authenticate.secret ${SECRETS.gateway}\n`, {
      mode: 0o600,
    });
    const properties = ['--properties-file', file];
    const first = await startGateway(scene, spark, port, properties);
    const gate = scene.path('gate');
    const job = await startJob(scene, spark, port, gate, properties);
    const before = await twoRunning(scene);
    first.kill('SIGKILL');
    await first.ended;
    const second = await startGateway(scene, spark, port, properties);
    await second.printed(/driver is back/);
    expect(await twoRunning(scene)).toEqual(before);
    await scene.open(gate);
    expect((await job.ended).status).toBe(0);
    expect(job.stdout).toContain('Sum is 36');
    expect(`${first.stderr}${second.stderr}`).not.toContain(SECRETS.gateway);
    await scene.expectNothingRuns();
    second.kill('SIGTERM');
    expect((await second.ended).status).toBe(0);
  });

  test('a driver that ends while its gateway is away: the next gateway ends its framework and executors', async () => {
    const scene = await Scene.withCluster();
    onTestFinished(() => scene.close({ warningsExpected: true }));
    const port = await freePort();
    const first = await startGateway(scene, spark, port);
    const job = await startJob(scene, spark, port, scene.path('gate'));
    const { id } = await twoRunning(scene);
    first.kill('SIGKILL');
    await first.ended;
    const [driver] = scene.drivers();
    process.kill(driver?.pid ?? 0, 'SIGKILL');
    await job.ended;
    const words = [
      'gateway',
      '--master',
      scene.master,
      '--port',
      `${port}`,
      '--work-dir',
      scene.path('gateway'),
    ];
    const second = scene.startAlone([...words, '--driver-timeout', '1s'], { spark });
    await stateWith(scene.masterUrl, 'no framework', ({ frameworks, completed_frameworks: completed }) =>
      frameworks.length === 0 && completed[0]?.id === id ? true : undefined,
    );
    await scene.expectNothingRuns();
    second.kill('SIGTERM');
    expect((await second.ended).status).toBe(0);
  });

  test('two drivers in one standing gateway: explain lists both, and SIGTERM ends them', async () => {
    const scene = await Scene.withCluster();
    onTestFinished(() => scene.close({ warningsExpected: true }));
    const port = await freePort();
    const gateway = await startGateway(scene, spark, port);
    const gate = scene.path('gate');
    const [first, second] = [
      await startJob(scene, spark, port, gate),
      await startJob(scene, spark, port, scene.path('never')),
    ];
    await stateWith(scene.masterUrl, 'two frameworks at work', ({ frameworks }) =>
      frameworks.length === 2 && frameworks.every((framework) => runningTasks(framework).length === 2)
        ? true
        : undefined,
    );
    const listed = await scene.startAlone(['explain']).ended;
    expect(listed.stdout.trim().split('\n')).toHaveLength(2);
    expect(listed.stdout).toMatch(/^GatedSum \(\S+\) has what it wants: 2 executors with 2 cores$/m);
    await scene.open(gate);
    expect((await first.ended).status).toBe(0);
    gateway.kill('SIGTERM');
    expect((await gateway.ended).status).toBe(0);
    expect((await second.ended).status).not.toBe(0);
    await scene.expectNothingRuns();
    expect((await scene.state()).frameworks).toEqual([]);
  });
});

import { writeFile } from 'node:fs/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  confThatTellsStatus,
  eventually,
  jarOf,
  newestSpark,
  Scene,
  startDispatcher,
  stateWith,
  TEST_SPARKS,
  type TestSpark,
} from '../harness/index.ts';

const SMALL = ['--driver-memory', '512m', '--executor-memory', '512m'];
const BY_REST = ['--conf', 'spark.master.rest.enabled=true'];

/** Room for all drivers of a test, and an executor for each, at once. */
const BIG_AGENTS = [
  { cpus: 4, memMiB: 8192 },
  { cpus: 4, memMiB: 8192 },
];

/** Fails once with 7, as soon as a file is there, and then with 65. Arguments: MARK GATE */
const FAILS = `import os, sys, time
mark, gate = sys.argv[1:]
if os.path.exists(mark):
    sys.exit(65)
open(mark, "w").close()
print("the first try", flush=True)
while not os.path.exists(gate):
    time.sleep(0.05)
sys.exit(7)
`;

/** The ways that lead from this Spark's own spark-submit to a dispatcher at `url`. */
function waysTo(url: string, { name }: TestSpark): readonly (readonly string[])[] {
  const [, major] = /(\d+)\.\d+\.\d+/.exec(name) ?? [];
  const isOld = Number(major) < 4;
  return [
    ['--master', url],
    ['--master', url, ...BY_REST],
    // The last Spark that knew Mesos by name was 3.5.
    ...(isOld ? [['--master', url.replace('spark:', 'mesos:'), ...BY_REST]] : []),
  ];
}

describe.each(TEST_SPARKS)('on Spark $name', (spark) => {
  test('drivers that spark-submit sends, on every way that it knows, run in the cluster to their end', async () => {
    const scene = await Scene.withCluster(BIG_AGENTS);
    onTestFinished(() => scene.close({ warningsExpected: true }));
    const { url, drivers, ask } = await startDispatcher(scene, spark);
    const ways = waysTo(url, spark);
    const limits = [...SMALL, '--conf', 'spark.cores.max=1'];
    const program = ['--class', 'org.sparkmesos.examples.SparkPi', await jarOf('sparkPi', spark), '2'];
    const submits = ways.map((way) =>
      scene.startSpark(spark, [...way, '--deploy-mode', 'cluster', '--supervise', ...limits, ...program]),
    );
    const ends = await Promise.all(submits.map(({ ended }) => ended));
    expect(ends.map(({ status }) => status)).toEqual(ways.map(() => 0));
    const ended = await eventually('the drivers have ended', async () => {
      const all = await drivers();
      return all.length === ways.length && all.every(({ state }) => state === 'finished') ? all : undefined;
    });
    for (const { id, finalState } of ended) {
      const { data } = await ask(`/submissions/${id}/log?file=stdout`);
      expect({ finalState, data }).toEqual({
        finalState: 'FINISHED',
        data: expect.stringMatching(/^Pi is roughly 3\.1/m),
      });
    }
    // Each driver's executors were tasks of a framework of its own, whose id is known beforehand (rule D55).
    const { completed_frameworks: applications } = await stateWith(
      scene.masterUrl,
      'the applications have ended',
      (state) =>
        state.completed_frameworks.length === ways.length && state.frameworks.length === 1
          ? state
          : undefined,
    );
    expect(applications.map((one) => one.id).sort()).toEqual(
      ended.map(({ currentAttempt }) => currentAttempt?.driverFrameworkId).sort(),
    );
    for (const application of applications) expect(application.completed_tasks).not.toEqual([]);
    const conf = await confThatTellsStatus(scene.path('conf'));
    const status = scene.startSpark(spark, ['--master', url, '--status', ended[0]?.id ?? ''], {
      environment: { SPARK_CONF_DIR: conf },
    });
    expect((await status.ended).status).toBe(0);
    expect(status.driverLog).toContain('"driverState" : "FINISHED"');
  });

  test('kill -9 of the dispatcher in the middle: the next one has the driver, and --kill ends it with its executors', async () => {
    const scene = await Scene.withCluster();
    onTestFinished(() => scene.close({ warningsExpected: true }));
    const first = await startDispatcher(scene, spark);
    const jar = await jarOf('gatedSum', spark);
    const program = ['--class', 'org.sparkmesos.e2e.GatedSum', jar, '2', scene.path('gate')];
    const limits = [...SMALL, '--conf', 'spark.cores.max=2'];
    const words = ['--master', first.url, '--deploy-mode', 'cluster', ...limits, ...BY_REST, ...program];
    expect((await scene.startSpark(spark, words).ended).status).toBe(0);
    await eventually('executors run', () => scene.executors().length === 2);
    first.dispatcher.kill('SIGKILL');
    await first.dispatcher.ended;
    const second = await startDispatcher(scene, spark);
    const [driver] = await second.drivers();
    expect(driver).toMatchObject({ state: 'running' });
    const kill = scene.startSpark(spark, ['--master', second.url, '--kill', driver?.id ?? '']);
    const { stdout } = await kill.ended;
    expect(`${stdout}${kill.driverLog}`).toContain(`${driver?.id} is killed successfully.`);
    await scene.expectNothingRuns();
    await eventually('it is said to be killed', async () => {
      const [killed] = await second.drivers();
      return killed?.finalState === 'KILLED';
    });
  });
});

test('a supervised driver that fails is started again; spark-mesos waits for it, follows its log and ends as it does', async () => {
  const scene = await Scene.withCluster();
  onTestFinished(() => scene.close({ warningsExpected: true }));
  const { url, drivers } = await startDispatcher(scene, newestSpark());
  const program = scene.path('fails.py');
  const gate = scene.path('gate');
  await writeFile(program, FAILS);
  // 65 says that it would be in vain to try again (EX_DATAERR).
  const mode = ['--deploy-mode', 'cluster', '--supervise', '--wait', '--driver-memory', '512m'];
  const final = ['--conf', 'spark.mesos.driver.supervise.finalExitStatuses=65'];
  const words = ['submit', '--master', url, ...mode, ...final, program, scene.path('mark'), gate];
  const waiting = scene.startAlone(words);
  const [, id = ''] = await waiting.printed(/(driver-\S+) is running/);
  const following = scene.startAlone([
    'logs',
    id,
    '--dispatcher',
    url,
    '--follow',
    '--file',
    'stdout',
    '--attempt',
    '1',
  ]);
  await following.printed(/the first try/);
  await scene.open(gate);
  expect(await following.ended).toMatchObject({ status: 0, stdout: 'the first try\n' });
  const { status, stdout, stderr } = await waiting.ended;
  expect({ status, stdout }).toEqual({ status: 65, stdout: `${id}\n` });
  expect(stderr).toMatch(/is FAILED: .*exited with status 65/);
  expect(await drivers()).toMatchObject([{ id, finalState: 'FAILED', attemptCount: 2 }]);
});

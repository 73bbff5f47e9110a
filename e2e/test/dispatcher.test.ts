import { writeFile } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
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
const THREE_AGENTS = Array.from({ length: 3 }, () => ({ cpus: 4, memMiB: 8192 }));

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

function versionIn(name: string): string {
  return /\d+\.\d+\.\d+/.exec(name)?.[0] ?? '';
}

/** The ways that lead from this Spark's own spark-submit to a dispatcher at `url`. */
function waysTo(url: string, { name }: TestSpark): readonly (readonly string[])[] {
  const isOld = Number.parseInt(versionIn(name), 10) < 4;
  return [
    ['--master', url],
    ['--master', url, ...BY_REST],
    // The last Spark that knew Mesos by name was 3.5.
    ...(isOld ? [['--master', url.replace('spark:', 'mesos:'), ...BY_REST]] : []),
  ];
}

test('one dispatcher: drivers that each Spark sends, on every way that it knows, run that Spark to their end', async () => {
  const scene = await Scene.withCluster(THREE_AGENTS);
  onTestFinished(() => scene.close({ warningsExpected: true }));
  const { url, drivers, ask } = await startDispatcher(scene, TEST_SPARKS);
  const submit = async (spark: TestSpark, way: readonly string[], name: string) => {
    const limits = [...SMALL, '--conf', 'spark.cores.max=1', '--name', name];
    const program = ['--class', 'org.sparkmesos.examples.SparkPi', await jarOf('sparkPi', spark), '2'];
    const words = [...way, '--deploy-mode', 'cluster', '--supervise', ...limits, ...program];
    const command = scene.startSpark(spark, words);
    expect((await command.ended).status, command.driverLog).toBe(0);
  };
  const sent = TEST_SPARKS.flatMap((spark) =>
    waysTo(url, spark).map((way) => ({ spark, way, name: `Pi of ${spark.name}, ${way.slice(1).join(' ')}` })),
  );
  await Promise.all(sent.map(({ spark, way, name }) => submit(spark, way, name)));
  const ended = await eventually('the drivers have ended', async () => {
    const all = await drivers();
    return all.length === sent.length && all.every(({ state }) => state === 'finished') ? all : undefined;
  });
  for (const { spark, name } of sent) {
    const { id, finalState } = ended.find((driver) => driver.name === name) ?? {};
    const { request } = (await ask(`/submissions/${id}`)) as { request: { sparkVersion?: string } };
    const { data: output } = await ask(`/submissions/${id}/log?file=stdout`);
    // Its program is compiled for this Spark's Scala, and would not run on the other one.
    expect({ name, finalState, output, version: request.sparkVersion ?? '' }).toEqual({
      name,
      finalState: 'FINISHED',
      output: expect.stringMatching(/^Pi is roughly 3\.1/m),
      version: expect.stringContaining(TEST_SPARKS.length > 1 ? versionIn(spark.name) : ''),
    });
  }
  // Each driver's executors were tasks of a framework of its own, whose id is known beforehand (rule D55).
  const { completed_frameworks: applications } = await stateWith(
    scene.masterUrl,
    'the applications have ended',
    (state) =>
      state.completed_frameworks.length === sent.length && state.frameworks.length === 1 ? state : undefined,
  );
  expect(applications.map((one) => one.id).sort()).toEqual(
    ended.map(({ currentAttempt }) => currentAttempt?.driverFrameworkId).sort(),
  );
  for (const application of applications) expect(application.completed_tasks).not.toEqual([]);
  const conf = await confThatTellsStatus(scene.path('conf'));
  const asked = TEST_SPARKS.map((spark) =>
    scene.startSpark(spark, ['--master', url, '--status', ended[0]?.id ?? ''], {
      environment: { SPARK_CONF_DIR: conf },
    }),
  );
  for (const status of asked) {
    expect((await status.ended).status).toBe(0);
    expect(status.driverLog).toMatch(/"driverState" : "FINISHED"|State of driver-\S+ is FINISHED/);
  }
});

test('kill -9 of the dispatcher in the middle: the next one has the drivers, and --kill of each Spark ends its own with its executors', async () => {
  const scene = await Scene.withCluster(THREE_AGENTS);
  onTestFinished(() => scene.close({ warningsExpected: true }));
  const first = await startDispatcher(scene, TEST_SPARKS);
  const submits = TEST_SPARKS.map(async (spark) => {
    const jar = await jarOf('gatedSum', spark);
    const program = ['--class', 'org.sparkmesos.e2e.GatedSum', jar, '2', scene.path('gate')];
    const limits = [...SMALL, '--name', spark.name, '--conf', 'spark.cores.max=1'];
    const words = ['--master', first.url, '--deploy-mode', 'cluster', '--supervise', ...limits, ...program];
    const command = scene.startSpark(spark, words);
    expect((await command.ended).status, command.driverLog).toBe(0);
  });
  await Promise.all(submits);
  await eventually('executors run', () => scene.executors().length === TEST_SPARKS.length);
  first.dispatcher.kill('SIGKILL');
  await first.dispatcher.ended;
  const second = await startDispatcher(scene, TEST_SPARKS);
  const running = await second.drivers();
  expect(running.map(({ state }) => state)).toEqual(TEST_SPARKS.map(() => 'running'));
  const kills = TEST_SPARKS.map(async (spark) => {
    const { id = '' } = running.find(({ name }) => name === spark.name) ?? {};
    const kill = scene.startSpark(spark, ['--master', second.url, '--kill', id]);
    const { stdout } = await kill.ended;
    expect(`${stdout}${kill.driverLog}`).toContain(`${id} is killed successfully.`);
  });
  await Promise.all(kills);
  await scene.expectNothingRuns();
  await eventually('they are said to be killed', async () => {
    const killed = await second.drivers();
    return killed.every(({ finalState }) => finalState === 'KILLED');
  });
});

test('a supervised driver that fails is started again; spark-mesos waits for it, follows its log and ends as it does', async () => {
  const scene = await Scene.withCluster();
  onTestFinished(() => scene.close({ warningsExpected: true }));
  const { url, drivers } = await startDispatcher(scene, [newestSpark()]);
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

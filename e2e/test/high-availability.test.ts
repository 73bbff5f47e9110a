import { ZooKeeperTestServer } from '@spark-mesos/durable-store/testing';
import { expect, onTestFinished, test } from 'vitest';
import {
  confThatTellsStatus,
  eventually,
  jarOf,
  newestSpark,
  runningTasks,
  Scene,
  stateWith,
  type TestSpark,
} from '../harness/index.ts';

const LIMITS = ['--driver-memory', '512m', '--executor-memory', '512m', '--conf', 'spark.cores.max=2'];

interface Driver {
  readonly id: string;
  readonly finalState?: string;
}

/** A dispatcher that stands for election. */
async function standForElection(scene: Scene, spark: TestSpark, zookeeper: ZooKeeperTestServer) {
  const command = scene.startDispatcher([spark], ['--zk', zookeeper.address]);
  const [, url = '', webUrl = ''] = await command.printed(
    /"url":"(spark:[^"]+)","webUrl":"(http:[^"]+)".*the dispatcher is ready/,
  );
  const restUrl = url.replace('spark:', 'http:');
  const ask = async (path: string): Promise<Record<string, unknown>> =>
    (await (await fetch(`${webUrl}/api/v2${path}`, { redirect: 'manual' })).json()) as Record<
      string,
      unknown
    >;
  return {
    command,
    url,
    webUrl,
    restUrl,
    ask,
    leads: async () => (await ask('/readiness')).ready === true,
    /** Where it sends those who ask; undefined where it answers itself. */
    sendsTo: async (base: string, path: string) => {
      const { status, headers } = await fetch(base + path, { redirect: 'manual' });
      return status === 307 ? headers.get('location') : undefined;
    },
  };
}

test('kill -9 of the dispatcher that leads: another one goes on with the driver, its framework and its executors', async () => {
  const spark = newestSpark();
  const scene = await Scene.withCluster();
  onTestFinished(() => scene.close({ warningsExpected: true }));
  const zookeeper = await ZooKeeperTestServer.start({ sparkHome: spark.home });
  onTestFinished(() => zookeeper.close());
  const first = await standForElection(scene, spark, zookeeper);
  await eventually('the first one leads', first.leads);
  const second = await standForElection(scene, spark, zookeeper);

  // Whoever asks the one that stands by is sent to the one that leads.
  await eventually('the second one knows who leads', () => second.sendsTo(second.webUrl, '/'));
  expect(await second.sendsTo(second.webUrl, '/')).toBe(`${first.webUrl}/`);
  const statusPath = '/v1/submissions/status/driver-x';
  expect(await second.sendsTo(second.restUrl, statusPath)).toBe(first.restUrl + statusPath);

  const masters = `${second.url},${first.url.replace('spark://', '')}`;
  const jar = await jarOf('gatedSum', spark);
  const gate = scene.path('gate');
  const program = ['--class', 'org.sparkmesos.e2e.GatedSum', jar, '2', gate];
  const words = ['--master', masters, '--deploy-mode', 'cluster', '--supervise', ...LIMITS, ...program];
  const submitting = scene.startSpark(spark, words);
  expect((await submitting.ended).status, submitting.driverLog).toBe(0);
  const [driver] = await eventually('the driver is known', async () => {
    const { submissions } = (await first.ask('/submissions')) as { submissions: readonly Driver[] };
    return submissions.length === 1 ? submissions : undefined;
  });
  const logPath = `/submissions/${driver?.id}/log?file=stderr`;
  const logOf = async (dispatcher: typeof first) => String((await dispatcher.ask(logPath)).data);
  await eventually('two tasks are running', async () =>
    /Starting task 1\.0 in stage/.test(await logOf(first)),
  );
  const running = () =>
    stateWith(scene.masterUrl, 'driver and executors', ({ frameworks }) => {
      const all = frameworks.map((framework) => ({
        id: framework.id,
        tasks: runningTasks(framework)
          .map(({ id }) => id)
          .sort(),
      }));
      return all.length === 2 && all.every(({ tasks }) => tasks.length > 0) ? all : undefined;
    });
  const before = await running();
  const processes = scene.executors().map(({ pid }) => pid);

  first.command.kill('SIGKILL');
  await first.command.ended;
  await eventually('the second one leads', second.leads);
  await eventually('the driver hears of it', async () =>
    (await logOf(second)).includes(`Master has changed, new master is at ${second.url}`),
  );
  expect(await running()).toEqual(before);
  expect(scene.executors().map(({ pid }) => pid)).toEqual(processes);

  await scene.open(gate);
  await eventually('the driver has ended', async () => {
    const { state } = await second.ask(`/submissions/${driver?.id}`);
    return state === 'finished';
  });
  // Whoever asks names both still, the one that is gone as well.
  const conf = await confThatTellsStatus(scene.path('conf'));
  const asking = scene.startSpark(spark, ['--master', masters, '--status', driver?.id ?? ''], {
    environment: { SPARK_CONF_DIR: conf },
  });
  expect((await asking.ended).status).toBe(0);
  expect(asking.driverLog).toMatch(/"driverState" : "FINISHED"/);
  const { data } = await second.ask(`/submissions/${driver?.id}/log?file=stdout`);
  expect(data).toContain('Sum is 3');
  await scene.expectNothingRuns();
  const completed = await stateWith(scene.masterUrl, 'the application has ended', (state) =>
    state.frameworks.length === 1 ? state : undefined,
  );
  const known = [...completed.frameworks, ...completed.completed_frameworks];
  const tasks = known.map(({ id, completed_tasks }) => ({
    id,
    tasks: completed_tasks.map((task) => task.id).sort(),
  }));
  expect(tasks).toEqual(expect.arrayContaining(before));
  expect(tasks).toHaveLength(before.length);
});

import { describe, expect, onTestFinished, test } from 'vitest';
import { eventually, jarOf, Scene, stateWith, TEST_SPARKS, type TestSpark } from '../harness/index.ts';

const LIMITS = ['--driver-memory', '512m', '--executor-memory', '512m', '--conf', 'spark.cores.max=2'];
const BY_REST = ['--conf', 'spark.master.rest.enabled=true'];

interface Driver {
  readonly id: string;
  readonly state: string;
  readonly finalState?: string;
  readonly message?: string;
}

/** A dispatcher that is ready, and its API. */
async function startDispatcher(scene: Scene, spark: TestSpark) {
  const dispatcher = scene.startDispatcher(spark);
  const [, url = '', webUrl = ''] = await dispatcher.printed(
    /"url":"(spark:[^"]+)","webUrl":"(http:[^"]+)".*the dispatcher is ready/,
  );
  const ask = async (path: string): Promise<Record<string, unknown>> =>
    (await (await fetch(`${webUrl}/api/v2${path}`)).json()) as Record<string, unknown>;
  await eventually('the dispatcher is subscribed', async () => (await ask('/readiness')).ready === true);
  const drivers = async () => (await ask('/submissions')).submissions as readonly Driver[];
  return { dispatcher, url, webUrl, ask, drivers };
}

describe.each(TEST_SPARKS)('on Spark $name', (spark) => {
  test('drivers that spark-submit sends, by RPC and by REST, run in the cluster to their end', async () => {
    const scene = await Scene.withCluster();
    onTestFinished(() => scene.close({ warningsExpected: true }));
    const { url, drivers, ask } = await startDispatcher(scene, spark);
    const jar = await jarOf('sparkPi', spark);
    const program = ['--class', 'org.sparkmesos.examples.SparkPi', jar, '4'];
    for (const [place, way] of [[], BY_REST].entries()) {
      const words = [
        '--master',
        url,
        '--deploy-mode',
        'cluster',
        '--supervise',
        ...LIMITS,
        ...way,
        ...program,
      ];
      const submit = await scene.startSpark(spark, words).ended;
      expect(submit.status).toBe(0);
      const driver = await eventually('the driver has ended', async () => {
        const all = await drivers();
        return all.length === place + 1 && all.every(({ state }) => state === 'finished')
          ? all[0]
          : undefined;
      });
      expect(driver).toMatchObject({ finalState: 'FINISHED' });
      const { data } = await ask(`/submissions/${driver.id}/log?file=stdout`);
      expect(data).toMatch(/^Pi is roughly 3\.1/m);
    }
    // The dispatcher's own, and one for the application of each driver.
    await stateWith(scene.masterUrl, 'two applications have ended', (state) =>
      state.completed_frameworks.length === 2 && state.frameworks.length === 1 ? true : undefined,
    );
  });

  test('kill -9 of the dispatcher in the middle: the next one has the driver, and ends it with its executors', async () => {
    const scene = await Scene.withCluster();
    onTestFinished(() => scene.close({ warningsExpected: true }));
    const first = await startDispatcher(scene, spark);
    const jar = await jarOf('gatedSum', spark);
    const program = ['--class', 'org.sparkmesos.e2e.GatedSum', jar, '2', scene.path('gate')];
    const words = ['--master', first.url, '--deploy-mode', 'cluster', ...LIMITS, ...BY_REST, ...program];
    expect((await scene.startSpark(spark, words).ended).status).toBe(0);
    await eventually('executors run', () => scene.executors().length === 2);
    first.dispatcher.kill('SIGKILL');
    await first.dispatcher.ended;
    const second = await startDispatcher(scene, spark);
    const [driver] = await second.drivers();
    expect(driver).toMatchObject({ state: 'running' });
    await fetch(`${second.webUrl}/api/v2/submissions/${driver?.id}/kill`, { method: 'POST' });
    await scene.expectNothingRuns();
    await eventually('it is said to be killed', async () => {
      const [killed] = await second.drivers();
      return killed?.finalState === 'KILLED';
    });
  });
});

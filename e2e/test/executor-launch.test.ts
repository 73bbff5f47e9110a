import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  confWords,
  factsIn,
  factsProgram,
  newestSpark,
  Scene,
  TEST_SPARKS,
  type TestSpark,
} from '../harness/index.ts';

const SMALL = { 'spark.executor.memory': '512m', 'spark.executor.cores': '1', 'spark.cores.max': '1' };

async function scene(): Promise<Scene> {
  const made = await Scene.withCluster();
  onTestFinished(() => made.close());
  return made;
}

/** A package of this Spark, in a folder of that name; what is in it are links, so that it is small. */
async function packageOf(spark: TestSpark, place: Scene, folder: string): Promise<string> {
  const root = place.path('package');
  await mkdir(join(root, folder), { recursive: true });
  for (const part of ['jars', 'bin', 'python']) {
    await symlink(join(spark.home, part), join(root, folder, part));
  }
  const archive = place.path('spark-of-ours.tgz');
  await promisify(execFile)('tar', ['-czf', archive, '-C', root, folder]);
  return archive;
}

describe.each(TEST_SPARKS)('on Spark $name', (spark) => {
  test('C10, C11: executors have the environment, class path, library path and options that are set', async () => {
    const place = await scene();
    await mkdir(place.path('extra classes'));
    const settings = {
      ...SMALL,
      'spark.executorEnv.GREETING': `it's "$HOME" & more; \`id\``,
      'spark.executor.extraClassPath': `${place.path('extra classes')}:/nowhere/*`,
      'spark.executor.extraLibraryPath': '/libraries/of/mine',
      'spark.executor.extraJavaOptions':
        '-Dtold.id={{EXECUTOR_ID}} -Dtold.app={{APP_ID}} "-Dtold.text=two words"',
      'spark.mesos.task.labels': 'team:red',
    };
    const names = ['GREETING', 'LD_LIBRARY_PATH', 'SPARK_LOG_URL_STDERR', 'SPARK_LOCAL_DIRS'];
    const { status, stdout } = await place.run(
      ['submit', '--master', place.master, ...confWords(settings), ...factsProgram(1, ...names)],
      { spark },
    );
    expect(status).toBe(0);
    const [facts] = factsIn(stdout);
    const [framework] = (await place.state()).completed_frameworks;
    const [task] = framework?.completed_tasks ?? [];
    expect(facts?.environment).toMatchObject({
      GREETING: `it's "$HOME" & more; \`id\``,
      LD_LIBRARY_PATH: expect.stringMatching(/^\/libraries\/of\/mine/),
      SPARK_LOCAL_DIRS: expect.stringContaining(`/${task?.id}/`),
    });
    const words = facts?.words ?? [];
    expect(words[words.indexOf('-cp') + 1]).toMatch(/extra classes:\/nowhere\/\*:.*\/conf\/:.*\/jars\/\*$/);
    expect(words).toEqual(
      expect.arrayContaining(['-Dtold.id=0', `-Dtold.app=${framework?.id}`, '-Dtold.text=two words']),
    );
    // What Spark's own page links to is what the executor has written.
    const log = await fetch(facts?.environment.SPARK_LOG_URL_STDERR ?? '');
    expect(await log.text()).toContain('CoarseGrainedExecutorBackend');
  });

  test('C72: executors of another Spark than the driver’s end at once, and both versions are named', async () => {
    const place = await Scene.withCluster();
    onTestFinished(() => place.close({ warningsExpected: true }));
    const home = place.path('other-spark');
    await mkdir(join(home, 'jars'), { recursive: true });
    await writeFile(join(home, 'jars', 'spark-core_2.13-9.8.7.jar'), '');
    const settings = {
      ...SMALL,
      'spark.mesos.executor.home': home,
      'spark.mesos.executor.maxStartFailures': '2',
    };
    const { status, stderr, driverLog } = await place.run(
      ['submit', '--master', place.master, ...confWords(settings), ...factsProgram(1)],
      { spark },
    );
    expect(status).not.toBe(0);
    const told = new RegExp(
      `other-spark' on this agent is 9\\.8\\.7, but that of the driver is ${versionOf(spark)}`,
    );
    expect(stderr).toMatch(told);
    expect(driverLog).toMatch(/Master removed our application: .*9\.8\.7/);
  });
});

// In these the version of Spark plays no part.
describe('whatever the Spark', () => {
  const spark = newestSpark();
  test('C13: executors run the Spark of a package that is fetched, whatever its folder is called', async () => {
    const place = await scene();
    const archive = await packageOf(spark, place, 'another name');
    const settings = { ...SMALL, 'spark.executor.uri': archive, 'spark.mesos.executor.home': '/nowhere' };
    const { status, stdout } = await place.run(
      ['submit', '--master', place.master, ...confWords(settings), ...factsProgram(1, 'SPARK_HOME', 'PWD')],
      { spark },
    );
    expect(status).toBe(0);
    const [facts] = factsIn(stdout);
    expect(facts?.environment.SPARK_HOME).toMatch(/another name$/);
    expect(facts?.environment.PWD).toBe(facts?.environment.SPARK_HOME);
  });
});

function versionOf(spark: TestSpark): string {
  return spark.name.replace(/.*?(\d+\.\d+\.\d+).*/, '$1');
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LocalCluster } from '@spark-mesos/mesos-local';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runExplain } from '../../src/explain-command.ts';

let cluster: LocalCluster;
let folder: string;

beforeAll(async () => {
  cluster = await LocalCluster.start({
    agents: 1,
    credentials: [{ principal: 'ada', secret: 'hush' }],
  });
  folder = await mkdtemp(path.join(tmpdir(), 'spark-mesos-explain-'));
  await writeFile(path.join(folder, 'secret'), 'hush\n');
  await writeFile(
    path.join(folder, 'spark-defaults.conf'),
    'spark.mesos.principal ada\nspark.mesos.secret hush\nspark.executor.memory not of interest here\n',
  );
});

afterAll(async () => {
  await cluster.close();
  await rm(folder, { recursive: true, force: true });
});

function explain(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<number> {
  const master = cluster.master.url.replace('http', 'mesos');
  return runExplain(['--master', master, ...words], {
    environment: { SPARK_CONF_DIR: '/nowhere', ...environment },
    write: () => {},
    writeError: () => {},
  });
}

/** Whom the master lets in is told that nothing of ours runs there. */
const LET_IN = { code: 'SUBMIT_NO_APPLICATION', message: expect.stringContaining('no framework') };

describe('a master that wants credentials', () => {
  test('is told those of settings, files and variables, as by submit', async () => {
    const secretFile = path.join(folder, 'secret');
    const settings = [
      '--conf',
      'spark.mesos.principal=ada',
      '--conf',
      `spark.mesos.secret.file=${secretFile}`,
    ];
    await expect(explain(settings)).rejects.toMatchObject(LET_IN);
    const variables = { SPARK_MESOS_PRINCIPAL: 'ada', SPARK_MESOS_SECRET: 'hush' };
    await expect(explain([], variables)).rejects.toMatchObject(LET_IN);
    await expect(explain([], { SPARK_CONF_DIR: folder })).rejects.toMatchObject(LET_IN);
    const file = path.join(folder, 'spark-defaults.conf');
    await expect(explain(['--properties-file', file])).rejects.toMatchObject(LET_IN);
  });

  test('lets nobody in without them, and it is said what to check', async () => {
    await expect(explain([])).rejects.toMatchObject({
      code: 'MESOS_UNAUTHENTICATED',
      message: expect.stringContaining('principal and secret'),
    });
    const wrong = ['--conf', 'spark.mesos.principal=ada', '--conf', 'spark.mesos.secret=loud'];
    await expect(explain(wrong)).rejects.toMatchObject({ code: 'MESOS_UNAUTHENTICATED' });
  });

  test('is not asked where a setting makes no sense', async () => {
    await expect(explain(['--conf', 'spark.mesos.principal'])).rejects.toMatchObject({
      code: 'SUBMIT_USAGE',
    });
    await expect(explain(['--conf', 'spark.mesos.secret=hush'])).rejects.toMatchObject({
      code: 'CONFIG_CONFLICT',
    });
  });
});

import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { confWords, factsProgram, newestSpark, Scene } from '../harness/index.ts';

/** The same Spark under the name of another version, with links to what is in it. */
async function renamed(home: string, folder: string, version: string): Promise<string> {
  await mkdir(join(folder, 'jars'), { recursive: true });
  for (const jar of await readdir(join(home, 'jars'))) {
    const name = jar.replace(/^(spark-core_[^-]+)-.*\.jar$/, `$1-${version}.jar`);
    await symlink(join(home, 'jars', jar), join(folder, 'jars', name));
  }
  for (const part of ['bin', 'python']) await symlink(join(home, part), join(folder, part));
  return folder;
}

describe('a standing gateway', () => {
  test('C72: ends a driver of another Spark than it was given, and names both versions', async () => {
    const spark = newestSpark();
    const place = await Scene.withCluster();
    onTestFinished(() => place.close({ warningsExpected: true }));
    const home = await renamed(spark.home, place.path('renamed'), '9.8.7');
    const words = ['gateway', '--master', place.master, '--port', '0', '--work-dir', place.path('state')];
    const gateway = place.startAlone([...words, '--spark-home', home]);
    const [, url = ''] = await gateway.printed(/takes drivers: --master (spark:[^\s"]+)/);
    const settings = { 'spark.executor.memory': '512m', 'spark.cores.max': '1' };
    const driver = place.startSpark(spark, ['--master', url, ...confWords(settings), ...factsProgram(1)]);
    expect((await driver.ended).status).not.toBe(0);
    const told = /the driver runs Spark [\d.]+, and the Spark .* is 9\.8\.7/;
    expect(driver.driverLog).toMatch(told);
    await gateway.printed(told);
    gateway.kill('SIGTERM');
    expect((await gateway.ended).status).toBe(0);
  });
});

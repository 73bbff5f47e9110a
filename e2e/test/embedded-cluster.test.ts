import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Scene, stateOf, TEST_SPARKS, type TestSpark } from '../harness/index.ts';

const pi = (spark: TestSpark) => [join(spark.home, 'examples', 'src', 'main', 'python', 'pi.py'), '4'];

/** The address of the console in what --progress prints. */
const CONSOLE = /https?:\/\/127\.0\.0\.1:\d+/;

describe.each(TEST_SPARKS)('on Spark $name', (spark) => {
  test('mesos://local[2] brings its own cluster and tells with --progress what happens', async () => {
    const scene = await Scene.withoutCluster();
    onTestFinished(() => scene.close());
    const words = ['submit', '--progress', '--master', 'mesos://local[2]', ...pi(spark)];
    const { status, stdout, stderr } = await scene.run(words, { spark });
    expect(stdout).toMatch(/^Pi is roughly 3\.1/m);
    expect(status).toBe(0);
    const told = `${stdout}\n${stderr}`;
    expect(told).toMatch(CONSOLE);
    expect(told).toMatch(/framework/i);
    expect(told).toMatch(/executor 0/i);
    expect(told).toMatch(/cores?/i);
  });
});

describe.each(TEST_SPARKS.slice(0, 1))('on Spark $name', (spark) => {
  test('--keep leaves the cluster up after the job, until Ctrl-C', async () => {
    const scene = await Scene.withoutCluster();
    onTestFinished(() => scene.close());
    const words = ['submit', '--progress', '--keep', '--master', 'mesos://local[2]', ...pi(spark)];
    const command = scene.start(words, { spark });
    const url = (await command.printed(CONSOLE))[0];
    await command.printed(/Pi is roughly 3\.1/);
    await command.printed(/Ctrl-C/);
    const { completed_frameworks: completed } = await stateOf(url);
    expect(completed.map(({ name }) => name)).toEqual(['PythonPi']);
    const page = await fetch(url);
    expect(page.headers.get('content-type')).toMatch(/text\/html/);
    command.interrupt();
    await command.ended;
    await scene.expectNothingRuns();
    await expect(fetch(url)).rejects.toThrow();
  });

  test('the exit status of the driver is passed on', async () => {
    const scene = await Scene.withoutCluster();
    onTestFinished(() => scene.close({ warningsExpected: true }));
    const program = scene.path('ends-with-42.py');
    await writeFile(program, 'import sys\nsys.exit(42)\n');
    const { status } = await scene.run(['submit', '--master', 'mesos://local[2]', program], { spark });
    expect(status).toBe(42);
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CHROMIUM } from '../harness/browser.ts';
import { openConsole } from '../harness/console.ts';
import { newestSpark, ROOT, runningTasks, Scene, stateWith, TEST_SPARKS } from '../harness/index.ts';

const TEXT = 'To be, or not to be,\nthat is the question:\nwhether it is nobler to be\n';

const COUNT = 'println("count: " + sc.parallelize(0 to 10, 8).count)\n:quit\n';

/**
 * One executor, which has run the tasks when the shell ends. A second one could be in the middle of its start
 * then, and Spark ends such a one with status 1.
 */
const ONE_EXECUTOR = ['--total-executor-cores', '1', '--conf', 'spark.executor.cores=1'];

/** Python starts Spark's shell only when it thinks that somebody is there; here its input is no terminal. */
const INTERACTIVE = { PYSPARK_DRIVER_PYTHON_OPTS: '-i' };

describe.each(TEST_SPARKS)('on Spark $name', (spark) => {
  test('the shell counts to 11, and then its framework and its tasks are completed', async () => {
    const scene = await Scene.withCluster();
    onTestFinished(() => scene.close());
    const command = scene.start(['shell', '--master', scene.master, ...ONE_EXECUTOR], {
      spark,
      input: COUNT,
    });
    const running = await stateWith(
      scene.masterUrl,
      'a framework with a running executor',
      ({ frameworks }) => frameworks.find((framework) => runningTasks(framework).length > 0),
    );
    expect((await command.ended).status).toBe(0);
    expect(command.stdout).toContain('count: 11');
    const { frameworks, completed_frameworks: completed } = await scene.state();
    expect(frameworks).toEqual([]);
    expect(completed.map(({ id }) => id)).toEqual([running.id]);
    const tasks = completed[0]?.completed_tasks ?? [];
    expect(tasks.map(({ id }) => id)).toEqual(expect.arrayContaining(running.tasks.map(({ id }) => id)));
    for (const { state } of tasks) expect(state).toMatch(/TASK_FINISHED|TASK_KILLED/);
  });

  test('pyspark counts the words of a text file', async () => {
    const scene = await Scene.withCluster();
    onTestFinished(() => scene.close());
    const file = scene.path('question.txt');
    await writeFile(file, TEXT);
    const input = `
import re
words = sc.textFile(${JSON.stringify(file)}).flatMap(lambda line: re.findall("[a-z]+", line.lower()))
print("words:", sorted(words.map(lambda word: (word, 1)).reduceByKey(lambda a, b: a + b).collect()))
exit()
`;
    const { status, stdout } = await scene.run(['pyspark', '--master', scene.master], {
      spark,
      input,
      environment: INTERACTIVE,
    });
    expect(stdout).toContain("('be', 3)");
    expect(stdout).toContain("('to', 3)");
    expect(stdout).toContain("('question', 1)");
    expect(status).toBe(0);
  });
});

// In these the version of Spark plays no part.
describe('whatever the Spark', () => {
  const spark = newestSpark();
  test('the word count of the examples prints the most frequent words first', async () => {
    const scene = await Scene.withCluster();
    onTestFinished(() => scene.close());
    const file = scene.path('question.txt');
    await writeFile(file, TEXT);
    const program = join(ROOT, 'examples', 'word-count.py');
    const { status, stdout } = await scene.run(['submit', '--master', scene.master, program, file, '3'], {
      spark,
    });
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.trim().split(/\s+/)),
    ).toEqual([
      ['3', 'be'],
      ['3', 'to'],
      ['2', 'is'],
    ]);
    expect(status).toBe(0);
  });

  test('the SQL shell answers a query', async () => {
    const scene = await Scene.withCluster();
    onTestFinished(() => scene.close());
    const query = 'SELECT sum(id) AS total FROM range(0, 101, 1, 4)';
    const warehouse = `spark.sql.warehouse.dir=${scene.path('warehouse')}`;
    const words = ['sql', '--master', scene.master, '--conf', warehouse, '-e', query];
    const { status, stdout } = await scene.run(words, { spark });
    expect(stdout.split('\n').map((line) => line.trim())).toContain('5050');
    expect(status).toBe(0);
  });
});

test.skipIf(CHROMIUM === undefined)('the console page shows what the shell has finished', async () => {
  const scene = await Scene.withCluster();
  onTestFinished(() => scene.close());
  const words = ['shell', '--master', scene.master, ...ONE_EXECUTOR, '--name', 'counting shell'];
  expect((await scene.run(words, { spark: newestSpark(), input: COUNT })).status).toBe(0);
  const rowsOf = await openConsole(scene.masterUrl);
  const [completed] = (await scene.state()).completed_frameworks;
  const [framework] = await rowsOf('frameworks', 'Completed frameworks', 1);
  expect(framework).toContain('counting shell');
  const tasks = await rowsOf(
    `frameworks/${completed?.id}`,
    'Completed tasks of this framework',
    completed?.completed_tasks.length ?? 1,
  );
  for (const row of tasks) expect(row).toMatch(/finished|killed/i);
});

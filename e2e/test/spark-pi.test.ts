import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  type ClusterOptions,
  type FrameworkState,
  finishedTasks,
  jarOf,
  rolesOf,
  Scene,
  TEST_SPARKS,
  type TestSpark,
} from '../harness/index.ts';

const PARTITIONS = '100';
const LIMITS = ['--total-executor-cores', '2', '--executor-memory', '1G', '--conf', 'spark.mesos.role=dev'];

/** 1 GiB of heap and the 384 MiB that Spark adds to it at least. */
const MEMORY_OF_AN_EXECUTOR_MIB = 1024 + 384;

/** What ten million points drawn each for itself give: 3.14 within a hundredth is twenty standard deviations. */
const PI_OF_ALL_POINTS = /^Pi is roughly 3\.1[34]/m;

/**
 * pi.py pickles its generator with the state that the driver has, so that all its tasks draw the same
 * 100,000 points: the standard deviation is 0.005, and one run in fourteen is off by a hundredth.
 */
const PI_OF_ONE_TASK = /^Pi is roughly 3\.1\d/m;

/** Runs one of the two programs and gives the framework that it was. */
async function runPi(
  spark: TestSpark,
  program: readonly string[],
  result: RegExp,
  cluster?: ClusterOptions,
): Promise<FrameworkState> {
  const scene = await Scene.withCluster(undefined, cluster);
  onTestFinished(() => scene.close());
  const words = ['submit', '--master', scene.master, ...LIMITS, ...program, PARTITIONS];
  const { status, stdout, driverLog } = await scene.run(words, { spark });
  expect(stdout).toMatch(result);
  expect(status).toBe(0);
  expect(finishedTasks(driverLog)).toBe(100);
  const { frameworks, completed_frameworks: completed } = await scene.state();
  expect(frameworks).toEqual([]);
  expect(completed).toHaveLength(1);
  return completed[0] as FrameworkState;
}

/** What --total-executor-cores, --executor-memory and the role say of the executors. */
function expectLimitsKept(framework: FrameworkState): void {
  expect(rolesOf(framework)).toEqual(['dev']);
  const executors = framework.completed_tasks;
  expect(executors.length).toBeGreaterThan(0);
  expect(executors.reduce((sum, { resources }) => sum + resources.cpus, 0)).toBe(2);
  for (const { resources, state } of executors) {
    expect(resources.mem).toBe(MEMORY_OF_AN_EXECUTOR_MIB);
    expect(state).toMatch(/TASK_FINISHED|TASK_KILLED/);
  }
}

describe.each(TEST_SPARKS)('on Spark $name', (spark) => {
  test('a JVM program of 100 tasks runs on two cores in the role that it was given', async () => {
    const jar = await jarOf('sparkPi', spark);
    const program = ['--class', 'org.sparkmesos.examples.SparkPi', jar];
    const framework = await runPi(spark, program, PI_OF_ALL_POINTS, { plainJava: true });
    expect(framework.name).toBe('SparkPi');
    expectLimitsKept(framework);
  });

  test("Spark's own pi.py of 100 tasks does the same", async () => {
    const program = [join(spark.home, 'examples', 'src', 'main', 'python', 'pi.py')];
    const framework = await runPi(spark, program, PI_OF_ONE_TASK);
    expect(framework.name).toBe('PythonPi');
    expectLimitsKept(framework);
  });
});

import { describe, expect, onTestFinished, test } from 'vitest';
import {
  confWords,
  factsIn,
  factsProgram,
  newestSpark,
  pythonProgram,
  runningTasks,
  Scene,
  stateWith,
  TEST_SPARKS,
} from '../harness/index.ts';

/** What Spark adds to a heap of some hundred MiB. */
const OVERHEAD_MIB = 384;

const DYNAMIC = {
  'spark.dynamicAllocation.enabled': 'true',
  'spark.dynamicAllocation.shuffleTracking.enabled': 'true',
  'spark.dynamicAllocation.maxExecutors': '2',
  'spark.dynamicAllocation.executorIdleTimeout': '60s',
  'spark.executor.cores': '1',
  'spark.executor.memory': '512m',
};

/** What stage_profiles.py prints. */
interface Stages {
  readonly plain: readonly (readonly [number, readonly string[]])[];
  readonly special: readonly (readonly [number, readonly string[]])[];
  readonly profile: number;
}

describe.each(TEST_SPARKS)('on Spark $name', (spark) => {
  test('C29: stages have executors of their own size, with a GPU each, in one application', async () => {
    const agent = { cpus: 4, memMiB: 6144, gpus: 2 };
    const place = await Scene.withCluster([agent]);
    onTestFinished(() => place.close());
    // Executors of the first stage leave the GPUs to those of the second.
    const settings = { ...DYNAMIC, 'spark.mesos.gpus.max': '2', 'spark.mesos.executor.gpus': '0' };
    const gate = place.path('gate');
    const program = [pythonProgram('stage_profiles'), gate];
    const words = ['submit', '--master', place.master, ...confWords(settings), ...program];
    const command = place.start(words, { spark });
    const [, printed = ''] = await command.printed(/STAGES (.*)/, 120_000);
    const stages = JSON.parse(printed) as Stages;
    expect(stages.plain).toEqual([
      [0, []],
      [1, []],
    ]);
    expect(stages.special.map(([number]) => number)).toEqual([0, 1]);
    for (const [, addresses] of stages.special) expect(addresses).toEqual(['0']);
    const tasks = await stateWith(place.masterUrl, 'executors', ({ frameworks: [framework] }) =>
      runningTasks(framework),
    );
    const sizes = tasks.map(({ resources: { cpus, mem, gpus } }) => ({ cpus, mem, gpus }));
    const plain = { cpus: 1, mem: 512 + OVERHEAD_MIB, gpus: 0 };
    const special = { cpus: 1, mem: 640 + OVERHEAD_MIB, gpus: 1 };
    expect(sizes.filter(({ gpus }) => gpus === 0)).toContainEqual(plain);
    expect(sizes.filter(({ gpus }) => gpus === 1)).toContainEqual(special);
    for (const size of sizes) expect([plain, special]).toContainEqual(size);
    await place.open(gate);
    expect((await command.ended).status).toBe(0);
  });
});

// In these the version of Spark plays no part.
describe('whatever the Spark', () => {
  const spark = newestSpark();
  test('C24: each executor has exactly the GPUs that it is to have, and none is placed without', async () => {
    const agents = [
      { cpus: 4, memMiB: 4096, gpus: 3 },
      { cpus: 4, memMiB: 4096 },
    ];
    const place = await Scene.withCluster(agents);
    onTestFinished(() => place.close());
    const settings = {
      'spark.executor.cores': '1',
      'spark.executor.memory': '512m',
      'spark.mesos.gpus.max': '4',
      'spark.executor.resource.gpu.amount': '2',
      'spark.task.resource.gpu.amount': '2',
    };
    const words = ['submit', '--master', place.master, ...confWords(settings), ...factsProgram(2)];
    const { status, stdout } = await place.run(words, { spark });
    expect(status).toBe(0);
    expect(factsIn(stdout).map(({ resources }) => resources)).toEqual([
      { gpu: ['0', '1'] },
      { gpu: ['0', '1'] },
    ]);
    const [framework] = (await place.state()).completed_frameworks;
    // Three GPUs are one executor of two, and the agent without any has none.
    expect(framework?.completed_tasks.map(({ resources }) => resources.gpus)).toEqual([2]);
  });

  test('GPUs that nobody may have are refused at once', async () => {
    const place = await Scene.withCluster();
    onTestFinished(() => place.close({ warningsExpected: true }));
    const settings = {
      'spark.executor.resource.gpu.amount': '1',
      'spark.task.resource.gpu.amount': '1',
    };
    const words = ['submit', '--master', place.master, ...confWords(settings), ...factsProgram(1)];
    const { status, stderr } = await place.run(words, { spark });
    expect(status).toBe(78);
    expect(stderr).toMatch(/each executor is to have 1 GPU .*spark\.mesos\.gpus\.max allows 0/);
  });
});

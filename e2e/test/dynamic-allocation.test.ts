import { describe, expect, onTestFinished, test } from 'vitest';
import { jarOf, runningTasks, Scene, stateWith, TEST_SPARKS } from '../harness/index.ts';

const WIDE = 12;

const SETTINGS = {
  'spark.dynamicAllocation.enabled': 'true',
  'spark.dynamicAllocation.shuffleTracking.enabled': 'true',
  'spark.dynamicAllocation.minExecutors': '0',
  'spark.dynamicAllocation.maxExecutors': '3',
  'spark.dynamicAllocation.executorIdleTimeout': '1s',
  'spark.executor.cores': '1',
  'spark.executor.memory': '512m',
};

describe.each(TEST_SPARKS)('on Spark $name', (spark) => {
  test('C8, C56: executors grow for a wide stage and shrink when it is over', async () => {
    const scene = await Scene.withCluster();
    onTestFinished(() => scene.close());
    const [gate, gateOfTheEnd] = [scene.path('gate'), scene.path('end')];
    const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['--conf', `${name}=${value}`]);
    const jar = await jarOf('gatedSum', spark);
    const program = ['--class', 'org.sparkmesos.e2e.GatedSum', jar, String(WIDE), gate, gateOfTheEnd];
    const command = scene.start(['submit', '--master', scene.master, ...settings, ...program], { spark });
    const executors = (running: number, completed: number) =>
      stateWith(scene.masterUrl, `${running} executors, and ${completed} that are over`, ({ frameworks }) => {
        const [framework] = frameworks;
        return framework?.completed_tasks.length === completed && runningTasks(framework).length === running;
      });
    await executors(3, 0);
    await scene.open(gate);
    await command.printed(/Sum is 78/);
    await executors(0, 3);
    await scene.open(gateOfTheEnd);
    expect((await command.ended).status).toBe(0);
  });
});

import { describe, expect, onTestFinished, test } from 'vitest';
import {
  eventually,
  heldJob,
  jarOf,
  newestSpark,
  runningTasks,
  Scene,
  stateWith,
  TEST_SPARKS,
} from '../harness/index.ts';

async function expectFrameworkGone(scene: Scene): Promise<void> {
  await stateWith(
    scene.masterUrl,
    'no framework',
    ({ frameworks, completed_frameworks: completed }) => frameworks.length === 0 && completed.length === 1,
    10_000,
  );
}

describe.each(TEST_SPARKS)('on Spark $name', (spark) => {
  test('kill -9 of an executor in the middle: a new one takes its place and the result is right', async () => {
    const { scene, command, gate } = await heldJob(spark);
    onTestFinished(() => scene.close({ warningsExpected: true }));
    const before = await stateWith(scene.masterUrl, 'two running executors', ({ frameworks }) => {
      const tasks = runningTasks(frameworks[0]);
      return tasks.length === 2 ? tasks : undefined;
    });
    const [victim] = scene.executors();
    process.kill(victim?.pid ?? 0, 'SIGKILL');
    const after = await stateWith(scene.masterUrl, 'one failed executor and a new one', ({ frameworks }) => {
      const [framework] = frameworks;
      const failed = framework?.completed_tasks.filter(({ state }) => state === 'TASK_FAILED') ?? [];
      const running = runningTasks(framework);
      return failed.length === 1 && running.length === 2 ? { failed, running } : undefined;
    });
    expect(before.map(({ id }) => id)).toContain(after.failed[0]?.id);
    const known = new Set(before.map(({ id }) => id));
    expect(after.running.filter(({ id }) => !known.has(id))).toHaveLength(1);
    await scene.open(gate);
    expect((await command.ended).status).toBe(0);
    expect(command.stdout).toContain('Sum is 36');
    // The driver was told how it ended, and did not find out by a lost connection alone.
    expect(command.driverLog).toMatch(/137|SIGKILL|signal Killed/);
  });

  test('kill -9 of the driver: its framework is gone and no executor is left', async () => {
    const { scene, command } = await heldJob(spark);
    onTestFinished(() => scene.close({ warningsExpected: true }));
    const [driver] = scene.drivers();
    process.kill(driver?.pid ?? 0, 'SIGKILL');
    await scene.expectNothingRuns();
    await expectFrameworkGone(scene);
    expect((await command.ended).status).toBe(137);
  });
});

// In these the version of Spark plays no part.
describe('whatever the Spark', () => {
  const spark = newestSpark();
  test('Ctrl-C: the driver ends, its framework is gone and no executor is left', async () => {
    const { scene, command } = await heldJob(spark);
    onTestFinished(() => scene.close({ warningsExpected: true }));
    command.interrupt();
    await scene.expectNothingRuns();
    await expectFrameworkGone(scene);
    expect((await command.ended).status).toBe(130);
  });

  test('kill -9 of spark-mesos itself: its framework is gone, and neither driver nor executor is left', async () => {
    const { scene, command } = await heldJob(spark);
    onTestFinished(() => scene.close({ warningsExpected: true }));
    command.kill('SIGKILL');
    await scene.expectNothingRuns();
    await expectFrameworkGone(scene);
  });

  test('kill -9 of spark-mesos with the cluster inside: no process of the cluster is left either', async () => {
    const scene = await Scene.withoutCluster();
    onTestFinished(() => scene.close({ warningsExpected: true }));
    const program = [
      '--class',
      'org.sparkmesos.e2e.GatedSum',
      await jarOf('gatedSum', spark),
      '4',
      '/no/gate',
    ];
    const command = scene.start(['submit', '--master', 'mesos://local[2]', ...program], { spark });
    await eventually('a task is running', () => /Starting task 0\.0 in stage/.test(command.driverLog));
    expect(scene.executors().length).toBeGreaterThan(0);
    command.kill('SIGKILL');
    await scene.expectNothingRuns();
  });
});

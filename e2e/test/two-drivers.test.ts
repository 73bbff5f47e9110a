import { expect, onTestFinished, test } from 'vitest';
import { eventually, jarOf, newestSpark, runningTasks, Scene, stateWith } from '../harness/index.ts';

test('two drivers at the same time have a framework each', async () => {
  const spark = newestSpark();
  const scene = await Scene.withCluster();
  onTestFinished(() => scene.close());
  const gate = scene.path('gate');
  const jar = await jarOf('gatedSum', spark);
  const limits = ['--total-executor-cores', '2', '--executor-cores', '1', '--executor-memory', '512m'];
  const program = ['--class', 'org.sparkmesos.e2e.GatedSum', jar, '4', gate];
  const words = ['submit', '--master', scene.master, ...limits, ...program];
  const commands = [scene.start(words, { spark }), scene.start(words, { spark })];
  const both = await stateWith(
    scene.masterUrl,
    'two frameworks with two running executors each',
    ({ frameworks }) =>
      frameworks.length === 2 && frameworks.every((framework) => runningTasks(framework).length === 2)
        ? frameworks
        : undefined,
  );
  expect(new Set(both.map(({ id }) => id)).size).toBe(2);
  // A task runs as soon as its shell does, which then becomes the JVM.
  await eventually('four JVMs of executors', () => scene.executors().length === 4);
  await scene.open(gate);
  for (const command of commands) {
    expect((await command.ended).status).toBe(0);
    expect(command.stdout).toContain('Sum is 10');
  }
  const { completed_frameworks: completed } = await scene.state();
  expect(completed.map(({ id }) => id).sort()).toEqual(both.map(({ id }) => id).sort());
});

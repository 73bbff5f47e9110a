import { describe, expect, onTestFinished, test } from 'vitest';
import { confWords, factsProgram, newestSpark, rolesOf, Scene, type TestSpark } from '../harness/index.ts';

const SMALL = { 'spark.executor.memory': '512m', 'spark.executor.cores': '1' };

/** What an executor of 512 MiB takes. */
const TASK_MIB = 512 + 384;

/** The agents, by what tells them apart, that the executors of an application ran on. */
async function agentsOf(place: Scene, spark: TestSpark, settings: Readonly<Record<string, string>>) {
  const words = ['submit', '--master', place.master, ...confWords({ ...SMALL, ...settings })];
  const { status } = await place.run([...words, ...factsProgram(2)], { spark });
  expect(status).toBe(0);
  const framework = (await place.state()).completed_frameworks.at(-1);
  return {
    roles: framework === undefined ? [] : rolesOf(framework),
    agents: (framework?.completed_tasks ?? []).map(({ slave_id: id }) => id),
  };
}

// The driver has no part in it: one Spark stands for all.
describe('executors are placed', () => {
  const spark = newestSpark();
  test('U50: executors are placed only where the constraints hold', async () => {
    const size = { cpus: 2, memMiB: 2048 };
    const place = await Scene.withCluster([
      { ...size, attributes: { rack: 'r1', disk: 'ssd' } },
      { ...size, attributes: { rack: 'r2', disk: 'ssd' } },
      { ...size, attributes: { rack: 'r1' } },
    ]);
    onTestFinished(() => place.close());
    const { agents } = await agentsOf(place, spark, { 'spark.mesos.constraints': 'rack:r1,r3;disk:' });
    expect(agents.length).toBeGreaterThan(0);
    for (const agent of agents) expect(agent).toMatch(/-S0$/);
  });

  test('U10: an application of one role does not take what is another’s', async () => {
    const reserved = (role: string) => `cpus(${role}):1;mem(${role}):${TASK_MIB};cpus:0;mem:0`;
    const place = await Scene.withCluster([{ resources: reserved('dev') }, { resources: reserved('ops') }]);
    onTestFinished(() => place.close());
    const dev = await agentsOf(place, spark, { 'spark.mesos.role': 'dev' });
    expect(dev).toEqual({ roles: ['dev'], agents: [expect.stringMatching(/-S0$/)] });
    const ops = await agentsOf(place, spark, { 'spark.mesos.role': 'ops' });
    expect(ops).toEqual({ roles: ['ops'], agents: [expect.stringMatching(/-S1$/)] });
  });

  test('U13: an application of two roles takes what is reserved for either', async () => {
    const reserved = (role: string) => `cpus(${role}):1;mem(${role}):${TASK_MIB};cpus:0;mem:0`;
    const place = await Scene.withCluster([{ resources: reserved('dev') }, { resources: reserved('ops') }]);
    onTestFinished(() => place.close());
    const settings = {
      'spark.mesos.roles': 'dev,ops',
      'spark.scheduler.minRegisteredResourcesRatio': '1.0',
      'spark.cores.max': '2',
    };
    const { roles, agents } = await agentsOf(place, spark, settings);
    expect([...roles].sort()).toEqual(['dev', 'ops']);
    expect([...agents].sort()).toEqual([expect.stringMatching(/-S0$/), expect.stringMatching(/-S1$/)]);
  });
});

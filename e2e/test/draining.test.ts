import { describe, expect, onTestFinished, test } from 'vitest';
import {
  confWords,
  eventually,
  jarOf,
  runningTasks,
  Scene,
  stateWith,
  TEST_SPARKS,
} from '../harness/index.ts';

const SETTINGS = {
  'spark.cores.max': '2',
  'spark.executor.cores': '1',
  'spark.executor.memory': '512m',
  'spark.decommission.enabled': 'true',
  'spark.storage.decommission.enabled': 'true',
  'spark.storage.decommission.shuffleBlocks.enabled': 'true',
};

/** How long the agent has until its maintenance begins. */
const NOTICE_MS = 20_000;

/** Announces the maintenance of a machine to a master. */
async function planMaintenance(url: string, hostname: string): Promise<void> {
  const start = BigInt(Date.now() + NOTICE_MS) * 1_000_000n;
  const window = {
    machine_ids: [{ hostname, ip: '127.0.0.1' }],
    unavailability: { start: { nanoseconds: '@' } },
  };
  const body = JSON.stringify({ windows: [window] }).replace('"@"', String(start));
  const response = await fetch(new URL('/maintenance/schedule', url), { method: 'POST', body });
  expect(response.status, await response.text()).toBe(200);
}

describe.each(TEST_SPARKS)('on Spark $name', (spark) => {
  test('executors on an agent that is to be drained are decommissioned, and replaced elsewhere', async () => {
    const agent = { cpus: 2, memMiB: 4096 };
    const place = await Scene.withCluster([
      { ...agent, hostname: 'localhost' },
      { ...agent, hostname: '127.0.0.1' },
    ]);
    onTestFinished(() => place.close({ warningsExpected: true }));
    const gate = place.path('gate');
    const program = ['--class', 'org.sparkmesos.e2e.GatedSum', await jarOf('gatedSum', spark), '8', gate];
    const words = ['submit', '--master', place.master, ...confWords(SETTINGS), ...program];
    const command = place.start(words, { spark });
    await eventually('two tasks of the job are running', () =>
      /Starting task 1\.0 in stage/.test(command.driverLog),
    );
    const [drained] = await stateWith(place.masterUrl, 'two executors', ({ frameworks }) => {
      const tasks = runningTasks(frameworks[0]);
      return tasks.length === 2 ? tasks : undefined;
    });
    const agentId = drained?.slave_id ?? '';
    await planMaintenance(place.masterUrl, agentId.endsWith('S0') ? 'localhost' : '127.0.0.1');
    await eventually('the driver decommissions', () =>
      /is now DECOMMISSIONED \(Mesos drains agent[\s\S]*Asked to decommission executor/.test(
        command.driverLog,
      ),
    );
    await stateWith(place.masterUrl, 'executors elsewhere', ({ frameworks }) => {
      const tasks = runningTasks(frameworks[0]);
      return tasks.length === 2 && tasks.every(({ slave_id: other }) => other !== agentId);
    });
    await place.open(gate);
    expect((await command.ended).status).toBe(0);
    expect(command.stdout).toContain('Sum is 36');
  });
});

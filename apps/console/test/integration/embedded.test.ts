import { appendFile } from 'node:fs/promises';
import { acceptCall, launchOperation, SchedulerClient } from '@spark-mesos/mesos-client';
import { LocalCluster } from '@spark-mesos/mesos-local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrowserWindows, buildPage, takePicture, WINDOWS } from './browser-windows.ts';

const SCALAR = 0;
const TASK_RUNNING = 1;

let built: Awaited<ReturnType<typeof buildPage>>;
let windows: BrowserWindows;
let cluster: LocalCluster;
let client: SchedulerClient;

beforeAll(async () => {
  built = await buildPage('mesos');
  windows = await BrowserWindows.launch();
  cluster = await LocalCluster.start({
    agents: [{ cpus: 4, memMiB: 2048, attributes: { rack: 'r1' } }],
    consoleRoot: built.root,
    allocationIntervalMs: 50,
  });
  client = await running();
}, 60_000);

afterAll(async () => {
  await client?.close();
  await cluster?.close();
  await windows?.close();
  await built?.remove();
});

/** A framework with a task that says something and then waits. */
async function running(): Promise<SchedulerClient> {
  const framework = { user: 'root', name: 'Night shift', role: 'dev', failoverTimeout: 60 };
  const { host, port } = cluster.master;
  const scheduler = new SchedulerClient({ master: `mesos://${host}:${port}`, framework });
  for await (const { kind, ...rest } of scheduler.events()) {
    if (kind !== 'mesos' || !('event' in rest)) continue;
    const { offers, update } = rest.event;
    for (const { id, agentId } of offers?.offers ?? []) {
      const resources = [
        { name: 'cpus', type: SCALAR, scalar: { value: 1 } },
        { name: 'mem', type: SCALAR, scalar: { value: 256 } },
      ];
      const command = { value: 'echo the first line; sleep 1000' };
      const task = { name: 'Watchman', taskId: { value: 'w-0' }, agentId, resources, command };
      await scheduler.call(acceptCall([id], [launchOperation([task])], 60));
    }
    if (update) await scheduler.acknowledge(update.status);
    if (update?.status.state === TASK_RUNNING) return scheduler;
  }
  throw new Error('the task does not run');
}

describe('the console of the embedded Mesos', () => {
  it.each(['desktop', 'phone'] as const)('shows on a %s what runs, and its log as it grows', async (size) => {
    const { page, problems } = await windows.open(cluster.master.url, '#/', WINDOWS[size]);
    await page.getByText('of 4').first().waitFor();
    await page.getByRole('link', { name: 'Watchman' }).first().click();
    await page.getByRole('link', { name: 'Open its sandbox' }).click();
    await page.getByText('the first line').waitFor();
    const [framework] = cluster.state().frameworks;
    const path = `/frameworks/${framework?.id}/executors/w-0/runs/latest`;
    const [agent] = cluster.agents;
    const debug = (await (await fetch(`${agent?.url}/files/debug`)).json()) as Record<string, string>;
    await appendFile(`${debug[path]}/stdout`, `a line for a ${size}\n`);
    await page.getByText(`a line for a ${size}`).waitFor();
    await takePicture(page, `embedded-${size}`);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

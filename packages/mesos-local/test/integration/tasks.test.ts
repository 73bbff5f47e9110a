import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalCluster } from '../../src/index.ts';
import { getJson, JsonScheduler, shellTask } from '../support/json-client.ts';

let cluster: LocalCluster;

beforeEach(async () => {
  cluster = await LocalCluster.start({ agents: [{ cpus: 4, memMiB: 4096 }], allocationIntervalMs: 50 });
});

afterEach(() => cluster.close());

describe('command tasks', () => {
  it('runs a shell command and tells its steps', async () => {
    const scheduler = await JsonScheduler.subscribe(cluster.master.url);
    const offer = await scheduler.nextOffer();
    await scheduler.launch(offer, [shellTask('ok', offer, 'echo hello')]);
    const statuses = await scheduler.statusesUntil('ok', 'TASK_FINISHED');
    expect(statuses.map(({ state }) => state)).toEqual(['TASK_STARTING', 'TASK_RUNNING', 'TASK_FINISHED']);
    expect(statuses[2].message).toBe('Command exited with status 0');
    const task = await cluster.waitFor((state) => state.frameworks[0]?.completed_tasks[0]);
    expect(task).toMatchObject({ id: 'ok', state: 'TASK_FINISHED', role: 'spark' });
    const agent = cluster.agents[0];
    const state = await getJson(`${agent?.url}/state`);
    const { directory } = state.frameworks[0].completed_executors[0];
    expect(await readFile(`${directory}/stdout`, 'utf8')).toBe('hello\n');
  });
});

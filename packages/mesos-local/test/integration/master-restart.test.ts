import { SchedulerClient, type SchedulerClientEvent } from '@spark-mesos/mesos-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalCluster } from '../../src/index.ts';
import { getJson, type Json, JsonScheduler, PLAIN_FRAMEWORK, shellTask } from '../support/json-client.ts';
import { isAlive } from '../support/processes.ts';

let cluster: LocalCluster;

beforeEach(async () => {
  const agents = [
    { cpus: 2, memMiB: 1024 },
    { cpus: 2, memMiB: 1024 },
  ];
  cluster = await LocalCluster.start({ agents, allocationIntervalMs: 20, agentReregisterTimeoutMs: 200 });
});

afterEach(() => cluster.close());

function reconcile(scheduler: JsonScheduler, tasks: object[] = []) {
  return scheduler.call({ type: 'RECONCILE', reconcile: { tasks } });
}

async function runLong(scheduler: JsonScheduler, taskId: string): Promise<Json> {
  const offer = await scheduler.nextOffer();
  await scheduler.launch(offer, [shellTask(taskId, offer, 'sleep 100')]);
  return (await scheduler.statusesUntil(taskId, 'TASK_RUNNING')).at(-1);
}

function again(frameworkId: string, url = cluster.master.url): Promise<JsonScheduler> {
  return JsonScheduler.subscribe(url, PLAIN_FRAMEWORK, frameworkId);
}

describe('a master that is started again', () => {
  it('finds its agents and their tasks, and knows them when the framework is back', async () => {
    const first = await JsonScheduler.subscribe(cluster.master.url);
    const running = await runLong(first, 'long');
    const { url } = cluster.master;
    const formerId = cluster.state().id;
    const agentIds = cluster.state().slaves.map(({ id }) => id);
    await cluster.faults.restartMaster();
    await first.ended();
    expect(cluster.master.url).toBe(url);
    expect(cluster.state().id).not.toBe(formerId);
    expect(cluster.state().slaves.map(({ id }) => id)).toEqual(agentIds);
    expect(cluster.state().frameworks).toMatchObject([{ id: first.frameworkId, connected: false }]);

    const second = await again(first.frameworkId);
    expect(second.frameworkId).toBe(first.frameworkId);
    await reconcile(second);
    expect(await second.nextStatus('long')).toMatchObject({
      state: 'TASK_RUNNING',
      message: 'Reconciliation: Latest task state',
      source: 'SOURCE_MASTER',
      container_status: running.container_status,
    });
    expect(isAlive(running.container_status.executor_pid)).toBe(true);
    await second.call({ type: 'KILL', kill: { task_id: { value: 'long' } } });
    expect(await second.nextStatus('long')).toMatchObject({ state: 'TASK_KILLED' });
    await cluster.waitFor((state) => state.slaves.every((agent) => agent.used_resources.cpus === 0));
  });

  it('hears of what ended while there was none, and sends what was never acknowledged', async () => {
    const first = await JsonScheduler.subscribe(cluster.master.url);
    const running = await runLong(first, 'ends');
    await cluster.faults.stopMaster();
    await expect(getJson(`${cluster.master.url}/state`)).rejects.toThrow('fetch failed');
    process.kill(running.container_status.executor_pid, 'SIGKILL');
    await expect.poll(() => isAlive(running.container_status.executor_pid)).toBe(false);
    await cluster.faults.startMaster();
    const second = await again(first.frameworkId);
    expect(await second.nextStatus('ends')).toMatchObject({
      state: 'TASK_FAILED',
      source: 'SOURCE_EXECUTOR',
    });
    await cluster.waitFor((state) => state.frameworks[0]?.completed_tasks.length === 1);
  });

  it('gives up an agent that does not come back within the time, and answers for its tasks from then on', async () => {
    const first = await JsonScheduler.subscribe(cluster.master.url);
    const running = await runLong(first, 'gone');
    const agentId = running.agent_id.value;
    await cluster.faults.stopMaster();
    await cluster.faults.loseAgent(agentId);
    await cluster.faults.startMaster();
    const { recovered_slaves } = await getJson(`${cluster.master.url}/slaves`);
    expect(recovered_slaves).toMatchObject([{ id: agentId }]);
    const second = await again(first.frameworkId);
    const query = { task_id: { value: 'gone' }, agent_id: { value: agentId } };
    await reconcile(second, [query]);
    await second.next((event) => event.type === 'FAILURE');
    expect(second.events.some((event) => event.type === 'UPDATE')).toBe(false);
    await reconcile(second, [query]);
    expect(await second.nextStatus('gone')).toMatchObject({
      state: 'TASK_LOST',
      message: 'Reconciliation: Task is unreachable',
    });
    expect(cluster.state().unreachable_slaves).toBe(1);
  });

  it('keeps the weights and quotas that operators have set', async () => {
    const operator = async (call: object) => {
      const headers = { 'content-type': 'application/json', accept: 'application/json' };
      const answer = await fetch(`${cluster.master.url}/api/v1`, {
        method: 'POST',
        headers,
        body: JSON.stringify(call),
      });
      const text = await answer.text();
      return text === '' ? {} : JSON.parse(text);
    };
    await operator({
      type: 'UPDATE_WEIGHTS',
      update_weights: { weight_infos: [{ role: 'spark', weight: 2.5 }] },
    });
    const quota = { role: 'spark', limits: { cpus: { value: 3 } }, guarantees: { cpus: { value: 1 } } };
    await operator({ type: 'UPDATE_QUOTA', update_quota: { quota_configs: [quota] } });
    const asked = () => Promise.all([operator({ type: 'GET_WEIGHTS' }), operator({ type: 'GET_QUOTA' })]);
    const before = await asked();
    expect(before).toMatchObject([
      { get_weights: { weight_infos: [{ role: 'spark', weight: 2.5 }] } },
      { get_quota: { status: { configs: [{ role: 'spark' }] } } },
    ]);
    await cluster.faults.restartMaster();
    expect(await asked()).toEqual(before);
  });

  it('still refuses a framework that was removed', async () => {
    const first = await JsonScheduler.subscribe(cluster.master.url);
    await first.call({ type: 'TEARDOWN' });
    await cluster.faults.restartMaster();
    const second = await again(first.frameworkId);
    expect(second.frameworkId).toBe('');
    await second.ended();
  });

  it('is found again by the client of this project, whose tasks go on', async () => {
    const client = new SchedulerClient({
      master: `127.0.0.1:${cluster.master.port}`,
      framework: { user: 'root', name: 'stays', role: 'spark', failoverTimeout: 60 },
      backOff: { firstDelayMs: 10, longestDelayMs: 50 },
    });
    const seen: SchedulerClientEvent['kind'][] = [];
    for await (const event of client.events()) {
      if (event.kind === 'mesos') continue;
      seen.push(event.kind);
      if (event.kind === 'subscribed' && !event.resubscribed) await cluster.faults.restartMaster();
      if (event.kind === 'subscribed' && event.resubscribed) await client.teardown();
    }
    expect(seen).toEqual(['subscribed', 'disconnected', 'subscribed']);
  });
});

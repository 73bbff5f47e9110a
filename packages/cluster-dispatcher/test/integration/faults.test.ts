import path from 'node:path';
import { FileStore } from '@spark-mesos/durable-store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Submission } from '../../src/index.ts';
import { SmallCluster, take, until } from './small-cluster.ts';

const hasEnded = ({ state }: Submission) => state === 'finished';
const runs = ({ state }: Submission) => state === 'running';

describe('faults of an embedded Mesos', () => {
  let cluster: SmallCluster;

  beforeEach(async () => {
    const agents = ['one', 'two'].map((hostname) => ({ cpus: 2, memMiB: 2048, hostname }));
    cluster = await SmallCluster.start(agents, { agentPingTimeoutMs: 50, maxAgentPingTimeouts: 2 });
  });

  afterEach(() => cluster.close());

  test('D47: the master starts again: drivers go on, and what waits is launched', async () => {
    const dispatcher = await cluster.dispatcher({ 'spark.mesos.maxDrivers': '1' });
    const running = await take(dispatcher, cluster.request('sleep'));
    const waiting = await take(dispatcher, cluster.request('succeed'));
    await until(dispatcher, running, runs);
    await cluster.cluster.faults.restartMaster();
    await dispatcher.kill(running);
    expect(await until(dispatcher, running, hasEnded)).toMatchObject({
      finalState: 'KILLED',
      attemptCount: 1,
    });
    expect(await until(dispatcher, waiting, hasEnded)).toMatchObject({
      finalState: 'FINISHED',
      attemptCount: 1,
    });
  });

  test('D56: an agent is lost and comes back: its driver is waited for, and was started once', async () => {
    const dispatcher = await cluster.dispatcher();
    const id = await take(dispatcher, cluster.request('sleep'));
    const { attempts } = await until(dispatcher, id, runs);
    const agentId = attempts[0]?.agentId ?? '';
    await cluster.cluster.faults.stopAgent(agentId);
    await until(dispatcher, id, ({ state }) => state === 'unreachable');
    await cluster.cluster.faults.returnAgent(agentId);
    expect(await until(dispatcher, id, runs)).toMatchObject({ attemptCount: 1 });
  });

  test('D56: one that is supervised is started elsewhere, and the old one is killed when its agent comes back', async () => {
    const dispatcher = await cluster.dispatcher();
    const supervised = {
      'spark.driver.supervise': 'true',
      'spark.mesos.driver.supervise.unreachableTimeout': '100ms',
    };
    const id = await take(dispatcher, cluster.request('sleep', supervised));
    const { attempts } = await until(dispatcher, id, runs);
    const agentId = attempts[0]?.agentId ?? '';
    await cluster.cluster.faults.stopAgent(agentId);
    await until(dispatcher, id, ({ state, attemptCount }) => state === 'running' && attemptCount === 2);
    await cluster.cluster.faults.returnAgent(agentId);
    const running = () => cluster.tasks().filter(({ state }) => state === 'TASK_RUNNING');
    await expect.poll(() => running().map((task) => task.id)).toEqual([`${id}-retry-1`]);
    expect(dispatcher.status(id)).toMatchObject({ state: 'running', attemptCount: 2 });
  });

  test('updates that are lost and come twice change nothing', async () => {
    const dispatcher = await cluster.dispatcher();
    cluster.cluster.faults.loseUpdates(2);
    cluster.cluster.faults.duplicateUpdates(3);
    const ids = [
      await take(dispatcher, cluster.request('succeed')),
      await take(dispatcher, cluster.request('fail')),
    ];
    const ended = await Promise.all(ids.map((id) => until(dispatcher, id, hasEnded)));
    expect(ended.map(({ finalState }) => finalState)).toEqual(['FINISHED', 'FAILED']);
    expect(cluster.tasks()).toHaveLength(2);
  });

  test('a driver that ends while no dispatcher is there has ended when the next one looks', async () => {
    const store = await FileStore.open({ directory: path.join(cluster.folder, 'state') });
    const first = await cluster.dispatcher({}, store);
    const id = await take(first, cluster.request('short'));
    await until(first, id, runs);
    await first.close();
    const second = await cluster.dispatcher({}, store);
    expect(await until(second, id, hasEnded)).toMatchObject({ finalState: 'FINISHED', attemptCount: 1 });
  });
});

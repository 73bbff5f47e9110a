import { SchedulerClient, type SchedulerClientEvent } from '@spark-mesos/mesos-client';
import { ZooKeeperTestServer } from '@spark-mesos/mesos-client/testing';
import { createClient } from 'node-zookeeper-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LocalCluster } from '../../src/index.ts';
import { JsonScheduler, PLAIN_FRAMEWORK, shellTask } from '../support/json-client.ts';

let zookeeper: ZooKeeperTestServer;
let cluster: LocalCluster | undefined;
let paths = 0;

beforeAll(async () => {
  zookeeper = await ZooKeeperTestServer.start();
}, 90_000);

afterEach(() => cluster?.close());
afterAll(() => zookeeper?.close());

async function startThree(): Promise<{ running: LocalCluster; url: string; path: string }> {
  paths += 1;
  const path = `/deep/mesos-${paths}`;
  const url = `zk://${zookeeper.address}${path}`;
  cluster = await LocalCluster.start({
    agents: [{ cpus: 2, memMiB: 1024 }],
    masters: 3,
    zookeeper: url,
    allocationIntervalMs: 20,
  });
  return { running: cluster, url, path };
}

function answerOf(url: string, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${url}${path}`, { redirect: 'manual', ...init });
}

/** What is in ZooKeeper below a path, read as a client of Mesos reads it. */
async function nodesBelow(path: string): Promise<{ name: string; data: string; ephemeral: boolean }[]> {
  const client = createClient(zookeeper.address);
  client.connect();
  const names = await new Promise<string[]>((resolve, reject) =>
    client.getChildren(path, (error, children) => (error ? reject(error) : resolve(children))),
  );
  const nodes = names.sort().map(
    (name) =>
      new Promise<{ name: string; data: string; ephemeral: boolean }>((resolve, reject) =>
        client.getData(`${path}/${name}`, (error, data, stat) =>
          error
            ? reject(error)
            : resolve({
                name,
                data: data.toString(),
                ephemeral: stat.ephemeralOwner.some((byte) => byte !== 0),
              }),
        ),
      ),
  );
  const found = await Promise.all(nodes);
  client.close();
  return found;
}

describe('several masters', () => {
  it('write themselves into ZooKeeper as Mesos does', async () => {
    const { running, path } = await startThree();
    await expect.poll(async () => (await nodesBelow(path)).length).toBe(3);
    const nodes = await nodesBelow(path);
    for (const { name, ephemeral } of nodes)
      expect([name, ephemeral]).toEqual([expect.stringMatching(/^json\.info_\d{10}$/), true]);
    const { port } = running.master;
    expect(nodes.map(({ data }) => data)).toContain(
      `{"address":{"hostname":"localhost","ip":"127.0.0.1","port":${port}},"capabilities":[{"type":"AGENT_UPDATE"},{"type":"AGENT_DRAINING"},{"type":"QUOTA_V2"}],"hostname":"localhost","id":"${running.state().id}","ip":16777343,"pid":"master@127.0.0.1:${port}","port":${port},"version":"1.11.0"}`,
    );
  });

  it('send whoever asks to the one that leads, whatever they ask', async () => {
    const { running } = await startThree();
    const { port } = running.master;
    const others = running.masters.filter((master) => master.port !== port);
    expect(others).toHaveLength(2);
    for (const { url } of others) {
      await expect.poll(async () => (await answerOf(url, '/state')).status).toBe(307);
      const location = async (path: string, init?: RequestInit) =>
        (await answerOf(url, path, init)).headers.get('location');
      expect(await location('/state')).toBe(`//localhost:${port}/master/state`);
      expect(await location('/master/slaves?slave_id=x')).toBe(
        `//localhost:${port}/master/slaves?slave_id=x`,
      );
      expect(await location('/redirect')).toBe(`//localhost:${port}`);
      const call = { method: 'POST', body: 'not even a call' };
      expect(await location('/api/v1/scheduler', call)).toBe(`//localhost:${port}/master/api/v1/scheduler`);
      expect(await location('/api/v1', call)).toBe(`//localhost:${port}/master/api/v1`);
      expect((await answerOf(url, '/health')).status).toBe(200);
      expect((await answerOf(url, '/version')).status).toBe(200);
    }
  });

  it('replace one that dies: agents and tasks go on, the framework finds the new one', async () => {
    const { running } = await startThree();
    const former = running.master;
    const first = await JsonScheduler.subscribe(former.url);
    const offer = await first.nextOffer();
    await first.launch(offer, [shellTask('long', offer, 'sleep 100')]);
    await first.statusesUntil('long', 'TASK_RUNNING');
    await running.faults.stopMaster();
    await first.ended();
    await expect.poll(() => running.master.port, { timeout: 15_000 }).not.toBe(former.port);
    await running.waitFor((state) => state.slaves.length === 1);
    const second = await JsonScheduler.subscribe(running.master.url, PLAIN_FRAMEWORK, first.frameworkId);
    await second.call({ type: 'RECONCILE', reconcile: { tasks: [] } });
    expect(await second.nextStatus('long')).toMatchObject({
      state: 'TASK_RUNNING',
      reason: 'REASON_RECONCILIATION',
    });
    await running.faults.startMaster();
    expect(running.masters.map(({ port }) => port)).toContain(former.port);
    expect(running.master.port).not.toBe(former.port);
  });

  it('are found, and found again, by the client of this project', async () => {
    const { running, url } = await startThree();
    const client = new SchedulerClient({
      master: `mesos://${url}`,
      framework: { user: 'root', name: 'stays', role: 'spark', failoverTimeout: 60 },
      backOff: { firstDelayMs: 10, longestDelayMs: 50 },
    });
    const seen: SchedulerClientEvent['kind'][] = [];
    for await (const event of client.events()) {
      if (event.kind === 'mesos') continue;
      seen.push(event.kind);
      if (event.kind === 'subscribed' && !event.resubscribed) await running.faults.stopMaster();
      if (event.kind === 'subscribed' && event.resubscribed) await client.teardown();
    }
    expect(seen).toEqual(['subscribed', 'disconnected', 'subscribed']);
  });
});

describe('options that cannot be', () => {
  it.each([
    [{ masters: 0 }, 'at least one master, not 0'],
    [{ masters: 1.5 }, 'at least one master, not 1.5'],
    [{ masters: 2, zookeeper: 'localhost:2181' }, 'zk://host1:2181'],
  ])('%j is refused, and nothing is left', async (options, text) => {
    await expect(LocalCluster.start({ agents: [{}], ...options })).rejects.toMatchObject({
      code: 'LOCAL_OPTIONS_INVALID',
      message: expect.stringContaining(text),
    });
  });
});

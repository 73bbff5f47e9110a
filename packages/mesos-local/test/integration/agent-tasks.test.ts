import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LocalCluster } from '../../src/index.ts';
import { getJson, type Json, JsonScheduler, shellTask } from '../support/json-client.ts';
import { processesOf } from '../support/processes.ts';

let cluster: LocalCluster;
let folder: string;
let scheduler: JsonScheduler;
const FRAMEWORK = {
  user: 'root',
  name: 'test',
  roles: ['spark'],
  capabilities: [{ type: 'MULTI_ROLE' }],
  failover_timeout: 30,
  checkpoint: true,
};

/** A `docker` that does what it is told to run, without a container, and writes down what it was told. */
const FAKE_DOCKER = `#!/bin/sh
printf '%s\\n' "$*" >> "$(dirname "$0")/calls"
while [ "$#" -gt 0 ]; do [ "$1" = -c ] && exec /bin/sh -c "$2"; shift; done
exit 64
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mesos-local-test-'));
  await writeFile(join(folder, 'docker'), FAKE_DOCKER);
  await chmod(join(folder, 'docker'), 0o755);
  cluster = await LocalCluster.start({
    agents: [
      { cpus: 8, memMiB: 8192, searchPath: `${folder}:/bin:/usr/bin` },
      { cpus: 8, memMiB: 8192, searchPath: '/nowhere' },
    ],
    allocationIntervalMs: 20,
  });
  scheduler = await JsonScheduler.subscribe(cluster.master.url, FRAMEWORK);
});

afterAll(async () => {
  const { agents } = cluster;
  await cluster.close();
  for (const { id } of agents) expect(processesOf(id)).toEqual([]);
  await rm(folder, { recursive: true });
});

async function launch(id: string, command: string, more: object = {}, agent = 0): Promise<void> {
  const agentId = cluster.agents[agent]?.id;
  // Offers of before are void, so that each agent is offered whole again.
  cluster.faults.rescindOffers();
  const isOut = (offer: Json) =>
    cluster.state().frameworks.some(({ offers }) => offers.some(({ id: known }) => known === offer.id.value));
  const offer = await scheduler.nextOffer((one) => one.agent_id.value === agentId && isOut(one));
  await scheduler.launch(offer, [shellTask(id, offer, command, more)]);
}

async function stdoutOf(id: string, agent = 0): Promise<string> {
  const path = `/frameworks/${scheduler.frameworkId}/executors/${id}/runs/latest/stdout`;
  return (await getJson(`${cluster.agents[agent]?.url}/files/read?path=${path}&offset=0`)).data;
}

describe('a task in an image', () => {
  const container = { type: 'DOCKER', docker: { image: 'spark:3.5' } };

  it('is run by the docker on the PATH', async () => {
    await launch('d1', 'echo "in $MESOS_SANDBOX"', { container });
    const statuses = await scheduler.statusesUntil('d1', 'TASK_FINISHED');
    expect(statuses.map(({ state }) => state)).toEqual(['TASK_STARTING', 'TASK_RUNNING', 'TASK_FINISHED']);
    expect(await stdoutOf('d1')).toBe('in /mnt/mesos/sandbox\n');
  });

  it('fails with the reason where there is none', async () => {
    await launch('d2', 'true', { container }, 1);
    expect(await scheduler.nextStatus('d2')).toMatchObject({
      state: 'TASK_FAILED',
      reason: 'REASON_CONTAINER_LAUNCH_FAILED',
      message: expect.stringContaining("the image 'spark:3.5' needs Docker"),
    });
  });
});

describe('an executor that holds more memory than it and its tasks have asked for', () => {
  it('ends with all of its tasks, which say why', async () => {
    const value = `exec ${process.execPath} -e 'global.kept = Buffer.alloc(256 * 1024 * 1024, 1); setTimeout(() => {}, 60000)'`;
    const mem = { name: 'mem', type: 'SCALAR', scalar: { value: 32 } };
    const executor = { executor_id: { value: 'greedy' }, command: { value }, resources: [mem] };
    await launch('greedy', '', { command: undefined, executor });
    const status = (await scheduler.statusesUntil('greedy', 'TASK_FAILED')).at(-1);
    expect(status).toMatchObject({
      reason: 'REASON_CONTAINER_LIMITATION_MEMORY',
      message: expect.stringContaining('Memory limit exceeded: Requested: 96MB'),
    });
  });
});

describe('a task that holds more memory than it has asked for', () => {
  it('fails, with what it held', async () => {
    const program = `exec ${process.execPath} -e 'global.kept = Buffer.alloc(256 * 1024 * 1024, 1); setTimeout(() => {}, 60000)'`;
    await launch('m1', program, {
      resources: [
        { name: 'cpus', type: 'SCALAR', scalar: { value: 0.5 } },
        { name: 'mem', type: 'SCALAR', scalar: { value: 32 } },
      ],
    });
    const status = (await scheduler.statusesUntil('m1', 'TASK_FAILED')).at(-1);
    expect(status).toMatchObject({
      reason: 'REASON_CONTAINER_LIMITATION_MEMORY',
      source: 'SOURCE_AGENT',
      message: expect.stringContaining('Memory limit exceeded: Requested: 32MB'),
      limitation: { resources: [{ name: 'mem' }] },
    });
  });
});

describe('a health check', () => {
  const times = {
    delay_seconds: 0,
    interval_seconds: 0.05,
    grace_period_seconds: 0,
    consecutive_failures: 2,
  };

  it('by a command finds its sandbox, and ends the task when it fails too often', async () => {
    const health_check = { type: 'COMMAND', ...times, command: { value: 'test -f "$MESOS_SANDBOX/well"' } };
    await launch('h1', 'touch well; sleep 0.3; rm well; sleep 60', { health_check });
    const statuses = await scheduler.statusesUntil('h1', 'TASK_KILLED');
    expect(statuses.map(({ healthy }) => healthy)).toContain(true);
    expect(statuses.at(-1)).toMatchObject({ healthy: false });
  });

  it('by HTTP and by TCP asks on the port that it names', async () => {
    const server = createServer((_request, response) => response.end('well'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const health_check = { type: 'HTTP', ...times, http: { port, path: '/health' } };
    const check = { type: 'TCP', delay_seconds: 0, interval_seconds: 0.05, tcp: { port } };
    await launch('h2', 'sleep 60', { health_check, check });
    const seen: Json[] = [];
    while (
      !seen.some(({ healthy }) => healthy) ||
      !seen.some(({ check_status }) => check_status?.tcp?.succeeded)
    ) {
      seen.push(await scheduler.nextStatus('h2'));
    }
    server.close();
    server.closeAllConnections();
    await scheduler.call({ type: 'KILL', kill: { task_id: { value: 'h2' } } });
    await scheduler.statusesUntil('h2', 'TASK_KILLED');
  });
});

describe('faults of agents', () => {
  it('an update that is said twice comes twice, and its task ends all the same', async () => {
    cluster.faults.duplicateUpdates(1);
    await launch('f1', 'true');
    const states = (await scheduler.statusesUntil('f1', 'TASK_FINISHED')).map(({ state }) => state);
    expect(states).toEqual(['TASK_STARTING', 'TASK_STARTING', 'TASK_RUNNING', 'TASK_FINISHED']);
  });

  it('an update that is lost comes when the agent is restarted', async () => {
    cluster.faults.loseUpdates(1);
    await launch('f2', 'sleep 60');
    await cluster.waitFor(({ frameworks }) =>
      frameworks.some(({ tasks }) => tasks.some(({ id }) => id === 'f2')),
    );
    await expect.poll(() => processesOf(cluster.agents[0]?.id ?? '').length).toBeGreaterThan(0);
    await cluster.faults.restartAgent(cluster.agents[0]?.id ?? '');
    await scheduler.statusesUntil('f2', 'TASK_RUNNING');
    await scheduler.call({ type: 'KILL', kill: { task_id: { value: 'f2' } } });
    await scheduler.statusesUntil('f2', 'TASK_KILLED');
  });

  it('an agent that was lost comes back without its tasks', async () => {
    await launch('f3', 'sleep 60', {}, 1);
    await scheduler.statusesUntil('f3', 'TASK_RUNNING');
    const lost = cluster.agents[1]?.id ?? '';
    await cluster.faults.loseAgent(lost);
    expect(await scheduler.nextStatus('f3')).toMatchObject({ state: 'TASK_LOST' });
    expect(processesOf(lost)).toEqual([]);
    await cluster.faults.returnAgent(lost);
    await launch('f4', 'true', {}, 1);
    await scheduler.statusesUntil('f4', 'TASK_FINISHED');
  });
});

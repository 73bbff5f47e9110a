import { SchedulerClient, type SchedulerClientEvent } from '@spark-mesos/mesos-client';
import { mesos } from '@spark-mesos/mesos-proto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalCluster, LocalMesosError } from '../../src/index.ts';
import { JsonScheduler, PLAIN_FRAMEWORK, post, shellTask } from '../support/json-client.ts';
import { isAlive } from '../support/processes.ts';

let cluster: LocalCluster;

beforeEach(async () => {
  const agents = [
    { cpus: 2, memMiB: 1024 },
    { cpus: 2, memMiB: 1024 },
  ];
  cluster = await LocalCluster.start({ agents, allocationIntervalMs: 20, heartbeatIntervalMs: 100 });
});

afterEach(() => cluster.close());

describe('a framework', () => {
  it('whose stream drops finds its tasks again, and the update that it has not acknowledged', async () => {
    const first = await JsonScheduler.subscribe(cluster.master.url);
    const offer = await first.nextOffer();
    await first.launch(offer, [shellTask('long', offer, 'sleep 100')]);
    const isUpdate = (event: { type: string }) => event.type === 'UPDATE';
    const before = await first.next(isUpdate);
    cluster.faults.dropStreams(first.frameworkId);
    await cluster.waitFor((state) => state.frameworks[0]?.connected === false);
    const refused = await first.call({ type: 'REVIVE' });
    expect([refused.status, refused.text]).toEqual([403, 'Framework is not subscribed']);
    const second = await JsonScheduler.subscribe(cluster.master.url, PLAIN_FRAMEWORK, first.frameworkId);
    expect(await second.next(isUpdate)).toEqual(before);
    const stale = await first.call({ type: 'REVIVE' });
    expect(stale.status).toBe(400);
    expect(stale.text).toMatch(/^The stream ID '.*' included in this request didn't match/);
  });

  it('that drops without a failover timeout takes its processes with it', async () => {
    const scheduler = await JsonScheduler.subscribe(cluster.master.url, {
      ...PLAIN_FRAMEWORK,
      failover_timeout: 0,
    });
    const offer = await scheduler.nextOffer();
    await scheduler.launch(offer, [shellTask('long', offer, 'sleep 100')]);
    const [status] = await scheduler.statusesUntil('long', 'TASK_RUNNING');
    scheduler.disconnect();
    await cluster.waitFor((state) => state.completed_frameworks[0]);
    const pid = status.container_status.executor_pid;
    await expect.poll(() => isAlive(pid)).toBe(false);
    expect(cluster.state().slaves.map(({ used_resources }) => used_resources.cpus)).toEqual([0, 0]);
  });

  it('is ended by an operator', async () => {
    const scheduler = await JsonScheduler.subscribe(cluster.master.url);
    const teardown = (body: string) =>
      fetch(`${cluster.master.url}/master/teardown`, { method: 'POST', body });
    const unknown = await teardown('frameworkId=nope');
    expect([unknown.status, await unknown.text()]).toEqual([400, 'No framework found with specified ID']);
    const missing = await teardown('');
    expect(await missing.text()).toBe("Missing 'frameworkId' query parameter in the request body");
    expect((await teardown(`frameworkId=${scheduler.frameworkId}`)).status).toBe(200);
    await scheduler.ended();
    expect(scheduler.events.some((event) => event.type === 'ERROR')).toBe(false);
    expect(cluster.state().completed_frameworks).toHaveLength(1);
  });

  it('changes itself with UPDATE_FRAMEWORK', async () => {
    const scheduler = await JsonScheduler.subscribe(cluster.master.url);
    const update = (framework: object) => {
      const info = { ...PLAIN_FRAMEWORK, ...framework, id: { value: scheduler.frameworkId } };
      return scheduler.call({ type: 'UPDATE_FRAMEWORK', update_framework: { framework_info: info } });
    };
    expect((await update({ name: 'renamed' })).status).toBe(200);
    expect(cluster.state().frameworks[0]?.name).toBe('renamed');
    const { user } = PLAIN_FRAMEWORK;
    const refusals = [
      [
        { roles: ['/a'] },
        "Supplied FrameworkInfo is not valid: 'FrameworkInfo.roles' contains invalid role: ",
      ],
      [
        { failover_timeout: 1e10 },
        'Supplied FrameworkInfo is not valid: The framework failover_timeout (1e+10) is invalid',
      ],
      [
        { user: 'x' },
        `FrameworkInfo update is not valid: Updating 'FrameworkInfo.user' is unsupported; attempted to update from '${user}' to 'x'`,
      ],
      [
        { checkpoint: true },
        "FrameworkInfo update is not valid: Updating 'FrameworkInfo.checkpoint' is unsupported; attempted to update from '0' to '1'",
      ],
      [
        { principal: 'p' },
        "FrameworkInfo update is not valid: Changing framework's principal is not allowed.",
      ],
    ] as const;
    for (const [change, text] of refusals) {
      const refused = await update(change);
      expect([refused.status, refused.text.slice(0, text.length)]).toEqual([400, text]);
    }
  });

  it('hears heartbeats, until the stream stalls', async () => {
    const scheduler = await JsonScheduler.subscribe(cluster.master.url);
    const isHeartbeat = (event: { type: string }) => event.type === 'HEARTBEAT';
    await scheduler.next(isHeartbeat);
    await scheduler.next(isHeartbeat);
    cluster.faults.stallStreams();
    scheduler.events.splice(0);
    await expect(scheduler.next(isHeartbeat, 400)).rejects.toThrow('no such event');
    expect(cluster.state().frameworks[0]?.connected).toBe(true);
  });
});

describe('faults on demand', () => {
  it('lose an agent: RESCIND, the task lost, FAILURE, and no process left', async () => {
    const scheduler = await JsonScheduler.subscribe(cluster.master.url);
    const offer = await scheduler.nextOffer();
    await scheduler.launch(offer, [shellTask('lost', offer, 'sleep 100')]);
    const [status] = await scheduler.statusesUntil('lost', 'TASK_RUNNING');
    await cluster.waitFor((state) => state.frameworks[0]?.offers.length === 2);
    await cluster.faults.loseAgent(offer.agent_id.value);
    await scheduler.next((event) => event.type === 'RESCIND');
    expect(await scheduler.nextStatus('lost')).toMatchObject({
      state: 'TASK_LOST',
      reason: 'REASON_AGENT_DISCONNECTED',
    });
    await scheduler.next((event) => event.type === 'FAILURE');
    expect(isAlive(status.container_status.executor_pid)).toBe(false);
    expect(cluster.state().slaves).toHaveLength(1);
    await expect(cluster.faults.loseAgent('nope')).rejects.toMatchObject({ code: 'LOCAL_AGENT_UNKNOWN' });
  });

  it('rescind offers, whose acceptance then loses the tasks', async () => {
    const scheduler = await JsonScheduler.subscribe(cluster.master.url);
    const offer = await scheduler.nextOffer();
    cluster.faults.rescindOffers();
    await scheduler.next((event) => event.type === 'RESCIND');
    await scheduler.launch(offer, [shellTask('late', offer, 'true')]);
    expect(await scheduler.nextStatus('late')).toMatchObject({
      state: 'TASK_LOST',
      message: `Task launched with invalid offers: Offer ${offer.id.value} is no longer valid`,
    });
  });
});

describe('hostile input', () => {
  const headers = { 'content-type': 'application/x-protobuf', accept: 'application/x-protobuf' };

  it('is answered and forgotten: garbage, an endless number, an unknown type, a deep nest', async () => {
    const bodies = [
      Buffer.from('ffffffffffffffffffffffff', 'hex'),
      Buffer.from([0x10, 0x63]),
      Buffer.alloc(1000, 0x0a),
      Buffer.from([0x1a, 0xff, 0xff, 0xff, 0xff, 0x0f]),
    ];
    for (const body of bodies) expect((await post(cluster.master.url, body, headers)).status).toBe(400);
    const nest = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
    const json = { 'content-type': 'application/json' };
    expect((await post(cluster.master.url, nest, json)).status).toBe(400);
    expect((await fetch(`${cluster.master.url}/health`)).status).toBe(200);
  });

  it('of any bytes in either form is answered with 400', async () => {
    const bodies = fc.uint8Array({ maxLength: 200 });
    const types = fc.constantFrom('application/json', 'application/x-protobuf');
    await fc.assert(
      fc.asyncProperty(bodies, types, async (body, type) => {
        expect((await post(cluster.master.url, body, { 'content-type': type })).status).toBe(400);
      }),
      { numRuns: 60 },
    );
  });

  it('of type UNKNOWN, which ends a real master, is answered with 501', async () => {
    const scheduler = await JsonScheduler.subscribe(cluster.master.url);
    const answer = await scheduler.call({ type: 'UNKNOWN' });
    expect([answer.status, answer.text]).toEqual([501, 'NOT_SUPPORTED: this embedded Mesos does no UNKNOWN']);
  });
});

describe('starting', () => {
  it('on a port that is taken says so', async () => {
    const again = LocalCluster.start({ agents: 1, port: cluster.master.port });
    await expect(again).rejects.toMatchObject({ code: 'LOCAL_PORT_TAKEN' });
    await expect(again).rejects.toThrow(`port ${cluster.master.port} of 127.0.0.1 is taken`);
  });

  it('with agents that cannot be says so', async () => {
    await expect(LocalCluster.start({ agents: 0 })).rejects.toBeInstanceOf(LocalMesosError);
    const negative = LocalCluster.start({ agents: [{ cpus: -1, memMiB: 1 }] });
    await expect(negative).rejects.toMatchObject({ code: 'LOCAL_OPTIONS_INVALID' });
    const executorEnvironment = { A: '1', B: 2 } as never;
    await expect(LocalCluster.start({ agents: [{ executorEnvironment }] })).rejects.toMatchObject({
      code: 'LOCAL_OPTIONS_INVALID',
      message: expect.stringContaining('B'),
    });
    const unreadable = LocalCluster.start({ agents: [{ resources: 'cpus=4' }] });
    await expect(unreadable).rejects.toMatchObject({ code: 'LOCAL_RESOURCES_INVALID' });
  });

  it('shares the machine out between as many agents as asked for', async () => {
    const shared = await LocalCluster.start({ agents: 2 });
    try {
      expect(shared.agents).toHaveLength(2);
      const [one, two] = shared.state().slaves;
      expect(one?.resources.cpus).toBeGreaterThanOrEqual(2);
      expect([one?.resources.ports, two?.resources.ports]).toEqual(['[31000-31999]', '[32000-32999]']);
    } finally {
      await shared.close();
    }
  });

  it('and closing twice, or while somebody waits, is no error', async () => {
    const waiting = cluster.waitFor(() => false);
    const rejected = expect(waiting).rejects.toMatchObject({ code: 'LOCAL_CLOSED' });
    await Promise.all([cluster.close(), cluster.close()]);
    await rejected;
    const timedOut = cluster.waitFor(() => false, { timeoutMs: 10, what: 'nothing' });
    await expect(timedOut).rejects.toMatchObject({ code: 'LOCAL_WAIT_TIMED_OUT' });
  });
});

describe('the client of this project', () => {
  it('runs a task over protobuf and tears down', async () => {
    const client = new SchedulerClient({
      master: `127.0.0.1:${cluster.master.port}`,
      framework: {
        user: 'root',
        name: 'client',
        roles: ['spark'],
        capabilities: [{ type: mesos.v1.FrameworkInfo.Capability.Type.MULTI_ROLE }],
      },
    });
    const states: string[] = [];
    for await (const event of client.events()) {
      if (await handle(client, event, states)) break;
    }
    expect(states).toEqual(['TASK_STARTING', 'TASK_RUNNING', 'TASK_FINISHED']);
    await client.teardown();
    await client.close();
    expect(cluster.state().completed_frameworks[0]?.completed_tasks).toHaveLength(1);
  });
});

/** Launches one task on the first offer; true when it has ended. */
async function handle(
  client: SchedulerClient,
  event: SchedulerClientEvent,
  states: string[],
): Promise<boolean> {
  if (event.kind !== 'mesos') return false;
  const [offer] = event.event.offers?.offers ?? [];
  if (offer && states.length === 0) {
    const { Type } = mesos.v1.Value;
    await client.call({
      type: mesos.v1.scheduler.Call.Type.ACCEPT,
      accept: {
        offerIds: [offer.id],
        operations: [
          {
            type: mesos.v1.Offer.Operation.Type.LAUNCH,
            launch: {
              taskInfos: [
                {
                  name: 'hello',
                  taskId: { value: 'hello' },
                  agentId: offer.agentId,
                  resources: [
                    { name: 'cpus', type: Type.SCALAR, scalar: { value: 1 } },
                    { name: 'mem', type: Type.SCALAR, scalar: { value: 32 } },
                  ],
                  command: { value: 'echo hello' },
                },
              ],
            },
          },
        ],
      },
    });
  }
  const status = event.event.update?.status;
  if (!status) return false;
  states.push(mesos.v1.TaskState[status.state] ?? '');
  await client.acknowledge(status);
  return status.state === mesos.v1.TaskState.TASK_FINISHED;
}

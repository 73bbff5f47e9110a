import { OperatorClient, SchedulerClient } from '@spark-mesos/mesos-client';
import { LocalCluster } from '@spark-mesos/mesos-local';
import { mesos, toInt64 } from '@spark-mesos/mesos-proto';
import { coarseFrameworkInfo } from '@spark-mesos/scheduler-utils';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CoarseSettings, ExecutorPlacement } from '../../src/index.ts';
import { CoarseBackend, coarseSettings } from '../../src/index.ts';
import { SleepingApplication, settingsOf, until } from './sleepers.ts';

const PROPERTIES = {
  'spark.driver.host': '127.0.0.1',
  'spark.mesos.driver.failoverTimeout': '60',
  'spark.mesos.checkpoint': 'true',
};

describe('faults of an embedded Mesos', () => {
  let cluster: LocalCluster;
  let operator: OperatorClient;
  const backends: CoarseBackend[] = [];

  beforeEach(async () => {
    const agents = ['one', 'two'].map((hostname) => ({ cpus: 2, memMiB: 2048, hostname }));
    cluster = await LocalCluster.start({
      agents,
      allocationIntervalMs: 50,
      agentPingTimeoutMs: 50,
      maxAgentPingTimeouts: 2,
    });
    operator = new OperatorClient({ master: master() });
  });
  afterEach(async () => {
    await Promise.all(backends.splice(0).map((backend) => backend.stop({ graceMs: 0 })));
    await operator.close();
    await cluster.close();
  });

  const master = () => `${cluster.master.host}:${cluster.master.port}`;

  interface StartOptions {
    readonly properties?: Record<string, string>;
    readonly settings?: Partial<CoarseSettings>;
    readonly total?: number;
    readonly frameworkId?: string;
    readonly adopted?: readonly ExecutorPlacement[];
    readonly beforeAccept?: () => void;
  }

  function start({
    properties,
    settings: more,
    total = 1,
    frameworkId,
    adopted,
    beforeAccept,
  }: StartOptions = {}) {
    const application = new SleepingApplication();
    const settings = settingsOf({
      ...PROPERTIES,
      ...(frameworkId === undefined ? {} : { 'spark.mesos.driver.frameworkId': frameworkId }),
      ...properties,
    });
    const client = new SchedulerClient({
      master: master(),
      framework: coarseFrameworkInfo(settings, { user: 'root', name: 'sleepers' }),
    });
    const backend = new CoarseBackend({
      client: {
        events: () => client.events(),
        call: (call) => {
          if (call.type === mesos.v1.scheduler.Call.Type.ACCEPT) beforeAccept?.();
          return client.call(call);
        },
        acknowledge: (status) => client.acknowledge(status),
        teardown: () => client.teardown(),
        close: () => client.close(),
      },
      application,
      settings: { ...coarseSettings(settings), ...more },
      frameworkId,
    });
    backends.push(backend);
    backend.setExecutorTotals(new Map([[0, { cores: 2, memoryMiB: 512, total }]]));
    if (adopted !== undefined) backend.adopt(adopted);
    backend.start();
    return { application, backend };
  }

  async function running(options: StartOptions = {}) {
    const started = start(options);
    const { application } = started;
    await until(() =>
      expect(application.states.filter((state) => state.endsWith('RUNNING'))).toHaveLength(
        options.total ?? 1,
      ),
    );
    return { ...started, agentId: application.placements[0]?.agentId ?? '' };
  }

  /** The tasks that run, as the master shows them. */
  function runningTasks(frameworkId: string): string[] {
    const framework = cluster.state().frameworks.find(({ id }) => id === frameworkId);
    return (framework?.tasks ?? []).filter(({ state }) => state === 'TASK_RUNNING').map(({ id }) => id);
  }

  test('U133: an agent that is cut off and comes back keeps its executor', async () => {
    const { application, backend, agentId } = await running();
    await cluster.faults.stopAgent(agentId);
    await until(() => expect(backend.snapshot().executors[0]?.status).toBe('unreachable'));
    await cluster.faults.returnAgent(agentId);
    await until(() => expect(backend.snapshot().executors[0]?.status).toBe('running'));
    expect(application.states).toEqual(['0 LAUNCHING', '0 RUNNING']);
  });

  test('U133: one that comes back after its executor was replaced must kill it', async () => {
    const { application, backend, agentId } = await running({ settings: { unreachableTimeoutMs: 100 } });
    await cluster.faults.stopAgent(agentId);
    await until(() => expect(application.states).toContain('1 RUNNING'));
    expect(application.states).toContain('0 LOST');
    await cluster.faults.returnAgent(agentId);
    const [executor] = backend.snapshot().executors;
    await until(() => expect(runningTasks(application.frameworkId)).toEqual([executor?.taskId]));
  });

  test('C44: an agent that is lost for good has its executor replaced elsewhere', async () => {
    const { application, backend, agentId } = await running();
    await operator.markAgentGone(agentId);
    await until(() => expect(application.states).toContain('1 RUNNING'));
    expect(application.details.find(({ agentLost }) => agentLost)).toBeDefined();
    expect(backend.excludedAgents()).toEqual([]);
  });

  test('C80: with checkpoints executors outlive a restart of their agent process', async () => {
    const { application, backend, agentId } = await running();
    await cluster.faults.restartAgent(agentId);
    expect(runningTasks(application.frameworkId)).toHaveLength(1);
    expect(backend.snapshot().executors.map(({ executorId }) => executorId)).toEqual([0]);
  });

  test('C80: without checkpoints they are replaced, and the agent is not blamed', async () => {
    const { application, backend, agentId } = await running({
      properties: { 'spark.mesos.checkpoint': 'false' },
    });
    await cluster.faults.restartAgent(agentId);
    await until(() => expect(application.states).toContain('1 RUNNING'));
    expect(backend.excludedAgents()).toEqual([]);
  });

  test('C44: a master that is started again changes nothing for the executors', async () => {
    const { application, backend } = await running({ total: 2 });
    await cluster.faults.restartMaster();
    await until(() => expect(backend.snapshot().connection).toBe('subscribed'));
    backend.killExecutors([0]);
    await until(() => expect(application.states).toContain('2 RUNNING'));
    expect(application.states.filter((state) => /LOST|FAILED/.test(state))).toEqual([]);
  });

  test('C41: updates that come twice are told once', async () => {
    const { application, backend } = start();
    cluster.faults.duplicateUpdates(20);
    await until(() => expect(application.states).toEqual(['0 LAUNCHING', '0 RUNNING']));
    backend.killExecutors([0]);
    await until(() => expect(application.states).toContain('1 RUNNING'));
    expect(application.states.filter((state) => state.startsWith('0'))).toEqual([
      '0 LAUNCHING',
      '0 RUNNING',
      '0 KILLED',
    ]);
  });

  test('C45: an offer that is taken back before it is accepted costs a moment', async () => {
    let times = 0;
    const beforeAccept = () => {
      times += 1;
      if (times <= 3) cluster.faults.rescindOffers();
    };
    const { application, backend } = start({ beforeAccept });
    await until(() => expect(application.states.at(-1)).toBe('3 RUNNING'));
    expect(application.states.filter((state) => state.endsWith('LOST'))).toHaveLength(3);
    expect(application.details[0]?.message).toContain('REASON_INVALID_OFFERS');
    expect(backend.excludedAgents()).toEqual([]);
  });

  test('C32: executors of an agent that an operator drains are told and replaced elsewhere', async () => {
    const { application, backend, agentId } = await running();
    await operator.drainAgent(agentId);
    await until(() => expect(application.states).toContain('1 RUNNING'));
    expect(application.drained).toEqual([0]);
    expect(application.states).toContain('0 KILLED');
    expect(application.placements[1]?.agentId).not.toBe(agentId);
    expect(backend.excludedAgents()).toEqual([]);
  });

  test('C32: executors leave an agent before its maintenance', async () => {
    const { application, agentId } = await running({ settings: { shutdownTimeoutMs: 100 } });
    const agent = cluster.agents.find(({ id }) => id === agentId);
    const start = toInt64(BigInt(Date.now() + 5500) * 1_000_000n);
    await operator.updateMaintenanceSchedule({
      windows: [
        {
          machineIds: [{ hostname: agent?.hostname ?? '', ip: '127.0.0.1' }],
          unavailability: { start: { nanoseconds: start } },
        },
      ],
    });
    await until(() => expect(application.drained).toEqual([0]));
    await until(() => expect(application.states).toContain('1 RUNNING'));
    expect(application.states).toContain('0 KILLED');
    expect(application.placements[1]?.agentId).not.toBe(agentId);
  });

  test('C58: the next backend of a framework takes its executors over, and kills those that it does not know', async () => {
    const { application, backend } = await running({ total: 2 });
    const [known, unknown] = backend.snapshot().executors;
    await backend.detach();
    expect(runningTasks(application.frameworkId)).toHaveLength(2);
    const { frameworkId } = application;
    const adopted: ExecutorPlacement[] = JSON.parse(JSON.stringify([known]));
    const next = start({ frameworkId, adopted, total: 1 });
    await until(() => expect(next.application.states).toContain(`${known?.executorId} RUNNING`));
    await until(() => expect(runningTasks(frameworkId)).toEqual([known?.taskId]));
    expect(next.application.frameworkId).toBe(frameworkId);
    expect(next.application.placements).toEqual([]);
    expect(unknown).toBeDefined();
    await next.backend.stop({ graceMs: 0 });
    expect(cluster.state().frameworks.map(({ id }) => id)).not.toContain(frameworkId);
  });
});

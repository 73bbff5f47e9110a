import { SchedulerClient } from '@spark-mesos/mesos-client';
import { LocalCluster } from '@spark-mesos/mesos-local';
import { coarseFrameworkInfo } from '@spark-mesos/scheduler-utils';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CoarseBackend, coarseSettings } from '../../src/index.ts';
import { SleepingApplication, settingsOf, until } from './sleepers.ts';

describe('on an embedded Mesos', () => {
  let cluster: LocalCluster;
  const backends: CoarseBackend[] = [];

  beforeAll(async () => {
    const agent = { cpus: 2, memMiB: 2048, attributes: { rack: 'r1' } };
    cluster = await LocalCluster.start({
      agents: [agent, { ...agent, attributes: { rack: 'r2' } }],
      allocationIntervalMs: 50,
    });
  });
  afterEach(async () => {
    await Promise.all(backends.splice(0).map((backend) => backend.stop({ graceMs: 0 })));
  });
  afterAll(() => cluster.close());

  function start(properties: Record<string, string>, application = new SleepingApplication()) {
    const settings = settingsOf({ 'spark.driver.host': '127.0.0.1', ...properties });
    const client = new SchedulerClient({
      master: `${cluster.master.host}:${cluster.master.port}`,
      framework: coarseFrameworkInfo(settings, { user: 'root', name: 'sleepers' }),
    });
    const backend = new CoarseBackend({ client, application, settings: coarseSettings(settings) });
    backends.push(backend);
    backend.start();
    return { application, backend };
  }

  function tasksOf({ frameworkId }: SleepingApplication) {
    const { frameworks, completed_frameworks: completed } = cluster.state();
    return [...frameworks, ...completed].find(({ id }) => id === frameworkId)?.tasks ?? [];
  }

  test('executors run where there is room, with role, labels and overhead, and grow and shrink', async () => {
    const { application, backend } = start({
      'spark.mesos.role': 'dev',
      'spark.mesos.task.labels': 'team:a',
    });
    backend.setExecutorTotals(new Map([[0, { cores: 1, memoryMiB: 512, total: 1 }]]));
    await until(() => expect(application.states).toContain('0 RUNNING'));
    expect(tasksOf(application)).toEqual([
      expect.objectContaining({
        name: 'worker 0',
        state: 'TASK_RUNNING',
        role: 'dev',
        resources: expect.objectContaining({ cpus: 1, mem: 896 }),
        labels: [{ key: 'team', value: 'a' }],
      }),
    ]);
    backend.setExecutorTotals(new Map([[0, { cores: 1, memoryMiB: 512, total: 3 }]]));
    await until(() =>
      expect(application.states.filter((state) => state.endsWith('RUNNING'))).toHaveLength(3),
    );
    backend.setExecutorTotals(new Map([[0, { cores: 1, memoryMiB: 512, total: 2 }]]));
    expect(backend.killExecutors([1])).toBe(true);
    await until(() => expect(application.states).toContain('1 KILLED'));
    expect(application.placements).toHaveLength(3);
    expect(backend.snapshot()).toMatchObject({ cores: 2, offers: 'suppressed' });
  });

  test('constraints place executors only where they hold', async () => {
    const { application, backend } = start({ 'spark.mesos.constraints': 'rack:r2' });
    backend.setExecutorTotals(new Map([[0, { cores: 1, memoryMiB: 512, total: 3 }]]));
    await until(() =>
      expect(application.states.filter((state) => state.endsWith('RUNNING'))).toHaveLength(2),
    );
    expect(new Set(application.placements.map(({ agentId }) => agentId))).toEqual(
      new Set([cluster.agents[1]?.id]),
    );
  });

  test('an executor that cannot start is tried a few times, and the end is told with the reason', async () => {
    const application = new SleepingApplication();
    application.program = '/no/such/program';
    const { backend } = start({ 'spark.mesos.executor.maxStartFailures': '2' }, application);
    backend.setExecutorTotals(new Map([[0, { cores: 1, memoryMiB: 512, total: 1 }]]));
    await until(() => expect(application.failures).toHaveLength(1));
    expect(application.placements).toHaveLength(2);
    expect(application.failures[0]?.message).toContain('Command exited with status');
  });

  test('a dropped stream changes nothing for the executors', async () => {
    const { application, backend } = start({ 'spark.mesos.driver.failoverTimeout': '60' });
    backend.setExecutorTotals(new Map([[0, { cores: 1, memoryMiB: 512, total: 2 }]]));
    await until(() =>
      expect(application.states.filter((state) => state.endsWith('RUNNING'))).toHaveLength(2),
    );
    cluster.faults.dropStreams(application.frameworkId);
    await until(() => expect(backend.snapshot().connection).toBe('lost'));
    await until(() => expect(backend.snapshot().connection).toBe('subscribed'));
    backend.setExecutorTotals(new Map([[0, { cores: 1, memoryMiB: 512, total: 3 }]]));
    await until(() =>
      expect(application.states.filter((state) => state.endsWith('RUNNING'))).toHaveLength(3),
    );
    expect(application.states.filter((state) => /LOST|FAILED|KILLED/.test(state))).toEqual([]);
  });

  test('without a failover timeout a dropped stream fails the application', async () => {
    const { application, backend } = start({});
    backend.setExecutorTotals(new Map([[0, { cores: 1, memoryMiB: 512, total: 1 }]]));
    await until(() => expect(application.states).toContain('0 RUNNING'));
    cluster.faults.dropStreams(application.frameworkId);
    await until(() => expect(application.failures).toHaveLength(1));
    expect(application.failures[0]).toMatchObject({ code: 'COARSE_SUBSCRIPTION_LOST' });
  });

  test('the end leaves no task behind', async () => {
    const { application, backend } = start({ 'spark.cores.max': '3' });
    backend.setExecutorTotals(new Map([[0, { memoryMiB: 512 }]]));
    await until(() =>
      expect(application.states.filter((state) => state.endsWith('RUNNING'))).toHaveLength(2),
    );
    expect(backend.snapshot().cores).toBe(3);
    await backend.stop({ graceMs: 0 });
    expect(application.states.filter((state) => state.endsWith('KILLED'))).toHaveLength(2);
    await until(() => {
      expect(cluster.state().frameworks.map(({ id }) => id)).not.toContain(application.frameworkId);
    });
  });
});

describe('on an embedded Mesos with little memory', () => {
  test('a wish that no agent can meet is explained within 15 s', { timeout: 30_000 }, async () => {
    const cluster = await LocalCluster.start({
      agents: [{ cpus: 2, memMiB: 1024 }],
      allocationIntervalMs: 50,
    });
    const application = new SleepingApplication();
    const settings = settingsOf({ 'spark.driver.host': '127.0.0.1' });
    const client = new SchedulerClient({
      master: cluster.master.url.replace('http://', ''),
      framework: coarseFrameworkInfo(settings, { user: 'root', name: 'too big' }),
    });
    const backend = new CoarseBackend({ client, application, settings: coarseSettings(settings) });
    backend.start();
    backend.setExecutorTotals(new Map([[0, { cores: 1, memoryMiB: 4096, total: 1 }]]));
    await until(() => expect(application.reports).toHaveLength(1));
    expect(application.reports[0]?.sentence).toContain('no offer has 4505 MiB of memory');
    expect(application.reports[0]?.sentence).toContain('the largest is 1 GiB on agent');
    await backend.stop();
    await cluster.close();
  });
});

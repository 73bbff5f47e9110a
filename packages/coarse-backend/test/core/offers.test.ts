import { parseConstraints } from '@spark-mesos/scheduler-utils';
import { describe, expect, test } from 'vitest';
import { CoarseError, DEFAULT_COARSE_SETTINGS } from '../../src/index.ts';
import { Harness, plainLaunch, SMALL, scalarOf } from './harness.ts';

const roomy = { cpus: 4, memMiB: 8192 };

describe('offers', () => {
  test('C20: after stop all is declined without a filter', () => {
    const harness = new Harness()
      .subscribed()
      .wants({ ...SMALL, total: 1 })
      .offers({ id: 'o1', ...roomy });
    harness
      .forget()
      .handle({ kind: 'stop' })
      .offers({ id: 'o2', ...roomy });
    expect(harness.declines()).toEqual(['o2 NOTHING_WANTED default']);
    expect(harness.of('accept')).toEqual([]);
  });

  test('C20: at the limit of executors all is declined without a look at constraints, and offers are suppressed', () => {
    const harness = new Harness({ constraints: parseConstraints('rack:r1') }).subscribed();
    expect(harness.kinds()).toEqual(['registered', 'suppress']);
    harness.offers({ id: 'o1', ...roomy }, { id: 'o2', ...roomy, attributes: { rack: 'r1' } });
    expect(harness.declines()).toEqual(['o1+o2 NOTHING_WANTED default']);
  });

  test('C20, C30: offers that do not meet the constraints are declined for their own time', () => {
    const harness = new Harness({ constraints: parseConstraints('rack:r1') }).subscribed().wants();
    harness.offers(
      { id: 'o1', ...roomy, attributes: { rack: 'r2' } },
      { id: 'o2', ...roomy, attributes: { rack: 'r1' } },
    );
    expect(harness.declines()).toEqual(['o1 CONSTRAINTS_UNMET 120']);
    expect(harness.launches()).toEqual(['o2: 1', 'o2: 1', 'o2: 1', 'o2: 1']);
  });

  test('C21: executors go round the offers, one each in a pass', () => {
    const harness = new Harness().subscribed().wants({ ...SMALL, total: 5 });
    harness.offers({ id: 'o1', ...roomy }, { id: 'o2', ...roomy }, { id: 'o3', cpus: 1, memMiB: 8192 });
    expect(harness.executors().map((executor) => executor.agentId)).toEqual([
      'agent-of-o1',
      'agent-of-o2',
      'agent-of-o3',
      'agent-of-o1',
      'agent-of-o2',
    ]);
  });

  test('C7: without executor cores an executor takes all whole cores of an offer', () => {
    const harness = new Harness().subscribed().wants({ memoryMiB: 1024 });
    harness.offers({ id: 'o1', cpus: 3.9, memMiB: 8192 }, { id: 'o2', cpus: 0.9, memMiB: 8192 });
    expect(harness.launches()).toEqual(['o1: 3']);
    expect(harness.declines()).toEqual(['o2 DOES_NOT_FIT default']);
  });

  test('C7: and no more than what is left of spark.cores.max', () => {
    const harness = new Harness({ coresMax: 6 }).subscribed().wants({ memoryMiB: 1024 });
    harness.offers({ id: 'o1', ...roomy }, { id: 'o2', ...roomy });
    expect(harness.launches()).toEqual(['o1: 4', 'o2: 2']);
  });

  test('C6: spark.cores.max is rounded down to whole executors', () => {
    const harness = new Harness({ coresMax: 4 }).subscribed().wants({ cores: 3, memoryMiB: 1024 });
    harness.offers({ id: 'o1', cpus: 8, memMiB: 8192 }, { id: 'o2', cpus: 8, memMiB: 8192 });
    expect(harness.launches()).toEqual(['o1: 3']);
    expect(harness.declines()).toEqual(['o2 MAX_CORES_REACHED 120']);
  });

  test('C31: what is reached in the same round already counts for the declines of that round', () => {
    const harness = new Harness({ coresMax: 3 }).subscribed().wants({ memoryMiB: 1024 });
    harness.offers({ id: 'o1', ...roomy }, { id: 'o2', ...roomy });
    expect(harness.launches()).toEqual(['o1: 3']);
    expect(harness.declines()).toEqual(['o2 MAX_CORES_REACHED 120']);
  });

  test('C30: once spark.cores.max is reached constraints still decide for how long an offer is declined', () => {
    const declineSeconds = {
      ...DEFAULT_COARSE_SETTINGS.declineSeconds,
      CONSTRAINTS_UNMET: 7,
      MAX_CORES_REACHED: 8,
    };
    const harness = new Harness({ coresMax: 1, constraints: parseConstraints('rack:r1'), declineSeconds });
    harness
      .subscribed()
      .wants()
      .offers({ id: 'o1', ...roomy, attributes: { rack: 'r1' } })
      .forget();
    harness.offers({ id: 'o2', ...roomy }, { id: 'o3', ...roomy, attributes: { rack: 'r1' } });
    expect(harness.declines()).toEqual(['o2 CONSTRAINTS_UNMET 7', 'o3 MAX_CORES_REACHED 8']);
  });

  test('C22, U70: the task holds heap and overhead, and an offer below that is declined', () => {
    const harness = new Harness().subscribed().wants();
    harness.offers({ id: 'o1', cpus: 4, memMiB: 1407 }, { id: 'o2', cpus: 4, memMiB: 1408 });
    const [accept] = harness.of('accept');
    expect(accept?.tasks.map((task) => scalarOf(task, 'mem'))).toEqual([1408]);
    expect(harness.declines()).toEqual(['o1 DOES_NOT_FIT default']);
  });

  test('C22, C28: the limit of executors holds within one round of offers', () => {
    const harness = new Harness().subscribed().wants({ ...SMALL, total: 2 });
    harness.offers({ id: 'o1', ...roomy }, { id: 'o2', ...roomy }, { id: 'o3', ...roomy });
    expect(harness.launches()).toEqual(['o1: 1', 'o2: 1']);
    expect(harness.declines()).toEqual(['o3 NOTHING_WANTED default']);
    expect(harness.kinds()).toContain('suppress');
  });

  test('C23: resources stand in the order cpus, mem, ports, gpus', () => {
    const harness = new Harness({ ports: [31005], gpusMax: 2 }).subscribed().wants();
    harness.offers({ id: 'o1', ...roomy, ports: [31000, 31010], gpus: 1 });
    const [accept] = harness.of('accept');
    expect(accept?.tasks.map((task) => task.resources?.map(({ name }) => name))).toEqual([
      ['cpus', 'mem', 'ports', 'gpus'],
    ]);
  });

  test('C23, U43: with a fixed port an offer takes one executor, and one without the port is refused', () => {
    const harness = new Harness({ ports: [31005] }).subscribed().wants();
    harness.offers({ id: 'o1', ...roomy, ports: [31000, 31010] }, { id: 'o2', ...roomy, ports: [1, 2] });
    expect(harness.launches()).toEqual(['o1: 1']);
    expect(harness.scheduler.snapshot(harness.nowMs).agents[1]?.refusal).toMatchObject({
      reason: 'PORTS_MISSING',
    });
  });

  test('C24: the first executors take GPUs up to the maximum, and none is fine', () => {
    const harness = new Harness({ gpusMax: 3 }).subscribed().wants();
    harness.offers(
      { id: 'o1', cpus: 1, memMiB: 2048, gpus: 2 },
      { id: 'o2', cpus: 1, memMiB: 2048, gpus: 2 },
      { id: 'o3', cpus: 1, memMiB: 2048 },
    );
    expect(harness.executors().map((executor) => executor.gpus)).toEqual([2, 1, 0]);
  });

  test('C24: with an exact number of GPUs an offer with fewer is refused, and the maximum ends it', () => {
    const harness = new Harness({ gpusMax: 3, executorGpus: 2 }).subscribed().wants();
    harness.offers({ id: 'o1', ...roomy, gpus: 1 }, { id: 'o2', ...roomy, gpus: 4 });
    expect(harness.executors().map((executor) => executor.gpus)).toEqual([2]);
    expect(harness.kinds()).toContain('suppress');
  });

  test('C25: all tasks of an offer are launched in one ACCEPT', () => {
    const harness = new Harness()
      .subscribed()
      .wants()
      .offers({ id: 'o1', ...roomy });
    expect(harness.of('accept').map(({ tasks }) => tasks.length)).toEqual([4]);
  });

  test('C32: offers of one agent are taken together when an executor fits only in their sum', () => {
    const harness = new Harness().subscribed().wants({ cores: 3, memoryMiB: 1024, total: 1 });
    harness.offers(
      { id: 'o1', agentId: 'a', cpus: 2, memMiB: 1000 },
      { id: 'o2', agentId: 'a', cpus: 2, memMiB: 1000 },
    );
    expect(harness.launches()).toEqual(['o1+o2: 3']);
    expect(harness.of('decline')).toEqual([]);
  });

  test('C32: what was placed on one of them stays in the common ACCEPT', () => {
    const harness = new Harness().subscribed().wants({ cores: 2, memoryMiB: 1024 });
    harness.offers(
      { id: 'o1', agentId: 'a', cpus: 3, memMiB: 3000 },
      { id: 'o2', agentId: 'a', cpus: 1, memMiB: 3000 },
    );
    expect(harness.launches()).toEqual(['o1+o2: 2', 'o1+o2: 2']);
  });

  test('C32: offers of different roles or agents never share an ACCEPT', () => {
    const half = { cpus: 1, memMiB: 8192 };
    const harness = new Harness().subscribed().wants({ cores: 2, memoryMiB: 1024 });
    harness.offers(
      { id: 'o1', agentId: 'a', role: 'dev', ...half },
      { id: 'o2', agentId: 'a', role: 'prod', ...half },
      { id: 'o3', agentId: 'b', role: 'dev', ...half },
    );
    expect(harness.of('accept')).toEqual([]);
  });

  test('U123: an agent that stays too small is declined for longer each time, up to the common duration', () => {
    const harness = new Harness().subscribed().wants();
    for (let round = 0; round < 6; round += 1) {
      harness.nowMs += 1000;
      harness.offers({ id: `o${round}`, agentId: 'a', cpus: 4, memMiB: 100 });
    }
    expect(harness.of('decline').map(({ refuseSeconds }) => refuseSeconds)).toEqual([
      undefined,
      10,
      20,
      40,
      80,
      120,
    ]);
    harness
      .forget()
      .wants({ ...SMALL, memoryMiB: 2048 })
      .offers({ id: 'o9', agentId: 'a', cpus: 4, memMiB: 100 });
    expect(harness.declines()).toEqual(['o9 DOES_NOT_FIT default']);
  });

  test('C5: task ids carry a prefix and the executor id, which is never used twice', () => {
    const harness = new Harness()
      .subscribed()
      .wants({ ...SMALL, total: 1 })
      .offers({ id: 'o1', ...roomy });
    harness
      .update('p-0', 'TASK_RUNNING')
      .advance(60_000)
      .update('p-0', 'TASK_FAILED')
      .offers({ id: 'o2', ...roomy });
    expect(harness.executors().map((executor) => executor.taskId)).toEqual(['p-0', 'p-1']);
  });

  test('C16: extra cores are announced, not taken', () => {
    const harness = new Harness({ extraCores: 2 })
      .subscribed()
      .wants({ ...SMALL, total: 1 })
      .offers({ id: 'o1', ...roomy });
    expect(harness.executors()[0]).toMatchObject({ cores: 1, advertisedCores: 3 });
    expect(harness.launches()).toEqual(['o1: 1']);
  });

  test('C29: executors of several profiles differ in size, and each has its own limit', () => {
    const harness = new Harness().subscribed().totals(
      new Map([
        [1, { cores: 2, memoryMiB: 2048, total: 1 }],
        [0, { cores: 1, memoryMiB: 1024, total: 2 }],
      ]),
    );
    harness.offers({ id: 'o1', cpus: 8, memMiB: 16_384 });
    expect(harness.executors().map((executor) => [executor.profileId, executor.cores])).toEqual([
      [0, 1],
      [0, 1],
      [1, 2],
    ]);
  });

  test('an application that cannot say how to launch fails with its own words, and its offers go back', () => {
    const harness = new Harness({}, () => {
      throw new Error('no Spark');
    });
    harness
      .subscribed()
      .wants()
      .offers({ id: 'o1', ...roomy });
    const [accept] = harness.of('accept');
    const words = 'Executor 0 cannot be launched: no Spark';
    const error = new CoarseError('COARSE_LAUNCH_REFUSED', words);
    expect(() => accept?.tasks).toThrow(error);
    harness.forget();
    const { offerIds = [], taskIds = [] } = accept ?? {};
    harness.handle({ kind: 'launchRefused', offerIds, taskIds, error });
    expect(harness.of('failed')[0]?.error).toBe(error);
    expect(harness.of('executorState').map(({ state, detail }) => [state, detail.message])).toContainEqual([
      'FAILED',
      words,
    ]);
    expect(harness.declines()).toEqual(['o1 NOTHING_WANTED default']);
    expect(harness.scheduler.snapshot(0).executors).toEqual([]);
  });

  test('U97: how a task is killed and when it is healthy is what the application says', () => {
    const killPolicy = { gracePeriod: { nanoseconds: 1e9 } };
    const healthCheck = { gracePeriodSeconds: 5 };
    const launch = (executor: { readonly executorId: number }) => ({
      ...plainLaunch(executor),
      killPolicy,
      healthCheck,
    });
    const harness = new Harness({}, launch).subscribed().wants({ ...SMALL, total: 1 });
    harness.offers({ id: 'o1', ...roomy });
    expect(harness.of('accept')[0]?.tasks[0]).toMatchObject({ killPolicy, healthCheck });
  });

  test('the name, the command, labels and the container of a task are those of the application', () => {
    const labels = { labels: [{ key: 'team', value: 'a' }] };
    const harness = new Harness({ taskLabels: labels }, plainLaunch)
      .subscribed()
      .wants({ ...SMALL, total: 1 });
    harness.offers({ id: 'o1', ...roomy });
    expect(harness.of('accept')[0]?.tasks[0]).toMatchObject({
      name: 'app 0',
      taskId: { value: 'p-0' },
      agentId: { value: 'agent-of-o1' },
      command: { value: '/bin/true' },
      container: { type: 2 },
      labels,
    });
  });
});

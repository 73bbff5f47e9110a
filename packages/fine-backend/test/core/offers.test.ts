import { mesos } from '@spark-mesos/mesos-proto';
import { parseConstraints } from '@spark-mesos/scheduler-utils';
import { makeOffer } from '@spark-mesos/scheduler-utils/testing';
import { describe, expect, test } from 'vitest';
import { Harness, heldOf, withExecutor } from './harness.ts';

const SMALL = { executorMemoryMiB: 100 };

describe('an executor', () => {
  test('F1, F12: holds its own cores and its memory for as long as it lives, tasks or none', () => {
    const harness = new Harness({ executorCores: 0.1 }).subscribed().cores(4);
    const [executor] = harness.launched();
    expect(executor).toMatchObject({
      name: 'executor 0',
      taskId: { value: 'p-e-0' },
      labels: { labels: [] },
    });
    expect(heldOf(executor?.resources)).toEqual({ 'cpus(*)': 0.1, 'mem(*)': 1408 });
    harness.running('p-e-0').advance(10_000);
    expect(harness.scheduler.snapshot(harness.nowMs).cores).toBe(0.1);
  });

  test('F20, F26: is placed where there is memory for it and a core for a task beside its own', () => {
    const harness = new Harness({ ...SMALL, taskCpus: 2 }).subscribed();
    harness.offers(
      { id: 'o1', cpus: 4, memMiB: 484 },
      { id: 'o2', cpus: 4, memMiB: 483 },
      { id: 'o3', cpus: 4, memMiB: 484 },
      { id: 'o4', cpus: 2, memMiB: 9999 },
    );
    expect(harness.of('executorState')).toEqual([]);
    expect(harness.of('accept').map(({ offerIds }) => offerIds)).toEqual([['o1'], ['o3']]);
    expect(harness.of('accept').map(({ executor }) => executor?.taskCores)).toEqual([3, 3]);
    expect(harness.declines()).toEqual(['o2+o4 DOES_NOT_FIT default']);
  });

  test('F20: is not placed where the constraints are not met, and the offer is declined for long', () => {
    const harness = new Harness({ constraints: parseConstraints('rack:r1') }).subscribed();
    harness.offers({ id: 'o1', cpus: 4, memMiB: 4096, attributes: { rack: 'r2' } });
    expect(harness.declines()).toEqual(['o1 CONSTRAINTS_UNMET 120']);
    harness.offers({ id: 'o2', cpus: 4, memMiB: 4096, attributes: { rack: 'r1' } });
    expect(harness.launchedIds()).toEqual(['p-e-0']);
  });

  test('F1, F25: is there once for each agent, and told of once', () => {
    const harness = new Harness().subscribed().cores(4).cores(4).cores(4, 'b').running('p-e-0', 'p-e-1');
    expect(harness.of('accept').map(({ executor }) => executor?.agentId)).toEqual(['a', 'b']);
    harness.holdOn(0, '1').cores(3);
    expect(harness.of('accept').at(-1)?.executor).toBeUndefined();
    expect(harness.states()).toEqual(['0 RUNNING', '1 RUNNING']);
  });

  test('F27: takes of several roles what each has, and leaves the rest to its slots', () => {
    const offer = makeOffer({ id: 'o', agentId: 'a', cpus: 1, memMiB: 500, role: 'prod' });
    const dev = makeOffer({ id: 'o', agentId: 'a', cpus: 2, memMiB: 600, role: 'dev' });
    const both = { ...offer, resources: [...(offer.resources ?? []), ...(dev.resources ?? [])] };
    const harness = new Harness(SMALL).subscribed().handle({ kind: 'offers', offers: [both] });
    expect(heldOf(harness.launched()[0]?.resources)).toEqual({ 'cpus(prod)': 1, 'mem(prod)': 484 });
    harness
      .hold('1')
      .forget()
      .handle({ kind: 'offers', offers: [dev] });
    expect(heldOf(harness.launched()[0]?.resources)).toEqual({ 'cpus(dev)': 1 });
  });

  test('F27, U32: reservations reach executors and slots as they were offered', () => {
    const reservation = {
      type: mesos.v1.Resource.ReservationInfo.Type.DYNAMIC,
      role: 'prod',
      principal: 'ops',
      labels: { labels: [{ key: 'for', value: 'spark' }] },
    };
    const reserved = makeOffer({ id: 'o', agentId: 'a', cpus: 2, memMiB: 2000, role: 'prod' });
    const free = makeOffer({ id: 'o', agentId: 'a', cpus: 2, memMiB: 2000, role: 'prod' });
    const resources = [
      ...(free.resources ?? []),
      ...(reserved.resources ?? []).map((resource) => ({ ...resource, reservations: [reservation] })),
    ];
    const both = { ...reserved, resources };
    const harness = new Harness({ reservedFirst: true }).subscribed();
    harness
      .handle({ kind: 'offers', offers: [both] })
      .running('p-e-0')
      .hold('1', '2', '3');
    harness.handle({ kind: 'offers', offers: [{ ...both, resources: resources.slice(0, 3) }] });
    const cpus = harness
      .launched()
      .map((task) => task.resources?.filter(({ name }) => name === 'cpus').map((one) => one.reservations));
    expect(cpus).toEqual([[[reservation]], [[reservation]], [[reservation]], [undefined]]);
  });

  test('F14: has the container that its application says, and its slots have none of it', () => {
    const container = { type: mesos.v1.ContainerInfo.Type.DOCKER, docker: { image: 'spark:4' } };
    const launch = () => ({ name: 'executor', command: { shell: false, value: '/bin/true' }, container });
    const launched = (carrier: 'command' | 'executor') =>
      new Harness({ carrier }, launch).subscribed().cores(4).running('p-e-0').hold('1').cores(3).launched();
    const plain = { type: mesos.v1.ContainerInfo.Type.MESOS };
    expect(launched('command').map((task) => task.container)).toEqual([container, plain]);
    // Slots of a Mesos executor are where that is.
    expect(launched('executor').map((task) => [task.container, task.executor?.container])).toEqual([
      [undefined, container],
      [undefined, container],
    ]);
  });

  test('F63: gets GPUs, disk and fixed ports like one of coarse mode', () => {
    const harness = new Harness({ gpusMax: 3, executorGpus: 2, diskMiB: 10, ports: [31_000] }).subscribed();
    harness.offers(
      { id: 'o1', cpus: 4, memMiB: 4096, gpus: 1, diskMiB: 100, ports: [31_000, 31_010] },
      { id: 'o2', cpus: 4, memMiB: 4096, gpus: 4, diskMiB: 100, ports: [31_001, 31_010] },
      { id: 'o3', cpus: 4, memMiB: 4096, gpus: 4, diskMiB: 100, ports: [31_000, 31_010] },
      { id: 'o4', cpus: 4, memMiB: 4096, gpus: 4, diskMiB: 100, ports: [31_000, 31_010] },
    );
    expect(harness.of('accept').map(({ offerIds }) => offerIds)).toEqual([['o3']]);
    expect(heldOf(harness.launched()[0]?.resources)).toMatchObject({ 'gpus(*)': 2, 'disk(*)': 10 });
    expect(harness.launched()[0]?.resources?.find(({ name }) => name === 'ports')?.ranges).toEqual({
      range: [{ begin: 31_000, end: 31_000 }],
    });
  });

  test('F1: as a Mesos executor is launched by a small task, and its slots are tasks of it', () => {
    const harness = new Harness({ carrier: 'executor', leaseMs: 250 }).subscribed().cores(4);
    const [anchor] = harness.launched();
    expect(anchor?.command).toBeUndefined();
    expect(heldOf(anchor?.resources)).toEqual({ 'mem(*)': 64 });
    expect(anchor?.executor).toMatchObject({
      executorId: { value: 'p-e-0' },
      frameworkId: { value: 'framework-1' },
      command: {
        shell: false,
        value: 'spark-mesos-fine-executor',
        arguments: ['spark-mesos-fine-executor', '--', '/bin/true'],
      },
    });
    expect(heldOf(anchor?.executor?.resources)).toEqual({ 'cpus(*)': 1, 'mem(*)': 1408 });
    harness.running('p-e-0').hold('1').forget().cores(3);
    expect(harness.launched()[0]?.executor).toEqual(anchor?.executor);
    expect(harness.launched()[0]?.command).toBeUndefined();
  });

  test('F1: may be a Mesos executor itself, without a program of ours around it', () => {
    const harness = new Harness({ carrier: 'executor', executorProgram: undefined }).subscribed().cores(4);
    const [anchor] = harness.launched();
    expect(anchor?.executor?.command).toEqual({ shell: false, value: '/bin/true' });
    expect(heldOf(anchor?.resources)).toEqual({ 'mem(*)': 1 });
    harness.running('p-e-0').hold('1').cores(3).running('p-s-0').ended('1').advance(60);
    expect(harness.of('kill').map(({ taskId }) => taskId)).toEqual(['p-s-0']);
  });

  test('F10: that the application cannot launch ends it with the reason, and the offer goes back', () => {
    const harness = new Harness({}, () => {
      throw new Error('no Spark home');
    }).subscribed();
    harness.cores(4);
    expect(harness.of('failed')[0]?.error).toMatchObject({
      code: 'FINE_LAUNCH_REFUSED',
      message: 'Executor 0 cannot be launched: no Spark home',
    });
    expect(harness.declines()).toEqual(['o1 NOTHING_WANTED 120']);
  });
});

describe('offers', () => {
  test('F24, F64: of one agent are taken together', () => {
    const harness = withExecutor().hold('1', '2', '3');
    harness.offers({ id: 'x', agentId: 'a', cpus: 1.5 }, { id: 'y', agentId: 'a', cpus: 1.5 });
    expect(harness.of('accept').map(({ offerIds, tasks }) => [offerIds, tasks.length])).toEqual([
      [['x', 'y'], 3],
    ]);
  });

  test('F64: of one agent for different roles are not, since they must not share an ACCEPT', () => {
    const harness = withExecutor().hold('1', '2');
    harness.offers({ id: 'x', agentId: 'a', cpus: 1 }, { id: 'y', agentId: 'a', cpus: 1, role: 'dev' });
    expect(harness.of('accept').map(({ offerIds }) => offerIds)).toEqual([['x'], ['y']]);
  });

  test('F23: that nothing is held for are declined for long, since REVIVE brings them back', () => {
    const harness = withExecutor().cores(3);
    expect(harness.declines()).toEqual(['o2 NOTHING_WANTED 120']);
  });

  test('F23: without a core are declined longer each time', () => {
    const harness = withExecutor().hold('1').forget();
    for (const id of ['x', 'y', 'z']) {
      harness.offers({ id, agentId: 'a', memMiB: 1000 });
    }
    expect(harness.declines()).toEqual(['x DOES_NOT_FIT default', 'y DOES_NOT_FIT 10', 'z DOES_NOT_FIT 20']);
  });

  test('F44: that are rescinded cost nothing: what was launched on them comes back as lost', () => {
    const harness = withExecutor().hold('1').cores(1);
    harness.forget().update('p-s-0', 'TASK_LOST', { reason: 'REASON_INVALID_OFFERS' });
    expect(harness.lost()).toEqual([]);
    harness.advance(10).cores(1).running('p-s-1');
    expect(harness.passed()).toEqual(['1']);
  });
});

describe('spark.cores.max', () => {
  test('F66: bounds executors and slots together', () => {
    const harness = withExecutor({ coresMax: 3 }).hold('1', '2', '3').cores(4);
    expect(harness.launchedIds()).toEqual(['p-s-0', 'p-s-1']);
    harness.forget().cores(4);
    expect(harness.declines()).toEqual(['o3 MAX_CORES_REACHED 120']);
    expect(harness.of('revive')).toEqual([]);
  });

  test('F66: a slot that ends makes room for the next', () => {
    const harness = withExecutor({ coresMax: 2 })
      .hold('1', '2')
      .cores(4)
      .running('p-s-0')
      .advance(3000)
      .forget();
    harness.ended('1').update('p-s-0', 'TASK_KILLED');
    expect(harness.kinds()).toEqual(['kill', 'revive']);
    harness.cores(4);
    expect(harness.launchedIds()).toEqual(['p-s-1']);
  });

  test('F66: leaves an executor a core for a task, or it is not placed', () => {
    const harness = new Harness({ coresMax: 3.5 }).subscribed().cores(4).cores(4, 'b');
    expect(harness.launchedIds()).toEqual(['p-e-0']);
    expect(harness.of('accept')[0]?.executor?.taskCores).toBe(2);
  });
});

describe('REVIVE', () => {
  test('F40: follows the first task that is held on an agent, and not the others', () => {
    const harness = withExecutor().cores(3).advance(5000).forget().hold('1', '2', '3');
    expect(harness.kinds()).toEqual(['revive']);
  });

  test('F40: is not sent while nothing is held, and offers are suppressed after a while', () => {
    const harness = new Harness().subscribed();
    harness.handle({ kind: 'executorTotal', total: 1 }).cores(4).running('p-e-0').forget().advance(10_000);
    expect(harness.kinds()).toEqual(['suppress']);
    harness.hold('1');
    expect(harness.kinds()).toEqual(['suppress', 'revive']);
  });

  test('F40: one is under way at a time, and there is a space between two that grows while nothing comes', () => {
    const harness = withExecutor();
    harness.answersRevive = false;
    harness.hold('1').advance(4000);
    expect(harness.of('revive')).toHaveLength(1);
    harness.forget().handle({ kind: 'reviveSettled', ok: false }).advance(20);
    expect(harness.of('revive')).toHaveLength(1);
  });

  test('F40: waits for cores of our own that are about to be free, where the agent has no others', () => {
    const harness = withExecutor({ exact: true }).hold('1', '2', '3').cores(3);
    harness.running('p-s-0', 'p-s-1', 'p-s-2').forget();
    harness.ended('1').hold('4').advance(100);
    expect(harness.of('revive')).toEqual([]);
    expect(harness.update('p-s-0', 'TASK_KILLED').of('revive')).toHaveLength(1);
    // One that does not end is not waited for: others may have left cores meanwhile.
    harness.cores(1).running('p-s-3').forget().ended('2').hold('5').advance(999);
    expect(harness.of('revive')).toEqual([]);
    expect(harness.advance(1).of('revive')).toHaveLength(1);
  });

  test('F40: is sent again after a while in which nothing came, less and less often', () => {
    const harness = withExecutor({ reviveIntervalMs: 1000 }).hold('1').forget().advance(10_000);
    expect(harness.of('revive').length).toBeGreaterThanOrEqual(2);
    expect(harness.of('revive').length).toBeLessThanOrEqual(4);
  });
});

describe('the cores that an agent could give', () => {
  test('F21: are told at the launch, and follow the cluster', () => {
    const harness = new Harness().subscribed().cores(4).running('p-e-0');
    expect(harness.of('accept')[0]?.executor?.taskCores).toBe(3);
    harness.hold('1').cores(3).running('p-s-0');
    expect(harness.of('executorCores')).toEqual([]);
    harness.cores(5.5);
    expect(harness.of('executorCores').map(({ taskCores }) => taskCores)).toEqual([6]);
    harness.cores(0);
    expect(harness.of('executorCores').map(({ taskCores }) => taskCores)).toEqual([6, 1]);
  });
});

import { mesos } from '@spark-mesos/mesos-proto';
import { describe, expect, it } from 'vitest';
import { frameworkInfo, MasterHarness, type TestFramework, task } from '../support/master-harness.ts';
import { SimulatedCluster } from '../support/simulated-cluster.ts';

const { TaskState, DrainState } = mesos.v1;
const { Reason } = mesos.v1.TaskStatus;
const { PARTITION_AWARE, MULTI_ROLE } = mesos.v1.FrameworkInfo.Capability.Type;
const MACHINE = { hostname: 'localhost', ip: '127.0.0.1' };

function running(capabilities = [MULTI_ROLE]) {
  const cluster = new SimulatedCluster();
  const agentId = cluster.addAgent();
  const types = capabilities.map((type) => ({ type }));
  const framework = cluster.subscribe(frameworkInfo(['spark'], { capabilities: types }));
  framework.accept(framework.takeOffers(), [task('t', agentId)], 3600);
  cluster.advance(agentId, 0, 0);
  acknowledge(framework);
  return { cluster, agentId, id: { value: agentId }, framework };
}

/** Acknowledges until nothing comes any more; what came. */
function acknowledge(framework: TestFramework): mesos.v1.ITaskStatus[] {
  const all: mesos.v1.ITaskStatus[] = [];
  for (let statuses = framework.takeStatuses(); statuses.length > 0; statuses = framework.takeStatuses()) {
    for (const status of statuses) {
      const { agentId, taskId, uuid } = status;
      if (agentId && uuid) framework.call('ACKNOWLEDGE', { acknowledge: { agentId, taskId, uuid } });
    }
    all.push(...statuses);
  }
  return all;
}

describe('DRAIN_AGENT', () => {
  it('kills the tasks, says why, and is done when they are gone', () => {
    const { cluster, agentId, id, framework } = running();
    cluster.operator('DRAIN_AGENT', { drainAgent: { agentId: id } });
    const { draining } = cluster.core.state.operator;
    expect(draining.get(agentId)?.state).toBe(DrainState.DRAINING);
    expect(cluster.operator('REACTIVATE_AGENT', { reactivateAgent: { agentId: id } })?.text).toBe(
      'Agent is still in the DRAINING state',
    );
    cluster.advance(agentId, 0, 0);
    const last = acknowledge(framework).at(-1);
    expect(last).toMatchObject({ state: TaskState.TASK_KILLED, reason: Reason.REASON_AGENT_DRAINING });
    expect(draining.get(agentId)?.state).toBe(DrainState.DRAINED);
    framework.call('REVIVE');
    expect(framework.takeOffers()).toEqual([]);
    expect(cluster.operator('REACTIVATE_AGENT', { reactivateAgent: { agentId: id } })).toBeUndefined();
    expect(framework.takeOffers()).toHaveLength(1);
  });

  it('gives tasks no more time than it says', () => {
    const { cluster, agentId, id } = running();
    const maxGracePeriod = { seconds: 1, nanos: 0 };
    cluster.operator('DRAIN_AGENT', { drainAgent: { agentId: id, maxGracePeriod } });
    const last = cluster.agentMessages.at(-1);
    expect(last?.agentId).toBe(agentId);
    expect(last?.message).toMatchObject({
      kind: 'kill-task',
      killPolicy: { gracePeriod: { nanoseconds: 1e9 } },
    });
  });

  it('can mark the agent gone when it is empty, which is told to end', () => {
    const { cluster, agentId, id, framework } = running();
    cluster.operator('DRAIN_AGENT', { drainAgent: { agentId: id, markGone: true } });
    cluster.advance(agentId, 0, 0);
    acknowledge(framework);
    expect(cluster.core.state.agents.has(agentId)).toBe(false);
    expect(cluster.agents.has(agentId)).toBe(false);
  });

  it('of an agent that nobody knows is refused', () => {
    const refusal = new MasterHarness().operator('DRAIN_AGENT', { drainAgent: { agentId: { value: 'x' } } });
    expect(refusal).toEqual({ status: 400, text: 'Unknown agent' });
  });
});

describe('DEACTIVATE_AGENT', () => {
  it('takes its offers back and makes no more, while tasks run on', () => {
    const master = new MasterHarness();
    const agentId = { value: master.agent() };
    const framework = master.subscribe(frameworkInfo(['spark']));
    framework.take();
    master.operator('DEACTIVATE_AGENT', { deactivateAgent: { agentId } });
    expect(framework.take().map(({ rescind }) => rescind !== undefined)).toEqual([true]);
    master.pass(5000);
    expect(framework.takeOffers()).toEqual([]);
    master.operator('REACTIVATE_AGENT', { reactivateAgent: { agentId } });
    expect(framework.takeOffers()).toHaveLength(1);
  });
});

describe('MARK_AGENT_GONE', () => {
  it.each([
    [[MULTI_ROLE], TaskState.TASK_LOST],
    [[MULTI_ROLE, PARTITION_AWARE], TaskState.TASK_GONE_BY_OPERATOR],
  ])('ends its tasks for frameworks with capabilities %j as %s', (capabilities, state) => {
    const { cluster, id, framework } = running(capabilities);
    cluster.operator('MARK_AGENT_GONE', { markAgentGone: { agentId: id } });
    expect(framework.takeStatuses()).toMatchObject([
      { state, reason: Reason.REASON_AGENT_REMOVED_BY_OPERATOR },
    ]);
  });
});

describe('maintenance', () => {
  function scheduled() {
    const scene = running();
    const windows = [{ machineIds: [MACHINE], unavailability: { start: { nanoseconds: 5e18 } } }];
    const schedule = { schedule: { windows } };
    scene.cluster.operator('UPDATE_MAINTENANCE_SCHEDULE', { updateMaintenanceSchedule: schedule });
    scene.cluster.pass(1000);
    return scene;
  }

  it('asks frameworks to give the machine up, and says so in offers', () => {
    const { framework } = scheduled();
    framework.call('REVIVE');
    const events = framework.take();
    const inverse = events.flatMap(({ inverseOffers }) => inverseOffers?.inverseOffers ?? []);
    expect(inverse).toMatchObject([{ unavailability: { start: { nanoseconds: 5e18 } } }]);
    const [offer] = events.flatMap(({ offers }) => offers?.offers ?? []);
    expect(offer?.unavailability).toMatchObject({ start: { nanoseconds: 5e18 } });
  });

  it('asks once until it is answered, then again after the filter’s time', () => {
    const { cluster, framework } = scheduled();
    const ask = () => framework.take().flatMap(({ inverseOffers }) => inverseOffers?.inverseOffers ?? []);
    const [first] = ask();
    cluster.pass(5000);
    expect(ask()).toEqual([]);
    framework.call('DECLINE_INVERSE_OFFERS', {
      declineInverseOffers: { inverseOfferIds: first ? [first.id] : [], filters: { refuseSeconds: 3 } },
    });
    cluster.pass(2000);
    expect(ask()).toEqual([]);
    cluster.pass(2000);
    expect(ask()).toHaveLength(1);
  });

  it('takes what it has asked back when the schedule changes', () => {
    const { cluster, framework } = scheduled();
    framework.take();
    cluster.operator('UPDATE_MAINTENANCE_SCHEDULE', { updateMaintenanceSchedule: { schedule: {} } });
    expect(framework.take().some(({ rescindInverseOffer }) => rescindInverseOffer)).toBe(true);
  });

  it('brings machines down, with what runs there, and up again', () => {
    const { cluster, agentId, framework } = scheduled();
    const machines = { machines: [MACHINE] };
    expect(cluster.operator('STOP_MAINTENANCE', { stopMaintenance: machines })?.text).toMatch(
      /is not in DOWN mode and cannot be brought up$/,
    );
    cluster.operator('START_MAINTENANCE', { startMaintenance: machines });
    expect(framework.takeStatuses()).toMatchObject([{ state: TaskState.TASK_LOST }]);
    expect(cluster.core.state.agents.has(agentId)).toBe(false);
    expect(cluster.operator('STOP_MAINTENANCE', { stopMaintenance: machines })).toBeUndefined();
    expect(cluster.core.state.operator.schedule).toBeUndefined();
  });

  it.each([
    [[{ machineIds: [], unavailability: { start: { nanoseconds: 0 } } }], /^List of machines in the/],
    [[{ machineIds: [{}], unavailability: { start: { nanoseconds: 0 } } }], /^Both 'hostname' and 'ip'/],
    [[{ machineIds: [MACHINE, MACHINE], unavailability: { start: { nanoseconds: 0 } } }], /more than once/],
  ])('refuses the schedule %j', (windows, text) => {
    const refusal = new MasterHarness().operator('UPDATE_MAINTENANCE_SCHEDULE', {
      updateMaintenanceSchedule: { schedule: { windows } },
    });
    expect(refusal).toMatchObject({ status: 400, text: expect.stringMatching(text) });
  });
});

describe('an offer that nobody answers', () => {
  it('is taken back after the offer timeout, and made again with the next tick', () => {
    const master = new MasterHarness({ offerTimeoutMs: 3000 });
    master.agent();
    const framework = master.subscribe(frameworkInfo(['spark']));
    framework.take();
    master.pass(2999);
    expect(framework.take()).toEqual([]);
    master.pass(1);
    const [rescinded, offered] = framework.take();
    expect(rescinded?.rescind).toBeDefined();
    if (offered === undefined) master.pass(1000);
    expect(offered ?? framework.take()[0]).toMatchObject({ offers: {} });
  });
});

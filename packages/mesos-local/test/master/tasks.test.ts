import { mesos } from '@spark-mesos/mesos-proto';
import { describe, expect, it } from 'vitest';
import type { AgentId } from '../../src/ids.ts';
import { frameworkInfo, MasterHarness, type TestFramework, task } from '../support/master-harness.ts';

const { TaskState } = mesos.v1;
const { Type: Capability } = mesos.v1.FrameworkInfo.Capability;
const PARTITION_AWARE = {
  capabilities: [{ type: Capability.MULTI_ROLE }, { type: Capability.PARTITION_AWARE }],
};

interface Scene {
  readonly master: MasterHarness;
  readonly framework: TestFramework;
  readonly agentId: AgentId;
}

function running(more: Partial<mesos.v1.IFrameworkInfo> = {}): Scene {
  const master = new MasterHarness();
  const agentId = master.agent();
  const framework = master.subscribe(frameworkInfo(['spark'], more));
  framework.accept(framework.takeOffers(), [task('t', agentId)], 0);
  update({ master, framework, agentId }, TaskState.TASK_RUNNING, 1);
  framework.take();
  return { master, framework, agentId };
}

function uuid(number: number): Uint8Array {
  return new Uint8Array(16).fill(number);
}

function update({ master, framework, agentId }: Scene, state: mesos.v1.TaskState, number: number): void {
  master.step({
    kind: 'task-update',
    agentId,
    frameworkId: framework.id,
    status: { taskId: { value: 't' }, state, agentId: { value: agentId }, uuid: uuid(number) },
    latestState: state,
  });
}

function acknowledge({ framework, agentId }: Scene, number: number): void {
  framework.call('ACKNOWLEDGE', {
    acknowledge: { agentId: { value: agentId }, taskId: { value: 't' }, uuid: uuid(number) },
  });
}

describe('a task', () => {
  it('frees its resources as soon as it has ended, and is completed when that is acknowledged', () => {
    const scene = running();
    update(scene, TaskState.TASK_FINISHED, 2);
    const { record } = scene.framework;
    expect(scene.master.core.state.allocator.allocatedOn(scene.agentId).text()).toBe('{}');
    expect(record?.tasks.size).toBe(1);
    acknowledge(scene, 1);
    expect(record?.tasks.size).toBe(1);
    acknowledge(scene, 2);
    expect(record?.tasks.size).toBe(0);
    expect(record?.completedTasks[0]?.statuses.map(({ state }) => state)).toEqual([
      TaskState.TASK_RUNNING,
      TaskState.TASK_FINISHED,
    ]);
  });

  it('is counted once however often its update comes', () => {
    const scene = running();
    update(scene, TaskState.TASK_RUNNING, 1);
    update(scene, TaskState.TASK_FINISHED, 2);
    update(scene, TaskState.TASK_FINISHED, 2);
    expect(scene.framework.takeStatuses()).toHaveLength(3);
    expect(scene.framework.record?.tasks.get('t' as never)?.statuses).toHaveLength(2);
  });

  it('takes its resources in the books before the agent has said a word', () => {
    const { master, agentId } = running();
    expect(master.core.state.allocator.allocatedOn(agentId).text()).toBe('cpus:0.5; mem:64');
  });

  it('is killed by its agent, with the policy of the call', () => {
    const { master, framework } = running();
    const killPolicy = { gracePeriod: { nanoseconds: 1e9 } };
    framework.call('KILL', { kill: { taskId: { value: 't' }, killPolicy } });
    expect(master.agentMessages.at(-1)?.message).toMatchObject({
      kind: 'kill-task',
      taskId: 't',
      killPolicy,
    });
  });

  it('ends with its executor, which bears its name', () => {
    const { master, framework, agentId } = running();
    const shutdown = { executorId: { value: 't' }, agentId: { value: agentId } };
    framework.call('SHUTDOWN', { shutdown });
    expect(master.agentMessages.at(-1)?.message).toMatchObject({
      kind: 'shutdown-executor',
      executorId: 't',
    });
  });

  it('keeps its id to itself: a second with the same id is refused, also after the agent was lost', () => {
    const { master, framework, agentId } = running();
    const other = master.agent();
    framework.accept(framework.takeOffers(), [task('t', other)], 0);
    expect(framework.takeStatuses()[0]?.message).toBe('Task has duplicate ID: t');
    master.step({ kind: 'agent-removed', agentId, how: 'unreachable' });
    master.pass(1000);
    framework.accept(framework.takeOffers(), [task('t', other)], 0);
    expect(framework.takeStatuses()[0]?.message).toBe('Task reuses the ID of an unreachable task: t');
  });
});

describe('the loss of an agent', () => {
  it.each([
    ['TASK_LOST', {}],
    ['TASK_UNREACHABLE', PARTITION_AWARE],
  ] as const)('makes its tasks %s for frameworks of %o', (state, more) => {
    const { master, framework, agentId } = running(more);
    master.step({ kind: 'agent-removed', agentId, how: 'unreachable' });
    expect(framework.takeStatuses()).toMatchObject([
      { state: TaskState[state], message: 'health check timed out' },
    ]);
    expect(framework.record?.unreachableTasks.size).toBe(1);
    framework.call('RECONCILE', {
      reconcile: { tasks: [{ taskId: { value: 't' }, agentId: { value: agentId } }] },
    });
    expect(framework.takeStatuses()).toMatchObject([
      { state: TaskState[state], message: 'Reconciliation: Task is unreachable' },
    ]);
  });

  it('loses tasks at once when the connection breaks, unless the framework is checkpointed', () => {
    for (const checkpoint of [false, true]) {
      const { master, framework, agentId } = running({ checkpoint });
      master.step({ kind: 'agent-disconnected', agentId });
      const states = framework.takeStatuses().map(({ state }) => state);
      expect(states).toEqual(checkpoint ? [] : [TaskState.TASK_LOST]);
    }
  });

  it('that goes in good order makes tasks TASK_LOST for everybody', () => {
    const { master, framework, agentId } = running(PARTITION_AWARE);
    master.step({ kind: 'agent-removed', agentId, how: 'unregistered' });
    expect(framework.takeStatuses()).toMatchObject([
      { state: TaskState.TASK_LOST, message: 'Agent localhost removed: the agent unregistered' },
    ]);
  });
});

describe('reconciliation', () => {
  it.each([
    ['a task that nobody knows', undefined, 'TASK_LOST', 'TASK_UNKNOWN', 'Reconciliation: Task is unknown'],
    [
      'a task of an agent that is there',
      'M-S0',
      'TASK_LOST',
      'TASK_GONE',
      'Reconciliation: Task is unknown to the agent',
    ],
    [
      'a task of an agent that never was',
      'x',
      'TASK_LOST',
      'TASK_UNKNOWN',
      'Reconciliation: Task is unknown',
    ],
  ] as const)('answers for %s', (_what, agent, plain, aware, message) => {
    for (const [more, state] of [
      [{}, plain],
      [PARTITION_AWARE, aware],
    ] as const) {
      const { framework } = running(more);
      const asked = { taskId: { value: 'z' }, ...(agent && { agentId: { value: agent } }) };
      framework.call('RECONCILE', { reconcile: { tasks: [asked] } });
      const [status] = framework.takeStatuses();
      expect(status).toMatchObject({ state: TaskState[state], message });
      expect(status?.uuid).toBeUndefined();
    }
  });

  it('without a list tells the latest state of every task, also of one that has ended unacknowledged', () => {
    const scene = running();
    update(scene, TaskState.TASK_FAILED, 2);
    scene.framework.take();
    scene.framework.call('RECONCILE', { reconcile: { tasks: [] } });
    expect(scene.framework.takeStatuses()).toMatchObject([
      { state: TaskState.TASK_FAILED, message: 'Reconciliation: Latest task state' },
    ]);
    acknowledge(scene, 2);
    scene.framework.call('RECONCILE', { reconcile: {} });
    expect(scene.framework.takeStatuses()).toEqual([]);
  });
});

describe('what this master cannot do', () => {
  it('says so to the operation that asks for it', () => {
    const master = new MasterHarness();
    const agentId = master.agent();
    const framework = master.subscribe(frameworkInfo(['spark']));
    const { Type } = mesos.v1.Offer.Operation;
    framework.call('ACCEPT', {
      accept: {
        offerIds: framework.takeOffers().map(({ id }) => id),
        operations: [{ type: Type.CREATE_DISK, id: { value: 'op' } }],
      },
    });
    const events = framework.take();
    const messages = events.map(
      (event) => event.update?.status.message ?? event.updateOperationStatus?.status.message,
    );
    expect(messages).toHaveLength(1);
    for (const message of messages) expect(message).toMatch(/^NOT_SUPPORTED: /);
    expect(master.core.state.allocator.allocatedOn(agentId).text()).toBe('{}');
  });
});

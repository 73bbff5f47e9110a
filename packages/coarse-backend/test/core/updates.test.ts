import { describe, expect, test } from 'vitest';
import type { AgentId, TaskId } from '../../src/index.ts';
import { Harness, SMALL } from './harness.ts';

const roomy = { cpus: 4, memMiB: 8192 };

/** A scheduler with `count` executors p-0, p-1… that were launched on agent `a`. */
function launched(count: number, settings: ConstructorParameters<typeof Harness>[0] = {}): Harness {
  return new Harness(settings)
    .subscribed()
    .wants({ ...SMALL, total: count })
    .offers({ id: 'o1', agentId: 'a', cpus: count, memMiB: 10_000 * count })
    .advance(1000)
    .forget();
}

function states(harness: Harness): string[] {
  return harness.of('executorState').map(({ executor, state }) => `${executor.executorId} ${state}`);
}

describe('status updates', () => {
  test('C40: tells each state once, and acknowledges every update after it', () => {
    const harness = launched(1);
    harness.update('p-0', 'TASK_STAGING').update('p-0', 'TASK_STARTING').update('p-0', 'TASK_RUNNING');
    harness.update('p-0', 'TASK_RUNNING').update('p-0', 'TASK_STARTING');
    expect(states(harness)).toEqual(['0 LAUNCHING', '0 RUNNING']);
    expect(harness.of('acknowledge')).toHaveLength(5);
    expect(harness.kinds().slice(0, 2)).toEqual(['executorState', 'acknowledge']);
  });

  test('C41: an end gives the cores back once, however often it is told', () => {
    const harness = launched(2, { coresMax: 2 });
    harness.update('p-0', 'TASK_FINISHED').update('p-0', 'TASK_FINISHED').update('p-0', 'TASK_LOST');
    expect(states(harness)).toEqual(['0 EXITED']);
    expect(harness.scheduler.snapshot(harness.nowMs).cores).toBe(1);
  });

  test('C41: the end is told in the words of the original and of Mesos, with an exit status', () => {
    const harness = launched(3);
    harness.update('p-0', 'TASK_FAILED', { message: 'Command exited with status 127' });
    harness.update('p-1', 'TASK_FAILED', { message: 'Command terminated with signal Killed' });
    harness.update('p-2', 'TASK_FAILED', {
      message: 'no such image',
      reason: 'REASON_CONTAINER_LAUNCH_FAILED',
    });
    expect(harness.of('executorState').map(({ detail }) => detail)).toEqual([
      { message: 'Executor finished with state FAILED: Command exited with status 127', exitStatus: 127 },
      {
        message: 'Executor finished with state FAILED: Command terminated with signal Killed',
        exitStatus: 137,
      },
      { message: 'Executor finished with state FAILED: no such image (REASON_CONTAINER_LAUNCH_FAILED)' },
    ]);
  });

  test('C41: an executor that fails after a healthy life is replaced at once', () => {
    const harness = launched(1).update('p-0', 'TASK_RUNNING').advance(40_000).forget();
    harness.update('p-0', 'TASK_FAILED', { message: 'Command terminated with signal Killed' });
    expect(harness.kinds()).toEqual(['executorState', 'acknowledge', 'revive']);
    harness.offers({ id: 'o2', agentId: 'a', ...roomy });
    expect(harness.of('executorLaunched').map(({ executor }) => executor.taskId)).toEqual(['p-1']);
  });

  test('C42: an update of a task that nobody knows is acknowledged, and the task killed unless it is over', () => {
    const harness = new Harness().subscribed().forget();
    harness.update('other-7', 'TASK_RUNNING', { agentId: 'b' });
    expect(harness.kinds()).toEqual(['kill', 'acknowledge']);
    expect(harness.of('kill')[0]).toMatchObject({ taskId: 'other-7', agentId: 'b' });
    expect(harness.forget().update('other-7', 'TASK_LOST').kinds()).toEqual(['acknowledge']);
  });

  test('C55: an own kill is told as KILLED by our own mark, whatever Mesos says of it', () => {
    const harness = launched(2).update('p-0', 'TASK_RUNNING').update('p-1', 'TASK_RUNNING').forget();
    harness.handle({ kind: 'killExecutors', executorIds: [0, 1, 99] });
    expect(harness.of('kill').map(({ taskId }) => taskId)).toEqual(['p-0', 'p-1']);
    harness.update('p-0', 'TASK_FAILED', { message: 'Command exited with status 143' });
    harness.update('p-1', 'TASK_FINISHED', { message: 'Command exited with status 0' });
    expect(states(harness)).toEqual(['0 KILLED', '1 KILLED']);
    expect(harness.scheduler.excludedAgents(harness.nowMs)).toEqual([]);
  });

  test('C55: a kill is not repeated for the asking, but when nothing comes of it', () => {
    const harness = launched(1);
    harness
      .handle({ kind: 'killExecutors', executorIds: [0] })
      .handle({ kind: 'killExecutors', executorIds: [0] });
    expect(harness.of('kill')).toHaveLength(1);
    harness.advance(10_000);
    expect(harness.of('kill')).toHaveLength(2);
    harness.update('p-0', 'TASK_KILLED').advance(60_000);
    expect(harness.of('kill')).toHaveLength(2);
  });

  test('C54, C55: what is killed and still wanted is replaced, what is no longer wanted is not', () => {
    const harness = launched(2)
      .handle({ kind: 'killExecutors', executorIds: [0] })
      .update('p-0', 'TASK_KILLED');
    expect(harness.kinds()).toContain('revive');
    harness.wants({ ...SMALL, total: 1 }).forget();
    harness
      .handle({ kind: 'killExecutors', executorIds: [1] })
      .wants({ ...SMALL, total: 0 })
      .update('p-1', 'TASK_KILLED');
    expect(harness.kinds()).not.toContain('revive');
  });

  test('C44: a lost agent ends its executors, and the updates that follow change nothing', () => {
    const harness = launched(2).update('p-0', 'TASK_RUNNING').forget();
    harness.handle({ kind: 'agentLost', agentId: 'a' as AgentId });
    harness.update('p-0', 'TASK_LOST', { reason: 'REASON_AGENT_REMOVED' });
    expect(states(harness)).toEqual(['0 LOST', '1 LOST']);
    expect(harness.of('executorState').every(({ detail }) => detail.agentLost)).toBe(true);
    expect(harness.scheduler.excludedAgents(harness.nowMs)).toEqual([]);
    expect(harness.kinds()).toContain('revive');
  });

  test('U133: an unreachable executor is kept, comes back unseen, and is lost only after a while', () => {
    const harness = launched(1).update('p-0', 'TASK_RUNNING').forget();
    harness.update('p-0', 'TASK_UNREACHABLE').advance(60_000).update('p-0', 'TASK_RUNNING').advance(600_000);
    expect(states(harness)).toEqual([]);
    harness.update('p-0', 'TASK_UNREACHABLE').advance(299_000);
    expect(states(harness)).toEqual([]);
    harness.advance(1000);
    expect(states(harness)).toEqual(['0 LOST']);
  });

  test('a task that comes back after it was given up is killed', () => {
    const harness = launched(1)
      .handle({ kind: 'agentLost', agentId: 'a' as AgentId })
      .forget();
    harness.update('p-0', 'TASK_RUNNING', { agentId: 'a' });
    expect(harness.of('kill')[0]).toMatchObject({ taskId: 'p-0' });
  });
});

describe('reconciliation', () => {
  test('C44: after a new subscription the state of every task is asked for until it is told', () => {
    const harness = launched(2).handle({ kind: 'disconnected', reason: 'the stream ended' });
    expect(harness.advance(20_000).of('reconcile')).toEqual([]);
    harness.subscribed();
    expect(harness.of('reconcile')).toEqual([
      {
        kind: 'reconcile',
        tasks: [
          { taskId: 'p-0', agentId: 'a' },
          { taskId: 'p-1', agentId: 'a' },
        ],
      },
    ]);
    harness.update('p-0', 'TASK_RUNNING', { reason: 'REASON_RECONCILIATION' }).forget().advance(5000);
    expect(harness.of('reconcile').map(({ tasks }) => tasks.map(({ taskId }) => taskId))).toEqual([['p-1']]);
    harness.advance(10_000);
    expect(harness.of('reconcile')).toHaveLength(2);
    harness.update('p-1', 'TASK_LOST', { reason: 'REASON_RECONCILIATION' }).forget().advance(300_000);
    expect(harness.of('reconcile')).toEqual([]);
  });

  test('C44: the framework is told as registered once only', () => {
    const harness = new Harness().subscribed().handle({ kind: 'disconnected', reason: 'x' }).subscribed();
    expect(harness.of('registered')).toHaveLength(1);
  });

  test('an ACCEPT that nobody knows the fate of is cleared up by asking, and counts as a failed start', () => {
    const accept = {
      kind: 'acceptFailed',
      taskIds: ['p-0' as TaskId],
      reason: 'the master refused',
    } as const;
    const harness = launched(1).handle(accept);
    expect(harness.of('reconcile')[0]?.tasks).toEqual([{ taskId: 'p-0', agentId: 'a' }]);
    harness.update('p-0', 'TASK_LOST', { reason: 'REASON_RECONCILIATION' });
    expect(harness.of('executorState')[0]).toMatchObject({
      state: 'LOST',
      detail: { message: expect.stringContaining('its launch did not get through: the master refused') },
    });
    expect(harness.kinds()).not.toContain('revive');
    expect(harness.advance(1000).kinds()).toContain('revive');
  });

  test('an ACCEPT that had got through after all leaves nothing behind', () => {
    const accept = { kind: 'acceptFailed', taskIds: ['p-0' as TaskId], reason: 'connection lost' } as const;
    const harness = launched(1).handle(accept).update('p-0', 'TASK_RUNNING').advance(40_000);
    harness.update('p-0', 'TASK_FAILED', { message: 'Command exited with status 1' });
    expect(harness.of('executorState').at(-1)?.detail.message).toBe(
      'Executor finished with state FAILED: Command exited with status 1',
    );
  });

  test('a task of which nothing is heard is asked for', () => {
    const harness = launched(1).advance(58_000);
    expect(harness.of('reconcile')).toEqual([]);
    expect(harness.advance(1000).of('reconcile')).toHaveLength(1);
  });
});

describe('failures of agents', () => {
  const failure = { message: 'Command exited with status 1', agentId: 'a' };

  /** Fails executors on agent `a`, one after another, each after a healthy life. */
  function failOnA(harness: Harness, count: number): void {
    for (let index = 0; index < count; index += 1) {
      harness.offers({ id: `again-${harness.nowMs}`, agentId: 'a', cpus: 1, memMiB: 8192 });
      const taskId = harness.of('executorLaunched').at(-1)?.executor.taskId ?? '';
      harness.update(taskId, 'TASK_RUNNING').advance(40_000).update(taskId, 'TASK_FAILED', failure);
    }
  }

  test('C26: after two failures an agent is left out, and that is told', () => {
    const harness = new Harness().subscribed().wants({ ...SMALL, total: 1 });
    failOnA(harness, 2);
    expect(harness.of('agentExcluded')).toEqual([
      expect.objectContaining({ agent: expect.objectContaining({ agentId: 'a', failures: 2 }) }),
    ]);
    harness.forget().offers({ id: 'o3', agentId: 'a', ...roomy }, { id: 'o4', agentId: 'b', ...roomy });
    expect(harness.declines()).toEqual(['o3 PAUSED 3560']);
    expect(harness.launches()).toEqual(['o4: 1']);
  });

  test('C27: failures are forgotten after the window, and offers are asked for again', () => {
    const harness = new Harness({ agentFailureWindowMs: 100_000 }).subscribed().wants({ ...SMALL, total: 1 });
    failOnA(harness, 2);
    harness.advance(1000).forget().advance(59_000);
    expect(harness.of('revive')).toHaveLength(1);
    harness.offers({ id: 'o5', agentId: 'a', ...roomy });
    expect(harness.launches()).toEqual(['o5: 1']);
  });

  test('C27: exclusions can be cleared', () => {
    const harness = new Harness().subscribed().wants({ ...SMALL, total: 1 });
    failOnA(harness, 2);
    harness.advance(1000).forget().handle({ kind: 'clearExclusions' });
    expect(harness.scheduler.excludedAgents(harness.nowMs)).toEqual([]);
    expect(harness.kinds()).toEqual(['revive']);
  });

  test.each([
    ['TASK_KILLED', undefined],
    ['TASK_LOST', 'REASON_AGENT_REMOVED'],
    ['TASK_LOST', 'REASON_AGENT_DISCONNECTED'],
    ['TASK_LOST', 'REASON_INVALID_OFFERS'],
    ['TASK_LOST', 'REASON_MASTER_DISCONNECTED'],
    ['TASK_FAILED', 'REASON_CONTAINER_PREEMPTED'],
    ['TASK_FAILED', 'REASON_AGENT_DRAINING'],
    ['TASK_ERROR', 'REASON_TASK_INVALID'],
    ['TASK_DROPPED', undefined],
    ['TASK_GONE_BY_OPERATOR', undefined],
    ['TASK_FINISHED', undefined],
  ] as const)('C27: %s %s does not speak against the agent', (state, reason) => {
    const harness = launched(4);
    for (let index = 0; index < 4; index += 1) {
      harness.update(`p-${index}`, state, reason === undefined ? {} : { reason });
    }
    expect(harness.scheduler.excludedAgents(harness.nowMs)).toEqual([]);
  });

  test('C27: a lost executor whose reason is its own does', () => {
    const harness = launched(2);
    harness.update('p-0', 'TASK_LOST').update('p-1', 'TASK_LOST', { reason: 'REASON_EXECUTOR_TERMINATED' });
    expect(harness.scheduler.excludedAgents(harness.nowMs)).toHaveLength(1);
  });
});

import { describe, expect, test } from 'vitest';
import type { OfferId } from '../../src/index.ts';
import { Harness, launched, SMALL, states } from './harness.ts';

const roomy = { cpus: 4, memMiB: 8192 };

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
    expect(harness.executors().map((executor) => executor.taskId)).toEqual(['p-1']);
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

  test('C55: a kill that may have got lost with the connection is repeated with the next one', () => {
    const harness = launched(1).handle({ kind: 'killExecutors', executorIds: [0] });
    harness.handle({ kind: 'disconnected', reason: 'x' }).forget().subscribed();
    expect(harness.of('kill').map(({ taskId }) => taskId)).toEqual(['p-0']);
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

  test('C40: updates that come late or out of order change nothing', () => {
    const harness = launched(1).update('p-0', 'TASK_RUNNING').update('p-0', 'TASK_STARTING');
    harness.update('p-0', 'TASK_STAGING');
    expect(harness.scheduler.snapshot(harness.nowMs).executors[0]?.status).toBe('running');
    harness.update('p-0', 'TASK_FINISHED').forget().update('p-0', 'TASK_FINISHED');
    expect(harness.kinds()).toEqual(['acknowledge']);
  });

  test('C40: an executor that is asked to end by somebody else is told when it has', () => {
    const harness = launched(1).update('p-0', 'TASK_RUNNING').update('p-0', 'TASK_KILLING');
    expect(states(harness)).toEqual(['0 RUNNING']);
    harness.update('p-0', 'TASK_KILLED', { message: 'Command terminated with signal Terminated' });
    expect(states(harness)).toEqual(['0 RUNNING', '0 KILLED']);
  });

  test('C42, C44: a task that nobody knows is killed again until its end is told', () => {
    const harness = new Harness().subscribed().update('other-7', 'TASK_RUNNING', { agentId: 'b' }).forget();
    expect(harness.advance(10_000).of('kill')).toEqual([{ kind: 'kill', taskId: 'other-7', agentId: 'b' }]);
    harness.update('other-7', 'TASK_KILLING').forget().advance(10_000);
    expect(harness.of('kill')).toHaveLength(1);
    harness.update('other-7', 'TASK_KILLED').forget().advance(60_000);
    expect(harness.of('kill')).toEqual([]);
  });

  test('C45: an offer that was taken back before it was accepted costs nothing: another is asked for at once', () => {
    const harness = launched(1).handle({ kind: 'rescinded', offerId: 'o1' as OfferId });
    harness.update('p-0', 'TASK_DROPPED', { reason: 'REASON_INVALID_OFFERS' });
    expect(harness.kinds()).toEqual(['executorState', 'acknowledge', 'revive']);
    harness.forget().offers({ id: 'o2', agentId: 'a', ...roomy });
    expect(harness.launches()).toEqual(['o2: 1']);
    expect(harness.executors()[0]?.taskId).toBe('p-1');
    expect(harness.scheduler.excludedAgents(harness.nowMs)).toEqual([]);
  });
});

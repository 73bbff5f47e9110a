import { describe, expect, test } from 'vitest';
import type { TaskId } from '../../src/index.ts';
import { Harness, launched } from './harness.ts';

/** The questions since the last look, each as the task ids that it names. */
function questions(harness: Harness): string[][] {
  return harness.of('reconcile').map(({ tasks }) => tasks.map(({ taskId }) => taskId));
}

describe('reconciliation', () => {
  test('C44: after a new subscription each task is asked for until it is told, and then those that we do not know', () => {
    const harness = launched(2).handle({ kind: 'disconnected', reason: 'the stream ended' });
    expect(questions(harness.advance(20_000))).toEqual([]);
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
    harness.update('p-0', 'TASK_RUNNING', { reason: 'REASON_RECONCILIATION' }).forget().advance(2500);
    expect(questions(harness)).toEqual([['p-1']]);
    harness.advance(5000);
    expect(questions(harness)).toEqual([['p-1'], ['p-1']]);
    harness.forget().update('p-1', 'TASK_RUNNING', { reason: 'REASON_RECONCILIATION' });
    expect(questions(harness)).toEqual([[]]);
    expect(questions(harness.forget().advance(300_000))).toEqual([]);
  });

  test('C44: every now and then all tasks are asked for, without an occasion', () => {
    const harness = launched(1).update('p-0', 'TASK_RUNNING').forget().advance(598_999);
    expect(questions(harness)).toEqual([]);
    expect(questions(harness.advance(1))).toEqual([['p-0']]);
    harness.update('p-0', 'TASK_RUNNING', { reason: 'REASON_RECONCILIATION' }).forget().advance(600_000);
    expect(questions(harness)).toEqual([['p-0']]);
  });

  test('C44: an end that was told while nobody listened is found out', () => {
    const harness = launched(1).update('p-0', 'TASK_RUNNING').handle({ kind: 'disconnected', reason: 'x' });
    harness.subscribed().forget().update('p-0', 'TASK_UNKNOWN', { reason: 'REASON_RECONCILIATION' });
    expect(harness.of('executorState')[0]).toMatchObject({ state: 'LOST' });
    expect(harness.scheduler.snapshot(harness.nowMs).cores).toBe(0);
  });

  test('C44: a new framework has nothing to ask for', () => {
    expect(questions(new Harness().subscribed().advance(300_000))).toEqual([]);
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
    expect(questions(harness)).toEqual([['p-0']]);
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
    expect(questions(harness)).toEqual([]);
    expect(questions(harness.advance(1000))).toEqual([['p-0']]);
  });
});

describe('a framework that has lived before', () => {
  const placement = {
    agentId: 'a',
    hostname: 'host-of-a',
    cores: 2,
    advertisedCores: 2,
    gpus: 0,
    ports: [],
    place: [],
    memoryMiB: 1024,
    taskMemoryMiB: 1408,
    profileId: 0,
  };
  const executors = [
    { ...placement, executorId: 4, taskId: 'old-4' },
    { ...placement, executorId: 7, taskId: 'old-7' },
  ];

  test('C58: what Mesos knows of it is asked for with its first subscription, and strangers are killed', () => {
    const harness = new Harness({}, undefined, true).subscribed();
    expect(questions(harness)).toEqual([[]]);
    harness.update('old-3', 'TASK_RUNNING', { reason: 'REASON_RECONCILIATION', agentId: 'a' });
    expect(harness.of('kill')).toEqual([{ kind: 'kill', taskId: 'old-3', agentId: 'a' }]);
  });

  test('C58: adopted executors hold their cores, are asked for, and are told of as they are found', () => {
    const harness = new Harness({ coresMax: 4 }).handle({ kind: 'adopt', executors }).subscribed();
    expect(questions(harness)).toEqual([['old-4', 'old-7']]);
    harness.update('old-4', 'TASK_RUNNING', { reason: 'REASON_RECONCILIATION' });
    harness.update('old-7', 'TASK_GONE', { reason: 'REASON_RECONCILIATION' });
    expect(harness.of('executorState').map(({ executor, state }) => [executor, state])).toEqual([
      [executors[0], 'RUNNING'],
      [executors[1], 'FAILED'],
    ]);
    expect(harness.of('kill')).toEqual([]);
    expect(harness.scheduler.snapshot(harness.nowMs)).toMatchObject({ cores: 2 });
  });

  test('C5, C58: neither the ids of adopted executors nor those that were used before them come back', () => {
    const launches = (nextExecutorId?: number) => {
      const harness = new Harness().handle({ kind: 'adopt', executors, nextExecutorId }).subscribed();
      harness.wants({ cores: 1, memoryMiB: 100, total: 3 }).offers({ id: 'o1', cpus: 1, memMiB: 8192 });
      return harness.executors().map((executor) => [executor.executorId, executor.taskId]);
    };
    expect(launches()).toEqual([[8, 'p-8']]);
    expect(launches(12)).toEqual([[12, 'p-12']]);
  });

  test('C58: an executor survives being written down as JSON', () => {
    const harness = launched(1);
    const [executor] = harness.scheduler.snapshot(harness.nowMs).executors;
    expect(JSON.parse(JSON.stringify(executor))).toEqual(executor);
  });

  test('C58: one that is left to the next is neither torn down nor touched', () => {
    const harness = launched(1).handle({ kind: 'detach' });
    expect(harness.kinds()).toEqual(['detach']);
    expect(harness.scheduler.nextWakeMs()).toBeUndefined();
    expect(harness.forget().handle({ kind: 'stop' }).kinds()).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import { Harness, taskOf, withExecutor } from './harness.ts';

/** An executor with task 1 running, task 2 waiting, and one slot. */
function atWork(settings: Parameters<typeof withExecutor>[0] = {}): Harness {
  return withExecutor(settings).hold('1', '2').cores(1).running('p-s-0').forget();
}

describe('an executor that ends', () => {
  test('F32, F33: takes its tasks with it, those that wait too, and its slots go back', () => {
    const harness = atWork().update('p-e-0', 'TASK_FAILED', { message: 'Command exited with status 1' });
    expect(harness.lost()).toEqual(['1 passed', '2 held']);
    expect(harness.of('taskLost')[0]?.detail.message).toContain('Command exited with status 1');
    expect(harness.states()).toEqual(['0 FAILED']);
    expect(harness.of('executorState')[0]?.detail.exitStatus).toBe(1);
    expect(harness.kills()).toEqual(['p-s-0']);
    expect(harness.scheduler.snapshot(harness.nowMs)).toMatchObject({
      heldTasks: 0,
      passedTasks: 0,
      cores: 1,
    });
    harness.update('p-s-0', 'TASK_KILLED');
    expect(harness.scheduler.snapshot(harness.nowMs).cores).toBe(0);
  });

  test('F34: is replaced by one with another id, on the same agent', () => {
    const harness = atWork().update('p-e-0', 'TASK_FAILED').update('p-s-0', 'TASK_KILLED').advance(1000);
    expect(harness.of('revive').length).toBeGreaterThan(0);
    harness.cores(4);
    expect(harness.launchedIds()).toEqual(['p-e-1']);
  });

  test('F34: before it has started is tried again after a pause that grows, not 26 times a second', () => {
    const harness = new Harness({ agentMaxFailures: Number.POSITIVE_INFINITY }).subscribed();
    const launches: number[] = [];
    for (let elapsedMs = 0; elapsedMs < 60_000; elapsedMs += 100) {
      harness.forget().cores(4);
      for (const id of harness.launchedIds()) {
        launches.push(elapsedMs);
        harness.update(id, 'TASK_FAILED', { message: 'Command exited with status 127' });
      }
      harness.advance(100);
    }
    expect(launches).toEqual([0, 1000, 3000, 7000, 15_000, 31_000]);
  });

  test('F34: again and again is given up, with the last reason, and the agent is named', () => {
    const harness = new Harness({ maxStartFailures: 3 }).subscribed();
    for (let elapsedMs = 0; elapsedMs < 300_000; elapsedMs += 500) {
      const before = harness.launchedIds().length;
      harness.cores(4);
      for (const id of harness.launchedIds().slice(before)) {
        harness.update(id, 'TASK_FAILED', { message: 'Command exited with status 127' });
      }
      harness.advance(500);
    }
    expect(harness.launchedIds()).toHaveLength(3);
    expect(harness.of('agentExcluded')[0]?.agent).toMatchObject({ agentId: 'a', failures: 2 });
    const [failed] = harness.of('failed');
    expect(failed?.error).toMatchObject({ code: 'FINE_EXECUTORS_CANNOT_START' });
    expect(failed?.error.message).toContain('Command exited with status 127');
    expect(harness.of('waiting')[0]?.report.sentence).toContain('Command exited with status 127');
  });

  test('F33: on an agent that is gone is lost, and so are its tasks', () => {
    const harness = atWork().update('p-e-0', 'TASK_GONE_BY_OPERATOR', {
      reason: 'REASON_AGENT_REMOVED_BY_OPERATOR',
    });
    expect(harness.lost()).toEqual(['1 passed', '2 held']);
    expect(harness.of('executorState')[0]?.detail.agentLost).toBe(true);
  });
});

describe('an agent that is cut off', () => {
  test('F33: gets no more tasks, keeps those that run, and goes on when it is back', () => {
    const harness = atWork();
    harness.update('p-e-0', 'TASK_UNREACHABLE', { reason: 'REASON_AGENT_REMOVED' });
    harness.update('p-s-0', 'TASK_UNREACHABLE', { reason: 'REASON_AGENT_REMOVED' });
    harness.advance(20_000);
    expect(harness.lost()).toEqual([]);
    harness.forget().running('p-e-0', 'p-s-0').advance(10);
    expect(harness.kinds()).toEqual(['executorState', 'revive']);
    harness.cores(1).running('p-s-1');
    expect(harness.passed()).toEqual(['2']);
  });

  test('F33: for too long is lost with all that was on it, and what comes back is killed', () => {
    const harness = atWork();
    harness.update('p-e-0', 'TASK_UNREACHABLE', { reason: 'REASON_AGENT_REMOVED' });
    harness.update('p-s-0', 'TASK_UNREACHABLE', { reason: 'REASON_AGENT_REMOVED' });
    harness.advance(30_000);
    expect(harness.states()).toEqual(['0 LOST']);
    expect(harness.lost()).toEqual(['1 passed', '2 held']);
    harness.forget().running('p-e-0');
    expect(harness.kills()).toContain('p-e-0');
  });

  test('F33, F44: is asked for when the master says that it failed', () => {
    const harness = atWork();
    harness.handle({ kind: 'agentLost', agentId: 'a' as never });
    expect(harness.of('reconcile')[0]?.tasks.map(({ taskId }) => taskId)).toEqual(['p-e-0', 'p-s-0']);
  });
});

describe('a slot that cannot start', () => {
  test('F34: leaves the task waiting, and makes the next one wait longer each time', () => {
    const harness = withExecutor().hold('1').forget();
    const launches: number[] = [];
    for (let elapsedMs = 0; elapsedMs < 20_000; elapsedMs += 100) {
      harness.forget().cores(1);
      for (const id of harness.launchedIds()) {
        launches.push(elapsedMs);
        harness.update(id, 'TASK_FAILED', { message: 'no such container' });
      }
      harness.advance(100);
    }
    expect(launches).toEqual([0, 1000, 3000, 7000, 15_000]);
    expect(harness.lost()).toEqual([]);
  });

  test('F34: again and again ends its executor, so that its tasks run elsewhere', () => {
    const harness = withExecutor({ maxStartFailures: 2 }).hold('1').forget();
    for (let elapsedMs = 0; elapsedMs < 5000; elapsedMs += 500) {
      const before = harness.launchedIds().length;
      harness.cores(1);
      for (const id of harness.launchedIds().slice(before)) {
        harness.update(id, 'TASK_FAILED', { message: 'no such container' });
      }
      harness.advance(500);
    }
    expect(harness.kills()).toContain('p-e-0');
    harness.update('p-e-0', 'TASK_KILLED');
    expect(harness.lost()).toEqual(['1 held']);
  });
});

describe('a lost connection', () => {
  test('F44: changes nothing for tasks that run, and slots that are there go on', () => {
    const harness = atWork();
    harness.handle({ kind: 'disconnected', reason: 'the master is gone' }).ended('1');
    expect(harness.passed()).toEqual(['2']);
    expect(harness.kinds()).toEqual(['pass']);
  });

  test('F44: all is asked for when it is back, and what was held is asked for anew', () => {
    const harness = atWork()
      .handle({ kind: 'disconnected', reason: 'the master is gone' })
      .advance(100)
      .subscribed();
    expect(harness.of('reconcile')[0]?.tasks.map(({ taskId }) => taskId)).toEqual(['p-e-0', 'p-s-0']);
    harness.cores(1).running('p-s-1');
    expect(harness.passed()).toEqual(['2']);
  });

  test('F44: kills that may have got lost with it are repeated', () => {
    const harness = atWork().ended('1').ended('2').advance(50);
    expect(harness.kills()).toEqual(['p-s-0']);
    harness.handle({ kind: 'disconnected', reason: 'x' }).forget().subscribed();
    expect(harness.kills()).toEqual(['p-s-0']);
  });

  test('F35: that cannot be renewed fails the application, and its tasks are answered', () => {
    const harness = atWork().handle({ kind: 'subscriptionFailed', error: new Error('framework removed') });
    expect(harness.of('failed')[0]?.error).toMatchObject({ code: 'FINE_SUBSCRIPTION_LOST' });
    expect(harness.lost()).toEqual(['2 held']);
    harness.hold('3');
    expect(harness.lost()).toEqual(['2 held', '3 held']);
  });

  test('F44: an ACCEPT that may not have got through is asked for', () => {
    const harness = withExecutor().hold('1').cores(1).forget();
    harness.handle({ kind: 'acceptFailed', taskIds: ['p-s-0' as never], reason: 'connection reset' });
    expect(harness.of('reconcile')[0]?.tasks.map(({ taskId }) => taskId)).toEqual(['p-s-0']);
    harness
      .update('p-s-0', 'TASK_LOST', { reason: 'REASON_RECONCILIATION' })
      .advance(2000)
      .cores(1)
      .running('p-s-1');
    expect(harness.passed()).toEqual(['1']);
  });

  test('F44: tasks of an earlier life of the framework are killed until they have ended', () => {
    const harness = new Harness({}, undefined, true).subscribed();
    expect(harness.of('reconcile').map(({ tasks }) => tasks.length)).toEqual([0]);
    harness.forget().update('q-s-3', 'TASK_RUNNING').advance(10_000);
    expect(harness.kills()).toEqual(['q-s-3', 'q-s-3']);
    harness.forget().update('q-s-3', 'TASK_KILLED').advance(20_000);
    expect(harness.kills()).toEqual([]);
  });
});

describe('executors without tasks', () => {
  test('F60: are let go after a while, but for the last', () => {
    const harness = new Harness({ executorIdleMs: 60_000 }).subscribed().cores(4).cores(4, 'b');
    harness.running('p-e-0', 'p-e-1').forget().advance(70_000);
    expect(harness.kills()[0]).toBe('p-e-0');
    harness.update('p-e-0', 'TASK_KILLED').forget().advance(200_000).cores(4);
    expect(harness.kinds().filter((kind) => kind === 'accept' || kind === 'kill')).toEqual([]);
  });

  test('F60: others are placed again once there are tasks', () => {
    const harness = new Harness({ executorIdleMs: 60_000 }).subscribed().cores(4).cores(4, 'b');
    harness.running('p-e-0', 'p-e-1').advance(70_000).update('p-e-0', 'TASK_KILLED').forget();
    harness.holdOn(1, '1').cores(4);
    expect(harness.launchedIds()).toEqual(['p-e-2']);
  });

  test('F60: one with a task stays, and one that the application counts is its own business', () => {
    const harness = withExecutor({ executorIdleMs: 60_000 })
      .cores(4, 'b')
      .running('p-e-1')
      .holdOn(1, '1')
      .forget();
    harness.advance(120_000);
    expect(harness.kills()[0]).toBe('p-e-0');
    const counted = new Harness({ executorIdleMs: 60_000 }).subscribed();
    counted
      .handle({ kind: 'executorTotal', total: 2 })
      .cores(4)
      .cores(4, 'b')
      .running('p-e-0', 'p-e-1')
      .forget();
    counted.advance(120_000);
    expect(counted.kills()).toEqual([]);
  });

  test('F60: as many are placed as the application wants', () => {
    const harness = new Harness().subscribed().handle({ kind: 'executorTotal', total: 0 }).cores(4);
    expect(harness.launchedIds()).toEqual([]);
    harness.handle({ kind: 'executorTotal', total: 1 }).advance(10);
    expect(harness.of('revive')).toHaveLength(1);
    harness.cores(4).cores(4, 'b');
    expect(harness.launchedIds()).toEqual(['p-e-0']);
  });
});

describe('the end', () => {
  test('F42: waits for executors, kills what is left, and tears the framework down', () => {
    const harness = atWork().handle({ kind: 'stop', graceMs: 1000 });
    expect(harness.lost()).toEqual(['2 held']);
    harness.advance(1000);
    expect(harness.kills()).toEqual(['p-e-0', 'p-s-0']);
    harness.update('p-s-0', 'TASK_KILLED').update('p-e-0', 'TASK_KILLED');
    expect(harness.kinds().at(-1)).toBe('teardown');
    expect(harness.of('taskLost').at(-1)?.task).toEqual(taskOf('1'));
  });

  test('F42: is at once where nothing is', () => {
    expect(new Harness().subscribed().forget().handle({ kind: 'stop' }).kinds()).toContain('teardown');
  });
});

import { describe, expect, test } from 'vitest';
import { CoreBench } from './bench.ts';

const SUPERVISED = { 'spark.driver.supervise': 'true' };

/** Launches what is due, and has it run and end. */
function runAndFail(bench: CoreBench, taskId: string, status = 1): void {
  bench.update(taskId, 'TASK_RUNNING');
  bench.update(taskId, 'TASK_FAILED', { message: `Command exited with status ${status}` });
}

async function launched(properties: Record<string, string> = {}, dispatcher: Record<string, string> = {}) {
  const bench = await CoreBench.subscribed(dispatcher);
  const id = bench.take({ ...SUPERVISED, ...properties });
  bench.offer({ id: 'o0' });
  return { bench, id };
}

describe('supervision', () => {
  test('D51, D52, D53: waits are 1, 2, 4, … seconds up to the maximum; offers are asked for when one is over, and not before', async () => {
    const { bench, id } = await launched({}, { 'spark.mesos.cluster.retry.wait.max': '5' });
    const waits = [1, 2, 4, 5, 5];
    for (const [index, waitSeconds] of waits.entries()) {
      const taskId = index === 0 ? id : `${id}-retry-${index}`;
      runAndFail(bench, taskId);
      expect(bench.status(id)).toMatchObject({
        state: 'retrying',
        retry: { retries: index + 1, waitSeconds, nextRetryAtMs: bench.nowMs + waitSeconds * 1000 },
      });
      bench.actions.length = 0;
      bench.offer({ id: `early${index}` });
      expect(bench.launched).toEqual([]);
      bench.advance(waitSeconds * 1000 - 1);
      expect(bench.of('revive')).toHaveLength(0);
      bench.advance(1);
      expect(bench.of('revive')).toHaveLength(1);
      bench.offer({ id: `o${index + 1}` });
      expect(bench.launched).toEqual([`${id}-retry-${index + 1}`]);
    }
  });

  test('D55, D56: each attempt has ids of its own, and what comes of an older one changes nothing', async () => {
    const { bench, id } = await launched();
    runAndFail(bench, id);
    bench.advance(1000);
    bench.offer({ id: 'o1' });
    bench.update(`${id}-retry-1`, 'TASK_RUNNING');
    const before = bench.status(id);
    expect(before.attempts.map(({ driverFrameworkId }) => driverFrameworkId)).toEqual([
      `fw-${id}`,
      `fw-${id}-retry-1`,
    ]);
    // Why the one before ended is told of that one, and not of the driver that runs again.
    expect(before).toMatchObject({ message: undefined, attempts: [{ exitStatus: 1 }, {}] });
    for (const state of ['TASK_FINISHED', 'TASK_KILLED', 'TASK_LOST', 'TASK_FAILED'] as const) {
      bench.update(id, state);
    }
    expect(bench.status(id)).toMatchObject({ state: 'running', attemptCount: 2 });
    expect(bench.of('acknowledge').length).toBeGreaterThanOrEqual(7);
  });

  test('D54, D84: after the maximum of retries it has failed, and says why', async () => {
    const { bench, id } = await launched({ 'spark.mesos.driver.supervise.maxRetries': '1' });
    runAndFail(bench, id);
    bench.advance(1000);
    bench.offer({ id: 'o1' });
    runAndFail(bench, `${id}-retry-1`);
    expect(bench.status(id)).toMatchObject({ state: 'finished', finalState: 'FAILED' });
    expect(bench.status(id).message).toContain('not started again: no more than 1 retry');
    const { retriesTotal, retryCounts, endedByTaskState, launchToRetryMs } = bench.core.context.metrics;
    expect([retriesTotal, retryCounts, launchToRetryMs.length]).toEqual([1, [1], 1]);
    expect(endedByTaskState).toEqual(new Map([['TASK_FAILED', 2]]));
  });

  test('D54: after a healthy run the count and the wait begin anew', async () => {
    const { bench, id } = await launched({
      'spark.mesos.driver.supervise.resetAfter': '1h',
      'spark.mesos.driver.supervise.maxRetries': '2',
    });
    runAndFail(bench, id);
    bench.advance(1000);
    bench.offer({ id: 'o1' });
    bench.update(`${id}-retry-1`, 'TASK_RUNNING');
    bench.advance(3_600_000);
    bench.update(`${id}-retry-1`, 'TASK_FAILED');
    expect(bench.status(id).retry).toMatchObject({ retries: 1, waitSeconds: 1 });
  });

  test('D54: an exit status that says that it would be in vain ends it', async () => {
    const { bench, id } = await launched({ 'spark.mesos.driver.supervise.finalExitStatuses': '2,64-78' });
    runAndFail(bench, id, 65);
    expect(bench.status(id)).toMatchObject({ state: 'finished', finalState: 'FAILED' });
    expect(bench.status(id).message).toContain('exit status 65 says that it would be in vain');
  });

  test.each([
    ['TASK_FAILED', 'retrying'],
    ['TASK_LOST', 'retrying'],
    ['TASK_GONE', 'retrying'],
    ['TASK_GONE_BY_OPERATOR', 'retrying'],
    ['TASK_KILLED', 'finished'],
    ['TASK_ERROR', 'finished'],
    ['TASK_FINISHED', 'finished'],
  ] as const)('D50: after %s a supervised driver is %s', async (state, then) => {
    const { bench, id } = await launched();
    bench.update(id, 'TASK_RUNNING');
    bench.update(id, state);
    expect(bench.status(id).state).toBe(then);
  });

  test.each(['TASK_KILLED', 'TASK_GONE_BY_OPERATOR'] as const)(
    'D58: a driver whose agent is drained (%s) is started elsewhere at once, and that does not count',
    async (state) => {
      const { bench, id } = await launched();
      bench.update(id, 'TASK_RUNNING');
      bench.actions.length = 0;
      bench.update(id, state, { reason: 'REASON_AGENT_DRAINING' });
      bench.advance(0);
      expect(bench.core.context.fleet.due.size).toBe(1);
      bench.offer({ id: 'o1' });
      expect(bench.launched).toEqual([`${id}-retry-1`]);
      runAndFail(bench, `${id}-retry-1`);
      expect(bench.status(id).retry).toMatchObject({ retries: 1, waitSeconds: 1 });
    },
  );

  test('D35: retries that are due go before the queue', async () => {
    const { bench, id } = await launched();
    runAndFail(bench, id);
    bench.take();
    bench.advance(1000);
    bench.offer({ id: 'o1', cpus: 1 });
    expect(bench.launched).toEqual([id, `${id}-retry-1`]);
  });

  test('very many attempts: the first and the latest are remembered, and how many there were', async () => {
    const { bench, id } = await launched({}, { 'spark.mesos.cluster.retry.wait.max': '1' });
    for (let attempt = 1; attempt <= 40; attempt += 1) {
      runAndFail(bench, attempt === 1 ? id : `${id}-retry-${attempt - 1}`);
      bench.advance(1000);
      bench.offer({ id: `o${attempt}` });
    }
    const { attempts, attemptCount } = bench.status(id);
    expect(attemptCount).toBe(41);
    expect(attempts.map(({ number }) => number)).toEqual([
      1,
      ...Array.from({ length: 19 }, (_, index) => 23 + index),
    ]);
  });
});

describe('an agent that is cut off', () => {
  test('U133: a driver on it is waited for, and is as before when it comes back', async () => {
    const bench = await CoreBench.subscribed();
    const id = bench.take();
    bench.offer({ id: 'o1' });
    bench.update(id, 'TASK_RUNNING');
    bench.update(id, 'TASK_UNREACHABLE', { reason: 'REASON_AGENT_REMOVED' });
    expect(bench.status(id).state).toBe('unreachable');
    bench.advance(24 * 3_600_000);
    expect(bench.status(id).state).toBe('unreachable');
    bench.update(id, 'TASK_RUNNING');
    expect(bench.status(id).state).toBe('running');
  });

  test('D56: a supervised one is started elsewhere after its time, and the old task is killed should it come back', async () => {
    const { bench, id } = await launched({ 'spark.mesos.driver.supervise.unreachableTimeout': '30s' });
    bench.update(id, 'TASK_RUNNING');
    bench.update(id, 'TASK_UNREACHABLE', { reason: 'REASON_AGENT_REMOVED' });
    bench.advance(29_000);
    expect(bench.status(id).state).toBe('unreachable');
    bench.advance(2000);
    expect(bench.status(id).state).toBe('retrying');
    bench.offer({ id: 'o1' });
    expect(bench.launched).toEqual([id, `${id}-retry-1`]);
    bench.update(`${id}-retry-1`, 'TASK_RUNNING');
    bench.update(id, 'TASK_RUNNING');
    expect(bench.of('kill')).toEqual([{ kind: 'kill', taskId: id }]);
    bench.update(id, 'TASK_KILLED');
    expect(bench.status(id)).toMatchObject({ state: 'running', attemptCount: 2 });
  });

  test.each(['disconnected', 'restarted'])(
    'D56: while the dispatcher is %s nothing is heard of it, so its time is not over before its master was asked',
    async (how) => {
      const { bench: before, id } = await launched({});
      before.update(id, 'TASK_RUNNING');
      before.update(id, 'TASK_UNREACHABLE', { reason: 'REASON_AGENT_REMOVED' });
      before.advance(30_000);
      if (how === 'disconnected') before.handle({ kind: 'disconnected', reason: 'the master is gone' });
      before.nowMs += how === 'restarted' ? 600_000 : 0;
      const bench = how === 'restarted' ? await before.restarted() : before;
      bench.advance(600_000);
      expect(bench.status(id).state).toBe('unreachable');
      bench.subscribe();
      bench.advance(4_000);
      expect(bench.of('reconcile').at(-1)?.tasks).toEqual([{ taskId: id, agentId: 'agent-of-o0' }]);
      expect(bench.status(id).state).toBe('unreachable');
      const again = await bench.restarted();
      again.subscribe();
      again.update(id, 'TASK_UNREACHABLE', { reason: 'REASON_RECONCILIATION' });
      again.advance(2_000);
      expect(again.status(id).state).toBe('retrying');
      bench.update(id, 'TASK_RUNNING', { reason: 'REASON_RECONCILIATION' });
      bench.advance(600_000);
      expect(bench.status(id)).toMatchObject({ state: 'running', attemptCount: 1 });
      expect(bench.of('kill')).toEqual([]);
    },
  );

  test('what may have run on an agent that comes back without it is not run again, unless it is supervised', async () => {
    const bench = await CoreBench.subscribed();
    const id = bench.take();
    bench.offer({ id: 'o1' });
    bench.update(id, 'TASK_UNREACHABLE', { reason: 'REASON_RECONCILIATION' });
    expect(bench.status(id).state).toBe('unreachable');
    bench.advance(61_000);
    expect(bench.of('reconcile').at(-1)?.tasks).toEqual([{ taskId: id, agentId: 'agent-of-o1' }]);
    const again = await bench.restarted();
    again.subscribe();
    again.update(id, 'TASK_GONE', { reason: 'REASON_RECONCILIATION' });
    expect(again.status(id)).toMatchObject({ state: 'finished', finalState: 'LOST' });
  });

  test('a launch of which nothing was heard, and that nobody knows, is made again', async () => {
    const bench = await CoreBench.subscribed();
    const id = bench.take();
    bench.offer({ id: 'o1' });
    bench.update(id, 'TASK_GONE', { reason: 'REASON_RECONCILIATION' });
    expect(bench.status(id).state).toBe('queued');
  });

  test.each([
    ['TASK_STAGING', 'queued'],
    ['TASK_STARTING', 'finished'],
    ['TASK_RUNNING', 'finished'],
  ] as const)(
    'an agent that knows nothing of a task in %s has dropped it: it is %s then',
    async (seen, state) => {
      const bench = await CoreBench.subscribed();
      const id = bench.take();
      bench.offer({ id: 'o1' });
      bench.update(id, seen);
      bench.update(id, 'TASK_DROPPED', { reason: 'REASON_RECONCILIATION' });
      expect(bench.status(id).state).toBe(state);
    },
  );
});

import { describe, expect, test } from 'vitest';
import { CoreBench } from './bench.ts';

describe('a driver that runs once', () => {
  test('D30, D42: is written down, launched when its launch is written down, and acknowledged when its end is', async () => {
    const bench = await CoreBench.subscribed();
    bench.writing = 'held';
    bench.handle({
      kind: 'submit',
      ticket: 1,
      request: (await import('./bench.ts')).requestOf(),
      options: {},
    });
    expect(() => bench.outcome(1)).toThrow('not answered');
    bench.settle();
    const outcome = bench.outcome(1);
    const id = outcome.ok ? outcome.submissionId : '';
    expect(id).toMatch(/^driver-\d{14}-0001$/);
    expect(bench.status(id)).toMatchObject({ state: 'queued', attemptCount: 0 });
    bench.offer({ id: 'o1' });
    expect(bench.launched).toEqual([]);
    expect(bench.status(id).state).toBe('launching');
    bench.settle();
    expect(bench.launched).toEqual([id]);
    bench.update(id, 'TASK_RUNNING');
    expect(bench.of('acknowledge')).toHaveLength(0);
    bench.settle();
    expect(bench.of('acknowledge')).toHaveLength(1);
    bench.update(id, 'TASK_FINISHED');
    expect(bench.of('acknowledge')).toHaveLength(1);
    bench.settle();
    expect(bench.of('acknowledge')).toHaveLength(2);
    expect(bench.status(id)).toMatchObject({ state: 'finished', finalState: 'FINISHED' });
  });

  test('D22, D55: has a task id and a framework id of its own', async () => {
    const bench = await CoreBench.subscribed();
    const id = bench.take();
    bench.offer({ id: 'o1' });
    expect(bench.status(id).attempts).toEqual([
      expect.objectContaining({
        number: 1,
        taskId: id,
        driverFrameworkId: `fw-${id}`,
        agentId: 'agent-of-o1',
      }),
    ]);
  });

  test('D57: an update of a driver that nobody knows is acknowledged; one that lives is killed', async () => {
    const bench = await CoreBench.subscribed();
    bench.update('driver-1', 'TASK_FAILED');
    expect(bench.of('acknowledge')).toHaveLength(1);
    expect(bench.of('kill')).toHaveLength(0);
    bench.update('driver-2', 'TASK_RUNNING');
    expect(bench.of('kill')).toEqual([{ kind: 'kill', taskId: 'driver-2' }]);
  });

  test.each([
    ['TASK_FINISHED', 'FINISHED'],
    ['TASK_FAILED', 'FAILED'],
    ['TASK_KILLED', 'KILLED'],
    ['TASK_ERROR', 'ERROR'],
    ['TASK_LOST', 'LOST'],
    ['TASK_GONE', 'LOST'],
    ['TASK_GONE_BY_OPERATOR', 'LOST'],
    ['TASK_UNKNOWN', 'LOST'],
  ] as const)(
    'D37, D57: after %s it has ended as %s, with the reason and the exit status',
    async (state, finalState) => {
      const bench = await CoreBench.subscribed();
      const id = bench.take();
      bench.offer({ id: 'o1' });
      bench.update(id, 'TASK_RUNNING');
      bench.update(id, state, {
        message: 'Command exited with status 3',
        reason: 'REASON_COMMAND_EXECUTOR_FAILED',
      });
      const { attempts, ...status } = bench.status(id);
      expect(status).toMatchObject({ state: 'finished', finalState, finishedAtMs: bench.nowMs });
      expect(attempts[0]).toMatchObject({
        taskState: state,
        exitStatus: state === 'TASK_FINISHED' ? 0 : 3,
        reason: 'REASON_COMMAND_EXECUTOR_FAILED',
      });
      expect(bench.core.context.fleet.live.size).toBe(0);
    },
  );

  test('an update that is repeated is acknowledged when what it says is safe, and not before', async () => {
    const bench = await CoreBench.subscribed();
    const id = bench.take();
    bench.offer({ id: 'o1' });
    bench.writing = 'held';
    bench.update(id, 'TASK_FINISHED');
    bench.update(id, 'TASK_FINISHED');
    expect(bench.of('acknowledge')).toHaveLength(0);
    bench.settle();
    expect(bench.of('acknowledge')).toHaveLength(2);
  });

  test('D10: nothing is launched before the framework id is safe', async () => {
    const bench = await CoreBench.start();
    bench.take();
    bench.writing = 'held';
    bench.subscribe();
    bench.offer({ id: 'o1' });
    expect(bench.of('decline')).toEqual([{ kind: 'decline', offerIds: ['o1'], refuseSeconds: 5 }]);
    bench.settle();
    bench.writing = 'safe';
    bench.advance(1000);
    expect(bench.of('revive')).toHaveLength(1);
    bench.offer({ id: 'o2' });
    expect(bench.launched).toHaveLength(1);
  });
});

describe('a launch that comes to nothing', () => {
  test('a launch that could not be written down is not made, and is made again when the store is better', async () => {
    const bench = await CoreBench.subscribed();
    const id = bench.take();
    bench.writing = 'failing';
    bench.offer({ id: 'o1' });
    expect(bench.launched).toEqual([]);
    expect(bench.of('decline')).toEqual([{ kind: 'decline', offerIds: ['o1'], refuseSeconds: 5 }]);
    expect(bench.status(id).state).toBe('queued');
    bench.writing = 'safe';
    bench.advance(2000);
    bench.offer({ id: 'o2' });
    expect(bench.launched).toEqual([`${id}-retry-1`]);
  });

  test.each([
    ['the connection breaks', (bench: CoreBench) => bench.handle({ kind: 'disconnected', reason: 'gone' })],
    [
      'the offer is taken back',
      (bench: CoreBench) => bench.handle({ kind: 'rescinded', offerId: 'o1' as never }),
    ],
  ])('while it is written down, %s: it is not made, and the driver waits as before', async (_, happen) => {
    const bench = await CoreBench.subscribed();
    const id = bench.take();
    bench.writing = 'held';
    bench.offer({ id: 'o1' });
    happen(bench);
    bench.settle();
    bench.settle();
    expect(bench.launched).toEqual([]);
    expect(bench.status(id)).toMatchObject({ state: 'queued', attemptCount: 1 });
  });

  test.each(['TASK_DROPPED', 'TASK_LOST'] as const)(
    'Mesos drops it (%s) before the agent hears of it: it waits again in its old place, without --supervise too',
    async (state) => {
      const bench = await CoreBench.subscribed();
      const first = bench.take();
      bench.offer({ id: 'o1', cpus: 1 });
      bench.take();
      bench.update(first, state, { reason: 'REASON_INVALID_OFFERS' });
      expect(bench.status(first).state).toBe('queued');
      bench.offer({ id: 'o2', cpus: 1 });
      expect(bench.launched).toEqual([first, `${first}-retry-1`]);
    },
  );

  test('the call did not arrive: it is launched again with the next offer', async () => {
    const bench = await CoreBench.subscribed();
    const id = bench.take();
    bench.offer({ id: 'o1' });
    const failure = { notCarriedOut: true, refused: false, reason: 'no subscription' };
    bench.handle({ kind: 'acceptSettled', taskIds: [id as never], failure });
    expect(bench.status(id).state).toBe('queued');
  });

  test('nobody knows whether the call arrived: the master is asked, and only its answer counts', async () => {
    const bench = await CoreBench.subscribed();
    const id = bench.take();
    bench.offer({ id: 'o1' });
    bench.actions.length = 0;
    const failure = { notCarriedOut: false, refused: false, reason: 'connection lost' };
    bench.handle({ kind: 'acceptSettled', taskIds: [id as never], failure });
    expect(bench.status(id).state).toBe('launching');
    expect(bench.of('reconcile')[0]?.tasks).toEqual([{ taskId: id, agentId: 'agent-of-o1' }]);
    bench.update(id, 'TASK_GONE', { reason: 'REASON_RECONCILIATION' });
    expect(bench.status(id).state).toBe('queued');
  });

  test('D39, D63, D64: one whose task cannot be made any more has ended like others, and says why; the others are launched', async () => {
    const bench = await CoreBench.subscribed();
    const [bad, good] = [bench.take(), bench.take({ 'spark.mesos.driver.labels': 'of:mine' })];
    // A default of the dispatcher that is wrong now, and that the other one does not use.
    const later = await CoreBench.start(
      { 'spark.mesos.dispatcher.driverDefault.spark.mesos.driver.labels': 'malformed' },
      bench.store.crash(),
    );
    later.subscribe();
    later.offer({ id: 'o1' });
    expect(later.status(bad)).toMatchObject({
      state: 'finished',
      finalState: 'ERROR',
      message: expect.stringContaining('spark.mesos.driver.labels'),
      finishedAtMs: later.nowMs,
      attemptCount: 0,
    });
    expect(later.launched).toEqual([good]);
    const { submitToExceptionMs, retryCounts } = later.core.context.metrics;
    expect([submitToExceptionMs.length, retryCounts]).toEqual([1, [0]]);
  });

  test('D64: of a launch that Mesos refuses as a whole, each is launched alone, and only the bad one ends', async () => {
    const bench = await CoreBench.subscribed();
    const [one, other] = [bench.take(), bench.take()];
    bench.offer({ id: 'o1' });
    const failure = { notCarriedOut: true, refused: true, reason: 'invalid' };
    bench.handle({ kind: 'acceptSettled', taskIds: [one, other] as never[], failure });
    bench.offer({ id: 'o2' }, { id: 'o3' });
    expect(bench.of('accept').at(-1)?.taskIds).toEqual([`${one}-retry-1`]);
    bench.handle({ kind: 'acceptSettled', taskIds: [`${one}-retry-1`] as never[], failure });
    expect(bench.status(one)).toMatchObject({ state: 'finished', finalState: 'ERROR' });
    expect(bench.status(one).message).toContain('Mesos refused to launch it: invalid');
    bench.offer({ id: 'o4' });
    bench.update(`${other}-retry-1`, 'TASK_RUNNING');
    expect(bench.status(other).state).toBe('running');
  });
});

import { describe, expect, test } from 'vitest';
import { Harness, SMALL } from './harness.ts';

function running(count: number): Harness {
  const harness = new Harness().subscribed().wants({ ...SMALL, total: count });
  harness.offers({ id: 'o', cpus: count, memMiB: 10_000 * count });
  for (let index = 0; index < count; index += 1) {
    harness.update(`p-${index}`, 'TASK_RUNNING');
  }
  return harness.forget();
}

describe('the end of an application', () => {
  test('C57: without executors the framework is torn down at once', () => {
    const harness = new Harness().subscribed().forget().handle({ kind: 'stop' });
    expect(harness.kinds()).toEqual(['teardown']);
    expect(harness.scheduler.nextWakeMs()).toBeUndefined();
  });

  test('C57: executors may end by themselves; none is replaced, and the last one ends it', () => {
    const harness = running(2).handle({ kind: 'stop' }).update('p-0', 'TASK_FINISHED');
    harness.offers({ id: 'o2', cpus: 4, memMiB: 8192 });
    expect(harness.kinds()).not.toContain('revive');
    expect(harness.kinds()).not.toContain('teardown');
    harness.forget().update('p-1', 'TASK_FINISHED');
    expect(harness.kinds()).toEqual(['executorState', 'acknowledge', 'teardown']);
  });

  test('C57: what is left after the shutdown timeout is killed, and then torn down', () => {
    const harness = running(2).handle({ kind: 'stop' }).update('p-0', 'TASK_FINISHED').forget().advance(9999);
    expect(harness.kinds()).toEqual([]);
    harness.advance(1);
    expect(harness.of('kill').map(({ taskId }) => taskId)).toEqual(['p-1']);
    harness.update('p-1', 'TASK_KILLED', { message: 'Command exited with status 143' });
    expect(harness.of('executorState')[0]?.state).toBe('KILLED');
    expect(harness.kinds().at(-1)).toBe('teardown');
  });

  test('C57: an executor that does not even die of a kill does not hold up the teardown', () => {
    const harness = running(1).handle({ kind: 'stop', graceMs: 0 });
    expect(harness.of('kill')).toHaveLength(1);
    expect(harness.advance(5000).kinds().at(-1)).toBe('teardown');
  });

  test('C57: a second stop is ignored, or shortens the time', () => {
    const harness = running(1).handle({ kind: 'stop' }).handle({ kind: 'stop' }).advance(1000);
    expect(harness.of('kill')).toEqual([]);
    harness.handle({ kind: 'stop', graceMs: 0 });
    expect(harness.of('kill')).toHaveLength(1);
    expect(harness.handle({ kind: 'stop', graceMs: 60_000 }).advance(5000).of('teardown')).toHaveLength(1);
  });

  test('without a connection the time still runs out', () => {
    const harness = running(1)
      .handle({ kind: 'disconnected', reason: 'x' })
      .handle({ kind: 'stop' })
      .advance(15_000);
    expect(harness.kinds().at(-1)).toBe('teardown');
  });

  test('a subscription that is over for good fails the application, and stop has nothing to wait for', () => {
    const harness = running(1).handle({
      kind: 'subscriptionFailed',
      error: new Error('Framework has been removed'),
    });
    expect(harness.of('failed')[0]?.error).toMatchObject({
      code: 'COARSE_SUBSCRIPTION_LOST',
      message: 'Framework has been removed',
    });
    expect(harness.handle({ kind: 'stop' }).kinds().at(-1)).toBe('teardown');
  });

  test('once it is stopped nothing is done any more', () => {
    const harness = running(0).handle({ kind: 'stop' }).forget();
    harness.wants().handle({ kind: 'wake' }).handle({ kind: 'clearExclusions' });
    expect(harness.kinds()).toEqual([]);
  });
});

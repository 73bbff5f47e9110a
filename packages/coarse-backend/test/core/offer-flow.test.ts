import { describe, expect, test } from 'vitest';
import { Harness, SMALL } from './harness.ts';

const roomy = { cpus: 4, memMiB: 8192 };

describe('the flow of offers', () => {
  test('U124: offers are suppressed once the target is reached, and revived when it rises', () => {
    const harness = new Harness()
      .subscribed()
      .wants({ ...SMALL, total: 1 })
      .offers({ id: 'o1', ...roomy });
    expect(harness.kinds().at(-1)).toBe('suppress');
    harness
      .advance(1000)
      .forget()
      .wants({ ...SMALL, total: 2 });
    expect(harness.kinds()).toEqual(['revive']);
    harness.offers({ id: 'o2', ...roomy });
    expect(harness.kinds().at(-1)).toBe('suppress');
  });

  test('U124: nothing is suppressed twice', () => {
    const harness = new Harness()
      .subscribed()
      .wants({ ...SMALL, total: 0 })
      .wants({ ...SMALL, total: 0 });
    expect(harness.of('suppress')).toHaveLength(1);
  });

  test('C54: a raised target clears the filters of earlier declines, an equal or lower one does nothing', () => {
    const harness = new Harness()
      .subscribed()
      .wants({ ...SMALL, total: 2 })
      .offers({ id: 'o1', cpus: 1, memMiB: 9 });
    harness.advance(1000).forget();
    expect(harness.wants({ ...SMALL, total: 2 }).kinds()).toEqual([]);
    expect(harness.wants({ ...SMALL, total: 1 }).kinds()).toEqual([]);
    expect(harness.wants({ ...SMALL, total: 3 }).kinds()).toEqual(['revive']);
  });

  test('one REVIVE is in flight at a time, and the next keeps its distance', () => {
    const harness = new Harness().subscribed().forget();
    harness.answersRevive = false;
    harness
      .wants({ ...SMALL, total: 1 })
      .wants({ ...SMALL, total: 2 })
      .wants({ ...SMALL, total: 3 });
    expect(harness.of('revive')).toHaveLength(1);
    harness.handle({ kind: 'reviveSettled', ok: true });
    expect(harness.of('revive')).toHaveLength(1);
    harness.advance(249);
    expect(harness.of('revive')).toHaveLength(1);
    harness.advance(1);
    expect(harness.of('revive')).toHaveLength(2);
  });

  test('a REVIVE that got lost is sent again', () => {
    const harness = new Harness().subscribed();
    harness.answersRevive = false;
    harness.wants().handle({ kind: 'reviveSettled', ok: false }).forget();
    expect(harness.advance(250).kinds()).toEqual(['revive']);
  });

  test('without a subscription nothing is sent; a new one begins with offers', () => {
    const harness = new Harness().wants({ ...SMALL, total: 0 });
    expect(harness.kinds()).toEqual([]);
    harness
      .subscribed()
      .handle({ kind: 'disconnected', reason: 'x' })
      .forget()
      .wants({ ...SMALL, total: 1 });
    expect(harness.kinds()).toEqual([]);
    expect(harness.subscribed().kinds()).toEqual(['reconcile']);
    expect(harness.scheduler.snapshot(harness.nowMs).offers).toBe('open');
  });

  test('C81: while nothing fits all offers are asked for again, less and less often', () => {
    const harness = new Harness()
      .subscribed()
      .wants({ ...SMALL, total: 1 })
      .offers({ id: 'o1', cpus: 0.5, memMiB: 8192 })
      .forget();
    const revivesAt: number[] = [];
    const startMs = harness.nowMs;
    for (let second = 0; second < 500; second += 1) {
      if (harness.forget().advance(1000).of('revive').length > 0) {
        revivesAt.push((harness.nowMs - startMs) / 1000);
      }
    }
    expect(revivesAt).toEqual([10, 30, 70, 150, 270, 390]);
  });

  test('C81: an executor that was placed begins the waits anew, and nothing is asked for once nothing is wanted', () => {
    const harness = new Harness()
      .subscribed()
      .wants({ ...SMALL, total: 2 })
      .advance(100_000)
      .offers({ id: 'o1', cpus: 1, memMiB: 8192 });
    expect(harness.forget().advance(10_000).of('revive')).toHaveLength(1);
    harness.offers({ id: 'o2', cpus: 1, memMiB: 8192 }).forget();
    expect(harness.advance(300_000).of('revive')).toEqual([]);
  });

  test('C81: the wait can be set, and that nothing is asked for without a new need', () => {
    const revives = (reviveIntervalMs: number) =>
      new Harness({ reviveIntervalMs })
        .subscribed()
        .wants({ ...SMALL, total: 1 })
        .advance(1000)
        .forget()
        .advance(30_000)
        .of('revive').length;
    expect(revives(5000)).toBe(2);
    expect(revives(0)).toBe(0);
  });

  test('C81: offers are suppressed when spark.cores.max is reached, and revived when an executor fails', () => {
    const harness = new Harness({ coresMax: 1 })
      .subscribed()
      .wants()
      .offers({ id: 'o1', ...roomy });
    expect(harness.kinds().at(-1)).toBe('suppress');
    harness.update('p-0', 'TASK_RUNNING').advance(40_000).forget().update('p-0', 'TASK_FAILED');
    expect(harness.kinds()).toContain('revive');
  });

  test('waking at the time asked for always moves that time on', () => {
    const harness = new Harness()
      .subscribed()
      .wants({ ...SMALL, total: 1 })
      .offers({ id: 'o1', agentId: 'a', ...roomy });
    harness.update('p-0', 'TASK_FAILED');
    for (let step = 0; step < 50; step += 1) {
      const wakeMs = harness.scheduler.nextWakeMs() ?? Number.POSITIVE_INFINITY;
      expect(wakeMs).toBeGreaterThan(harness.nowMs);
      harness.nowMs = wakeMs;
      harness.handle({ kind: 'wake' });
    }
  });
});

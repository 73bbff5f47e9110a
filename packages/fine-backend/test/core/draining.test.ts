import type { AgentId, OfferId } from '@spark-mesos/scheduler-utils';
import { describe, expect, test } from 'vitest';
import { Harness, withExecutor } from './harness.ts';

/** Maintenance of agent `a` in so many milliseconds. */
function maintenance(harness: Harness, inMs: number, inverseOfferId = 'i1'): Harness {
  const plan = {
    agentId: 'a' as AgentId,
    startMs: harness.nowMs + inMs,
    inverseOfferId: inverseOfferId as OfferId,
  };
  return harness.handle({ kind: 'maintenance', plans: [plan] });
}

/** So many cores of an agent whose maintenance has been announced. */
function announced(harness: Harness, cpus: number, agentId = 'a'): Harness {
  return harness.offers({ id: `m${harness.nowMs}`, agentId, cpus, memMiB: 4096, maintenanceAtMs: 1 });
}

describe('an agent that is to be empty', () => {
  test('C32, F63: an inverse offer is agreed to, and nothing else happens while the maintenance is far', () => {
    const harness = maintenance(withExecutor(), 3_600_000);
    expect(harness.effects).toEqual([
      { kind: 'acceptInverseOffers', inverseOfferIds: ['i1'], refuseSeconds: 120 },
    ]);
    announced(harness.hold('1').forget(), 3).running('p-s-0');
    expect(harness.passed()).toEqual(['1']);
  });

  test('C32, F63: gets no slots and no executors when it is near; one without tasks goes at once', () => {
    const harness = maintenance(withExecutor(), 3_600_000).forget().advance(2_999_999);
    expect(harness.of('draining')).toEqual([]);
    harness.advance(1);
    expect(harness.of('draining')).toMatchObject([
      { executor: { executorId: 0 }, deadlineMs: harness.nowMs + 595_000 },
    ]);
    expect(harness.kills()).toEqual(['p-e-0']);
    harness.update('p-e-0', 'TASK_KILLED').forget();
    announced(harness, 4).cores(4, 'b');
    expect(harness.declines()).toEqual([`m${harness.nowMs} AGENT_DRAINING 120`]);
    expect(harness.launchedIds()).toEqual(['p-e-1']);
  });

  test('C32, F63: what runs there runs to its end, what waits goes with the executor', () => {
    const harness = withExecutor().hold('1', '2').cores(2).running('p-s-0', 'p-s-1').hold('3').forget();
    maintenance(harness, 60_000).forget();
    announced(harness, 1).ended('1');
    expect(harness.launchedIds()).toEqual([]);
    expect(harness.passed()).toEqual([]);
    expect(harness.kills()).toEqual(['p-s-0']);
    expect(harness.ended('2').kills()).toEqual(['p-s-0', 'p-s-1', 'p-e-0']);
    harness.update('p-e-0', 'TASK_KILLED');
    expect(harness.lost()).toEqual(['3 held']);
    expect(harness.states()).toEqual(['0 KILLED']);
  });

  test('C32, F63: at the deadline the rest is killed, and counts against nobody', () => {
    const harness = withExecutor().hold('1').cores(3).running('p-s-0').forget();
    maintenance(harness, 60_000).advance(54_999);
    expect(harness.kills()).toEqual([]);
    expect(harness.advance(1).kills()).toEqual(['p-e-0']);
    harness.update('p-e-0', 'TASK_KILLED');
    expect(harness.lost()).toEqual(['1 passed']);
    expect(harness.of('agentExcluded')).toEqual([]);
  });

  test('C32, F63: slots that are being launched, or have no task, go back at once', () => {
    const harness = withExecutor().hold('1', '2').cores(2).running('p-s-0').forget();
    maintenance(harness, 60_000);
    expect(harness.kills()).toEqual(['p-s-1']);
    harness.update('p-s-1', 'TASK_KILLED').ended('1');
    expect(harness.kills()).toEqual(['p-s-1', 'p-s-0', 'p-e-0']);
  });

  test('C32, F63: plans that are taken back, or that the next offer knows nothing of, are forgotten', () => {
    const rescinded = maintenance(withExecutor(), 700_000);
    rescinded.handle({ kind: 'inverseOfferRescinded', inverseOfferId: 'i1' as OfferId }).forget();
    expect(rescinded.advance(700_000).of('draining')).toEqual([]);
    const offered = maintenance(withExecutor(), 700_000).cores(3).forget();
    expect(offered.advance(700_000).of('draining')).toEqual([]);
  });

  test('C32, F63: that an operator drains tells of it when it ends the executor, and is used again later', () => {
    const harness = withExecutor();
    harness.update('p-e-0', 'TASK_KILLING', { reason: 'REASON_AGENT_DRAINING' });
    expect(harness.of('draining')).toMatchObject([{ deadlineMs: harness.nowMs + 3000 }]);
    harness.update('p-e-0', 'TASK_KILLED', { reason: 'REASON_AGENT_DRAINING' });
    expect(harness.states()).toEqual(['0 KILLED']);
    announced(harness.forget(), 4);
    expect(harness.launchedIds()).toEqual([]);
    expect(harness.cores(4).launchedIds()).toEqual(['p-e-1']);
  });

  test('C32, F63: while only such agents are offered, people are told so', () => {
    const harness = new Harness().subscribed();
    announced(maintenance(harness, 60_000), 4).advance(20_000);
    expect(harness.of('waiting')[0]?.report.sentence).toContain('drained, or about to be under maintenance');
    expect(harness.scheduler.snapshot(harness.nowMs).cores).toBe(0);
  });
});

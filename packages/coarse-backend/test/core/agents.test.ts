import { describe, expect, test } from 'vitest';
import type { AgentId, OfferId } from '../../src/index.ts';
import { Harness, launched, SMALL, states } from './harness.ts';

const roomy = { cpus: 4, memMiB: 8192 };
const a = 'a' as AgentId;
const lost = { kind: 'agentLost', agentId: a } as const;

/** An offer of an agent whose maintenance has been announced. */
function announced(id: string, agentId: string) {
  return { id, agentId, ...roomy, maintenanceAtMs: 1 };
}

describe('agents that go', () => {
  test('C44: the word that an agent failed is no end: the master is asked for what was on it', () => {
    const harness = launched(2).update('p-0', 'TASK_RUNNING').forget().handle(lost);
    expect(states(harness)).toEqual([]);
    expect(harness.of('reconcile').map(({ tasks }) => tasks.map(({ taskId }) => taskId))).toEqual([
      ['p-0', 'p-1'],
    ]);
    expect(harness.scheduler.snapshot(harness.nowMs)).toMatchObject({ cores: 2 });
    harness.update('p-0', 'TASK_UNREACHABLE', { reason: 'REASON_RECONCILIATION' });
    harness.update('p-1', 'TASK_GONE_BY_OPERATOR', { reason: 'REASON_AGENT_REMOVED_BY_OPERATOR' });
    expect(states(harness)).toEqual(['1 FAILED']);
    expect(harness.of('executorState')[0]?.detail.agentLost).toBe(true);
    expect(harness.kinds()).toContain('revive');
  });

  test('C44: an agent that took its leave ends its executors, which are replaced and count against nobody', () => {
    const harness = launched(2).handle(lost);
    harness.update('p-0', 'TASK_LOST', { reason: 'REASON_AGENT_REMOVED' });
    harness.update('p-1', 'TASK_LOST', { reason: 'REASON_AGENT_REMOVED' }).update('p-1', 'TASK_LOST');
    expect(states(harness)).toEqual(['0 LOST', '1 LOST']);
    expect(harness.of('executorState').every(({ detail }) => detail.agentLost)).toBe(true);
    expect(harness.scheduler.excludedAgents(harness.nowMs)).toEqual([]);
  });

  test('U133: a cut-off executor is kept and comes back unseen, however long it has been cut off before', () => {
    const harness = launched(1).update('p-0', 'TASK_RUNNING').forget();
    for (let time = 0; time < 5; time += 1) {
      harness.update('p-0', 'TASK_UNREACHABLE').advance(29_000).update('p-0', 'TASK_RUNNING').advance(1000);
    }
    expect(states(harness)).toEqual([]);
    expect(harness.launches()).toEqual([]);
  });

  test('U133: one that stays away is replaced once the wait is over, and not later for being told again', () => {
    const harness = launched(1).update('p-0', 'TASK_RUNNING').forget();
    harness.update('p-0', 'TASK_UNREACHABLE').advance(20_000).handle(lost);
    harness.update('p-0', 'TASK_UNREACHABLE', { reason: 'REASON_RECONCILIATION' }).advance(9999);
    expect(states(harness)).toEqual([]);
    harness.advance(1);
    expect(states(harness)).toEqual(['0 LOST']);
    expect(harness.of('executorState')[0]?.detail).toEqual({
      message: 'Agent host-of-a (a) is cut off from the Mesos master',
      agentLost: true,
    });
    harness.offers({ id: 'o2', agentId: 'b', ...roomy });
    expect(harness.launches()).toEqual(['o2: 1']);
  });

  test('U133: the time without a connection of our own does not count against a cut-off executor', () => {
    const harness = launched(1).update('p-0', 'TASK_RUNNING').update('p-0', 'TASK_UNREACHABLE').forget();
    harness.handle({ kind: 'disconnected', reason: 'x' }).advance(600_000).subscribed();
    harness.update('p-0', 'TASK_RUNNING', { reason: 'REASON_RECONCILIATION' }).advance(60_000);
    expect(states(harness)).toEqual([]);
  });

  test('U133: one that comes back after it was replaced is killed, since its driver does not know it any more', () => {
    const harness = launched(1).update('p-0', 'TASK_RUNNING').update('p-0', 'TASK_UNREACHABLE');
    harness
      .advance(120_000)
      .offers({ id: 'o2', agentId: 'b', ...roomy })
      .forget();
    harness.update('p-0', 'TASK_RUNNING', { reason: 'REASON_AGENT_REREGISTERED', agentId: 'a' });
    expect(harness.of('kill')).toEqual([{ kind: 'kill', taskId: 'p-0', agentId: 'a' }]);
    expect(harness.advance(10_000).of('kill')).toHaveLength(2);
    harness.update('p-0', 'TASK_KILLED').advance(60_000);
    expect(harness.of('kill')).toHaveLength(2);
    expect(harness.scheduler.snapshot(harness.nowMs).executors.map(({ executorId }) => executorId)).toEqual([
      1,
    ]);
  });

  test('U133, C55: one that is killed while it is cut off is replaced at once, and killed when it comes back', () => {
    const harness = launched(1).update('p-0', 'TASK_RUNNING').update('p-0', 'TASK_UNREACHABLE').forget();
    harness.handle({ kind: 'killExecutors', executorIds: [0] });
    expect(harness.of('kill')).toHaveLength(1);
    expect(states(harness)).toEqual(['0 KILLED']);
    harness.offers({ id: 'o2', agentId: 'b', ...roomy });
    expect(harness.launches()).toEqual(['o2: 1']);
    harness.forget().update('p-0', 'TASK_RUNNING');
    expect(harness.of('kill')).toHaveLength(1);
  });

  test('U133, C55: one that is cut off while it is killed is not waited for', () => {
    const harness = launched(1).handle({ kind: 'killExecutors', executorIds: [0] });
    expect(states(harness.update('p-0', 'TASK_UNREACHABLE'))).toEqual(['0 KILLED']);
    expect(harness.forget().advance(100_000).of('kill')).toEqual([]);
  });

  test('C57: at the end nobody waits for executors that are cut off longer than for others', () => {
    const harness = launched(1).update('p-0', 'TASK_RUNNING').update('p-0', 'TASK_UNREACHABLE');
    harness.handle({ kind: 'stop' }).forget().advance(10_000);
    expect(harness.kinds()).toEqual(['kill', 'executorState', 'teardown']);
  });

  test('C80: an executor that outlives a restart of its agent process is kept, one that does not is replaced', () => {
    const harness = launched(2).update('p-0', 'TASK_RUNNING').update('p-1', 'TASK_RUNNING').forget();
    harness.update('p-0', 'TASK_RUNNING', { reason: 'REASON_AGENT_REREGISTERED' });
    harness.update('p-1', 'TASK_LOST', { reason: 'REASON_AGENT_DISCONNECTED' });
    expect(states(harness)).toEqual(['1 LOST']);
    expect(harness.scheduler.excludedAgents(harness.nowMs)).toEqual([]);
  });
});

describe('agents that are to be empty', () => {
  /** Maintenance of agent `a` in so many milliseconds. */
  function maintenance(harness: Harness, inMs: number, inverseOfferId = 'i1'): Harness {
    const plan = { agentId: a, startMs: harness.nowMs + inMs, inverseOfferId: inverseOfferId as OfferId };
    return harness.handle({ kind: 'maintenance', plans: [plan] });
  }

  test('C32: an inverse offer is agreed to, and nothing else happens while the maintenance is far', () => {
    const harness = maintenance(launched(1), 3_600_000);
    expect(harness.effects).toEqual([
      { kind: 'acceptInverseOffers', inverseOfferIds: ['i1'], refuseSeconds: 120 },
    ]);
    harness.wants({ ...SMALL, total: 2 }).offers(announced('o2', 'a'));
    expect(harness.launches()).toEqual(['o2: 1']);
  });

  test('C32: when it is near nothing is placed there any more, and the application is told until when', () => {
    const harness = maintenance(launched(1), 3_600_000)
      .forget()
      .advance(3_000_000 - 1);
    expect(harness.of('draining')).toEqual([]);
    harness.advance(1);
    expect(harness.of('draining')).toEqual([
      expect.objectContaining({
        executor: expect.objectContaining({ executorId: 0 }),
        deadlineMs: harness.nowMs + 595_000,
      }),
    ]);
    harness
      .wants({ ...SMALL, total: 2 })
      .forget()
      .offers(announced('o2', 'a'), { id: 'o3', agentId: 'b', ...roomy });
    expect(harness.launches()).toEqual(['o3: 1']);
    expect(harness.declines()).toEqual(['o2 AGENT_DRAINING 120']);
    expect(harness.of('draining')).toEqual([]);
  });

  test('C32: at the deadline what is left is killed and replaced elsewhere, and counts against nobody', () => {
    const harness = maintenance(launched(2), 60_000).update('p-0', 'TASK_FINISHED').forget().advance(54_999);
    expect(harness.of('kill')).toEqual([]);
    expect(
      harness
        .advance(1)
        .of('kill')
        .map(({ taskId }) => taskId),
    ).toEqual(['p-1']);
    harness.update('p-1', 'TASK_KILLED');
    expect(harness.scheduler.excludedAgents(harness.nowMs)).toEqual([]);
    harness.forget().offers({ id: 'o2', agentId: 'b', ...roomy });
    expect(harness.launches()).toEqual(['o2: 1', 'o2: 1']);
  });

  test('C32: a maintenance that has begun already still leaves executors the time that a shutdown has', () => {
    const harness = maintenance(launched(1), -60_000);
    expect(harness.of('draining')[0]?.deadlineMs).toBe(harness.nowMs + 10_000);
    maintenance(harness.advance(5000), -65_000, 'i2');
    expect(harness.advance(4999).of('kill')).toEqual([]);
    expect(harness.advance(1).of('kill')).toHaveLength(1);
  });

  test('C32: plans that are taken back, or that the next offer knows nothing of, are forgotten', () => {
    const rescinded = maintenance(launched(1), 700_000);
    rescinded.handle({ kind: 'inverseOfferRescinded', inverseOfferId: 'i1' as OfferId }).forget();
    expect(rescinded.advance(700_000).of('draining')).toEqual([]);
    const offered = maintenance(launched(1), 700_000)
      .offers({ id: 'o9', agentId: 'a', ...roomy })
      .forget();
    expect(offered.advance(700_000).of('draining')).toEqual([]);
  });

  test('C32: an agent that an operator drains tells of it with the first task that it ends', () => {
    const harness = launched(2).update('p-0', 'TASK_RUNNING').update('p-1', 'TASK_RUNNING').forget();
    harness.update('p-0', 'TASK_KILLING', { reason: 'REASON_AGENT_DRAINING' });
    expect(
      harness.of('draining').map(({ executor, deadlineMs }) => [executor.executorId, deadlineMs]),
    ).toEqual([
      [0, harness.nowMs + 3000],
      [1, harness.nowMs + 3000],
    ]);
    harness.update('p-0', 'TASK_KILLED', {
      reason: 'REASON_AGENT_DRAINING',
      message: 'Command exited with status 143',
    });
    expect(states(harness)).toEqual(['0 KILLED']);
    expect(harness.scheduler.excludedAgents(harness.nowMs)).toEqual([]);
    harness.forget().offers(announced('o2', 'a'));
    expect(harness.launches()).toEqual([]);
    expect(harness.offers({ id: 'o3', agentId: 'a', ...roomy }).launches()).toEqual(['o3: 1']);
  });

  test('C32: while only drained agents are offered the waiting report says so', () => {
    const harness = maintenance(new Harness().subscribed(), 60_000).wants({ ...SMALL, total: 1 });
    harness.offers(announced('o2', 'a')).advance(5000);
    expect(harness.of('waiting')[0]?.report).toMatchObject({
      reason: 'AGENTS_DRAINING',
      sentence: expect.stringContaining('1 agent drained or about to be under maintenance'),
    });
  });
});

import { describe, expect, test } from 'vitest';
import type { AgentId } from '../../src/index.ts';
import { Harness, launched, SMALL } from './harness.ts';

const roomy = { cpus: 4, memMiB: 8192 };
const failure = { message: 'Command exited with status 1', agentId: 'a' };

/** Fails executors on agent `a`, one after another, each after a healthy life of 40 s. */
function failOnA(harness: Harness, count: number): Harness {
  for (let index = 0; index < count; index += 1) {
    harness.offers({ id: `again-${harness.nowMs}`, agentId: 'a', cpus: 1, memMiB: 8192 });
    const taskId = harness.executors().at(-1)?.taskId ?? '';
    harness.update(taskId, 'TASK_RUNNING').advance(40_000).update(taskId, 'TASK_FAILED', failure);
  }
  return harness;
}

/** A scheduler that wants two executors and has one, on agent `good`. */
function withOneElsewhere(settings: ConstructorParameters<typeof Harness>[0] = {}): Harness {
  const harness = new Harness(settings).subscribed().wants({ ...SMALL, total: 2 });
  return harness
    .offers({ id: 'o0', agentId: 'good', cpus: 1, memMiB: 8192 })
    .update('p-0', 'TASK_RUNNING', { agentId: 'good' });
}

describe('agents on which executors fail', () => {
  test('C26: after two failures an agent is left out, and that is told', () => {
    const harness = failOnA(withOneElsewhere(), 2);
    expect(harness.of('agentExcluded')).toEqual([
      expect.objectContaining({ agent: expect.objectContaining({ agentId: 'a', failures: 2 }) }),
    ]);
    harness.forget().offers({ id: 'o3', agentId: 'a', ...roomy }, { id: 'o4', agentId: 'b', ...roomy });
    expect(harness.declines()).toEqual(['o3 PAUSED 600']);
    expect(harness.launches()).toEqual(['o4: 1']);
  });

  test('C27: it is left out for a time after its last failure, and offers are asked for again then', () => {
    const harness = failOnA(withOneElsewhere({ agentExclusionMs: 100_000, reviveIntervalMs: 0 }), 2);
    harness.advance(1000).forget().advance(98_999);
    expect(harness.of('revive')).toEqual([]);
    expect(harness.advance(1).of('revive')).toHaveLength(1);
    harness.offers({ id: 'o5', agentId: 'a', ...roomy });
    expect(harness.launches()).toEqual(['o5: 1']);
  });

  test('C27: if it fails again while the earlier failures count, it is left out again at once', () => {
    const harness = failOnA(withOneElsewhere({ agentExclusionMs: 100_000 }), 2).advance(100_000);
    failOnA(harness.forget(), 1);
    expect(harness.of('agentExcluded')).toEqual([
      expect.objectContaining({ agent: expect.objectContaining({ agentId: 'a', failures: 3 }) }),
    ]);
  });

  test('C27: failures that lie too far apart never leave an agent out', () => {
    const harness = withOneElsewhere({ agentFailureWindowMs: 100_000 });
    for (let day = 0; day < 10; day += 1) {
      failOnA(harness, 1).advance(100_000);
    }
    expect(harness.of('agentExcluded')).toEqual([]);
  });

  test('C27: how many failures it takes can be set, and that none leaves an agent out', () => {
    const four = failOnA(withOneElsewhere({ agentMaxFailures: 4 }), 3);
    expect(four.of('agentExcluded')).toEqual([]);
    expect(failOnA(four, 1).of('agentExcluded')).toHaveLength(1);
    const never = failOnA(withOneElsewhere({ agentMaxFailures: Number.POSITIVE_INFINITY }), 8);
    expect(never.of('agentExcluded')).toEqual([]);
  });

  test('C27: those that are left out are listed with until when, and can be taken in again, one or all', () => {
    const harness = failOnA(withOneElsewhere(), 2);
    expect(harness.scheduler.excludedAgents(harness.nowMs)).toEqual([
      {
        agentId: 'a',
        hostname: 'host-of-a',
        failures: 2,
        lastMessage: 'Executor finished with state FAILED: Command exited with status 1',
        untilMs: harness.nowMs + 600_000,
      },
    ]);
    harness.advance(1000).forget();
    harness.handle({ kind: 'clearExclusions', agentIds: ['b' as AgentId] });
    expect(harness.scheduler.excludedAgents(harness.nowMs)).toHaveLength(1);
    harness.handle({ kind: 'clearExclusions', agentIds: ['a' as AgentId] });
    expect(harness.scheduler.excludedAgents(harness.nowMs)).toEqual([]);
    expect(harness.kinds()).toContain('revive');
    failOnA(harness, 2).advance(1000).forget().handle({ kind: 'clearExclusions' });
    expect(harness.scheduler.excludedAgents(harness.nowMs)).toEqual([]);
  });

  test('C27: without any executor alive an agent is left out for 15 s only, so that others may come first', () => {
    const harness = failOnA(new Harness().subscribed().wants({ ...SMALL, total: 1 }), 2);
    harness.forget().offers({ id: 'o3', agentId: 'a', ...roomy });
    expect(harness.declines()).toEqual(['o3 PAUSED 15']);
    harness.advance(14_999);
    expect(harness.of('waiting')[0]?.report).toMatchObject({
      reason: 'AGENTS_EXCLUDED',
      sentence: expect.stringContaining('host-of-a (a: 2 failures, out for 10 s; last: Executor finished'),
    });
    expect(harness.forget().advance(1).of('revive')).toHaveLength(1);
    harness.offers({ id: 'o4', agentId: 'a', ...roomy });
    expect(harness.launches()).toEqual(['o4: 1']);
  });

  test('C27: with an executor alive again, the others that are left out stay so', () => {
    const harness = failOnA(new Harness().subscribed().wants({ ...SMALL, total: 2 }), 2);
    harness.offers({ id: 'o4', agentId: 'b', cpus: 1, memMiB: 8192 }).forget().advance(60_000);
    harness.offers({ id: 'o5', agentId: 'a', ...roomy });
    expect(harness.declines()).toEqual(['o5 PAUSED 540']);
  });

  test.each([
    ['TASK_KILLED', undefined],
    ['TASK_LOST', 'REASON_AGENT_REMOVED'],
    ['TASK_LOST', 'REASON_AGENT_DISCONNECTED'],
    ['TASK_LOST', 'REASON_INVALID_OFFERS'],
    ['TASK_LOST', 'REASON_MASTER_DISCONNECTED'],
    ['TASK_FAILED', 'REASON_CONTAINER_PREEMPTED'],
    ['TASK_FAILED', 'REASON_CONTAINER_LIMITATION_MEMORY'],
    ['TASK_FAILED', 'REASON_AGENT_DRAINING'],
    ['TASK_ERROR', 'REASON_TASK_INVALID'],
    ['TASK_DROPPED', 'REASON_INVALID_OFFERS'],
    ['TASK_DROPPED', undefined],
    ['TASK_GONE', undefined],
    ['TASK_GONE_BY_OPERATOR', undefined],
    ['TASK_UNKNOWN', 'REASON_RECONCILIATION'],
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

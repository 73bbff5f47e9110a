import { describe, expect, test } from 'vitest';
import { Harness, SMALL } from './harness.ts';

const failure = { message: 'Command exited with status 127' };

/** Answers every REVIVE with an offer and every launch with a failure, as a cluster without Java would. */
function clusterWhereNothingStarts(harness: Harness, agents: number, forMs: number): void {
  const endMs = harness.nowMs + forMs;
  let seen = 0;
  let offers = 0;
  while (harness.nowMs < endMs) {
    for (; seen < harness.effects.length; seen += 1) {
      const effect = harness.effects[seen];
      if (effect?.kind === 'revive') {
        harness.handle({ kind: 'reviveSettled', ok: true });
        for (let agent = 0; agent < agents; agent += 1) {
          offers += 1;
          harness.offers({ id: `o${offers}`, agentId: `a${agent}`, cpus: 4, memMiB: 8192 });
        }
      } else if (effect?.kind === 'accept') {
        for (const taskId of effect.taskIds) {
          harness.advance(300).update(taskId, 'TASK_FAILED', failure);
        }
      }
    }
    harness.advance(100);
  }
}

describe('executors that cannot start', () => {
  test('are not started again at once: the pause doubles', () => {
    const harness = new Harness({ agentMaxFailures: 100 }).wants({ ...SMALL, total: 1 }).subscribed();
    harness.offers({ id: 'o', agentId: 'a0', cpus: 4, memMiB: 8192 });
    clusterWhereNothingStarts(harness, 1, 20_000);
    expect(harness.executors().length).toBeLessThan(7);
  });

  test('are given up after so many rounds without one success, with the last reason', () => {
    const harness = new Harness({ agentMaxFailures: 100, maxStartFailures: 4 })
      .wants({ ...SMALL, total: 1 })
      .subscribed();
    harness.offers({ id: 'o', agentId: 'a0', cpus: 4, memMiB: 8192 });
    clusterWhereNothingStarts(harness, 1, 60_000);
    expect(harness.executors()).toHaveLength(4);
    expect(harness.of('failed').map(({ error }) => error)).toEqual([
      expect.objectContaining({
        code: 'COARSE_EXECUTORS_CANNOT_START',
        message: expect.stringContaining(
          '4 times in a row, and none is alive. The last: Executor finished with state FAILED: Command exited with status 127',
        ),
      }),
    ]);
    expect(harness.kinds()).toContain('suppress');
  });

  test('C27: are tried on the agents that are left out too while there are no others, and given up in the end', () => {
    const harness = new Harness().wants({ ...SMALL, total: 1 }).subscribed();
    harness.offers({ id: 'o', agentId: 'a0', cpus: 4, memMiB: 8192 });
    clusterWhereNothingStarts(harness, 2, 22_000);
    expect(harness.executors()).toHaveLength(4);
    expect(harness.of('agentExcluded')).toHaveLength(2);
    clusterWhereNothingStarts(harness, 2, 250_000);
    expect(harness.executors()).toHaveLength(10);
    expect(harness.of('failed').map(({ error }) => error.message)).toEqual([
      expect.stringContaining('could not be started 10 times in a row, and none is alive'),
    ]);
  });

  test('that were launched together count as one round', () => {
    const harness = new Harness({ agentMaxFailures: 100, maxStartFailures: 2 })
      .wants({ ...SMALL, total: 4 })
      .subscribed();
    harness.offers({ id: 'o', cpus: 4, memMiB: 80_000 });
    for (let index = 0; index < 4; index += 1) {
      harness.nowMs += 100;
      harness.update(`p-${index}`, 'TASK_FAILED', failure);
    }
    expect(harness.of('failed')).toEqual([]);
  });

  test('do not end an application of which one executor lives', () => {
    const harness = new Harness({ agentMaxFailures: 100, maxStartFailures: 2 })
      .wants({ ...SMALL, total: 2 })
      .subscribed();
    harness.offers({ id: 'o', agentId: 'good', cpus: 1, memMiB: 8192 });
    harness.update('p-0', 'TASK_RUNNING');
    harness.offers({ id: 'o2', agentId: 'bad', cpus: 1, memMiB: 8192 });
    for (let round = 1; round < 6; round += 1) {
      harness.update(`p-${round}`, 'TASK_FAILED', failure).advance(31_000);
      harness.offers({ id: `again${round}`, agentId: 'bad', cpus: 1, memMiB: 8192 });
    }
    expect(harness.of('failed')).toEqual([]);
  });

  test('offers that come in the pause are declined until its end, which asks for new ones', () => {
    const harness = new Harness()
      .wants({ ...SMALL, total: 1 })
      .subscribed()
      .offers({ id: 'o', cpus: 4, memMiB: 8192 });
    harness.nowMs += 300;
    harness.forget().update('p-0', 'TASK_FAILED', failure).offers({ id: 'o2', cpus: 4, memMiB: 8192 });
    expect(harness.declines()).toEqual(['o2 PAUSED 5']);
    expect(harness.advance(999).of('revive')).toEqual([]);
    expect(harness.advance(1).of('revive')).toHaveLength(1);
  });

  test('one that ends well but at once is not started again at full speed either', () => {
    const harness = new Harness()
      .wants({ ...SMALL, total: 1 })
      .subscribed()
      .offers({ id: 'o', cpus: 4, memMiB: 8192 });
    harness.forget().update('p-0', 'TASK_FINISHED', { message: 'Command exited with status 0' });
    expect(harness.of('revive')).toEqual([]);
  });

  test('a task that Mesos finds invalid is told with its words and given up in the end', () => {
    const harness = new Harness({ maxStartFailures: 1 }).wants({ ...SMALL, total: 1 }).subscribed();
    harness.offers({ id: 'o', cpus: 4, memMiB: 8192 });
    harness.update('p-0', 'TASK_ERROR', { message: 'Invalid volume', reason: 'REASON_TASK_INVALID' });
    expect(harness.of('executorState')[0]).toMatchObject({
      state: 'LOST',
      detail: { message: 'Executor finished with state LOST: Invalid volume (REASON_TASK_INVALID)' },
    });
    expect(harness.of('failed')[0]?.error.message).toContain('Invalid volume');
  });

  test('one that needs minutes to be fetched and then fails has not started either', () => {
    const harness = new Harness()
      .wants({ ...SMALL, total: 1 })
      .subscribed()
      .offers({ id: 'o', cpus: 4, memMiB: 8192 });
    harness.update('p-0', 'TASK_STARTING').advance(120_000).forget().update('p-0', 'TASK_FAILED', failure);
    expect(harness.of('revive')).toEqual([]);
  });
});

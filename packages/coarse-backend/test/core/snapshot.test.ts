import { parseConstraints } from '@spark-mesos/scheduler-utils';
import { describe, expect, test } from 'vitest';
import { Harness, SMALL } from './harness.ts';

const roomy = { cpus: 4, memMiB: 8192 };

function snapshotOf(harness: Harness) {
  return harness.scheduler.snapshot(harness.nowMs);
}

describe('a snapshot', () => {
  test('says what is wanted and held, and since when it waits', () => {
    const harness = new Harness({ coresMax: 10 }).subscribed().wants({ ...SMALL, total: 3 });
    harness.offers({ id: 'o1', agentId: 'S0', hostname: 'h0', cpus: 1.5, memMiB: 8192 }).advance(7000);
    expect(snapshotOf(harness)).toMatchObject({
      nowMs: 1_007_000,
      phase: 'active',
      connection: 'subscribed',
      cores: 1,
      coresMax: 10,
      memoryMiB: 1408,
      executors: [{ executorId: 0, hostname: 'h0', status: 'launched', sinceMs: 1_000_000, isKilled: false }],
      wanted: [{ profileId: 0, cores: 1, memoryMiB: 1408, total: 3, alive: 1, missing: 2, limit: undefined }],
      waiting: { sinceMs: 1_000_000, waitingMs: 7000, missing: 2, reason: 'NO_OFFERS' },
    });
  });

  test('has a summary, which is all of it but single executors and agents', () => {
    const harness = new Harness().subscribed().wants({ ...SMALL, total: 3 });
    harness.offers({ id: 'o1', agentId: 'S0', cpus: 1.5, memMiB: 8192 }).advance(7000);
    const { executors, agents, excludedAgents, ...rest } = snapshotOf(harness);
    expect(executors).toHaveLength(1);
    expect(agents).toHaveLength(1);
    expect(excludedAgents).toEqual([]);
    expect(rest).toMatchObject({ alive: 1, cores: 1 });
    expect(harness.scheduler.summary(harness.nowMs)).toEqual(rest);
  });

  test('says of each agent what it offered last, when, and why it was not taken, by how much', () => {
    const harness = new Harness().subscribed().wants({ cores: 2, memoryMiB: 4096, total: 9 });
    harness.offers({ id: 'o1', agentId: 'S0', hostname: 'h0', cpus: 1.5, memMiB: 8192, gpus: 1 });
    harness.nowMs += 500;
    harness.offers({ id: 'o2', agentId: 'S1', hostname: 'h1', cpus: 5, memMiB: 5000, role: 'dev' });
    expect(snapshotOf(harness).agents).toEqual([
      {
        agentId: 'S0',
        hostname: 'h0',
        role: '*',
        cores: 1.5,
        memoryMiB: 8192,
        gpus: 1,
        placed: 0,
        refusal: { ok: false, reason: 'CPUS_SHORT', resource: 'cpus', need: 2, have: 1.5 },
        sentence: 'cpus: needs 2, has 1.5, 0.5 short',
        atMs: 1_000_000,
      },
      {
        agentId: 'S1',
        hostname: 'h1',
        role: 'dev',
        cores: 5,
        memoryMiB: 5000,
        gpus: 0,
        placed: 1,
        refusal: { ok: false, reason: 'MEM_SHORT', resource: 'mem', need: 4505, have: 495 },
        sentence: 'took 1 executor; then: mem: needs 4505 MiB, has 495 MiB, 4010 MiB short',
        atMs: 1_000_500,
      },
    ]);
  });

  test('C32: says of offers that were held against executors together what their sum lacks', () => {
    const harness = new Harness().subscribed().wants({ cores: 4, memoryMiB: 1024 });
    harness.offers(
      { id: 'o1', agentId: 'a', cpus: 2, memMiB: 4096 },
      { id: 'o2', agentId: 'a', cpus: 1, memMiB: 2048 },
    );
    expect(snapshotOf(harness).agents).toMatchObject([
      { agentId: 'a', cores: 3, memoryMiB: 6144, sentence: 'cpus: needs 4, has 3, 1 short' },
    ]);
  });

  test('names the attribute that does not fit, the missing port, and who is left out until when', () => {
    const harness = new Harness({ constraints: parseConstraints('rack:r1,r2'), ports: [31005] });
    harness.subscribed().wants({ ...SMALL, total: 5 });
    harness.offers(
      { id: 'o1', ...roomy, attributes: { rack: 'r3' } },
      { id: 'o2', ...roomy, attributes: { rack: 'r1' }, ports: [31000, 31004] },
      { id: 'o3', agentId: 'bad', ...roomy, attributes: { rack: 'r2' }, ports: [31000, 31010] },
    );
    expect(snapshotOf(harness).agents.map(({ sentence }) => sentence)).toEqual([
      'rack must be r1 or r2, it has r3',
      'port 31005 is not free, the offer has 31000-31004',
      'took 1 executor; then: port 31005 is not free, the offer has 31000-31004, 31006-31010',
    ]);
    harness.advance(60_000).update('p-0', 'TASK_FAILED', { agentId: 'bad' });
    harness
      .advance(60_000)
      .offers({ id: 'o4', agentId: 'bad', ...roomy, attributes: { rack: 'r2' }, ports: [31005, 31005] });
    harness.advance(60_000).update('p-1', 'TASK_FAILED', { agentId: 'bad' });
    harness.advance(5000).offers({ id: 'o5', agentId: 'bad', ...roomy, attributes: { rack: 'r2' } });
    const { excludedAgents, agents, waiting } = snapshotOf(harness);
    expect(excludedAgents).toMatchObject([{ agentId: 'bad', failures: 2, untilMs: expect.any(Number) }]);
    expect(agents.at(-1)?.sentence).toMatch(/^left out after failures, for another \d+/);
    expect(waiting?.waitingMs).toBeGreaterThan(0);
  });

  test('names the limit that allows no more, and does not wait for what has no end', () => {
    const harness = new Harness({ coresMax: 2 })
      .subscribed()
      .wants(SMALL)
      .offers({ id: 'o1', ...roomy });
    expect(snapshotOf(harness)).toMatchObject({
      wanted: [
        {
          alive: 2,
          total: undefined,
          missing: undefined,
          limit: expect.stringContaining('spark.cores.max is 2'),
        },
      ],
      waiting: undefined,
    });
  });

  test('is plain JSON', () => {
    const harness = new Harness({ ports: [1] })
      .subscribed()
      .wants()
      .offers({ id: 'o1', ...roomy, ports: [2, 3] });
    const snapshot = snapshotOf(harness);
    const json = JSON.parse(JSON.stringify(snapshot));
    expect(json).toEqual(Object.fromEntries(Object.entries(json).filter(([, value]) => value !== null)));
    expect(json.agents[0].refusal.have).toEqual([{ begin: 2, end: 3 }]);
  });
});

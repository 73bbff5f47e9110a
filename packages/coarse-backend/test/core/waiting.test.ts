import { parseConstraints } from '@spark-mesos/scheduler-utils';
import { describe, expect, test } from 'vitest';
import { Harness, SMALL } from './harness.ts';

const BIG = { cores: 2, memoryMiB: 4096, total: 2 };

function sentences(harness: Harness): string[] {
  return harness.of('waiting').map(({ report }) => report.sentence);
}

describe('waiting reports', () => {
  test('come soon at first, then every 15 s, as long as nothing is placed', () => {
    const harness = new Harness().subscribed().wants(BIG).advance(4999);
    expect(harness.of('waiting')).toHaveLength(0);
    harness.advance(1);
    expect(harness.of('waiting')).toHaveLength(1);
    harness.advance(15_000).advance(15_000);
    expect(harness.of('waiting')).toHaveLength(3);
    harness.offers({ id: 'o', cpus: 4, memMiB: 16_384 }).forget().advance(100_000);
    expect(harness.of('waiting')).toEqual([]);
  });

  test('say that memory is short, who has most of it and how the need comes about', () => {
    const harness = new Harness().subscribed().wants(BIG);
    harness.offers(
      { id: 'o1', agentId: 'S0', hostname: 'h0', cpus: 4, memMiB: 1024 },
      { id: 'o2', agentId: 'S1', hostname: 'h1', cpus: 4, memMiB: 2048 },
    );
    harness.advance(5000);
    expect(harness.of('waiting')[0]?.report).toEqual({
      sentence:
        'Waiting for 2 executors with 2 cpus and 4505 MiB each: no offer has 4505 MiB of memory ' +
        '(4 GiB heap and 409 MiB beside it); the largest is 2 GiB on agent h1 (S1)',
      reason: 'MEM_SHORT',
      waitingMs: 5000,
      role: '*',
      need: { cores: 2, memoryMiB: 4505, gpus: 0 },
      missing: 2,
      alive: 0,
      largest: { agentId: 'S1', hostname: 'h1', cores: 4, memoryMiB: 2048 },
      refusals: { MEM_SHORT: 2 },
    });
  });

  test('say that cpus are short', () => {
    const harness = new Harness().subscribed().wants(BIG);
    harness.offers({ id: 'o1', agentId: 'S0', hostname: 'h0', cpus: 1.5, memMiB: 8192 }).advance(5000);
    expect(sentences(harness)[0]).toContain('no offer has 2 cpus; the most is 1.5 on agent h0 (S0)');
  });

  test('say that cpus and memory are there, but not in one place', () => {
    const harness = new Harness().subscribed().wants(BIG);
    harness.offers(
      { id: 'o1', hostname: 'h0', cpus: 1, memMiB: 8192 },
      { id: 'o2', hostname: 'h1', cpus: 8, memMiB: 1024 },
    );
    expect(sentences(harness.advance(5000))[0]).toContain(
      'no single offer has both; agent h0 has 1 cpus and 8 GiB, agent h1 has 8 cpus and 1 GiB',
    );
  });

  test('say that no offers come for the role', () => {
    const harness = new Harness({ role: 'dev' })
      .subscribed()
      .wants({ ...SMALL, total: 1 })
      .advance(5000);
    expect(sentences(harness)[0]).toContain(
      'Waiting for 1 executor with 1 cpu and 1408 MiB each: no offers for role dev: ',
    );
  });

  test('say which constraint is not met, and by what', () => {
    const harness = new Harness({ constraints: parseConstraints('rack:r1,r2') }).subscribed().wants(BIG);
    harness
      .offers({ id: 'o1', hostname: 'h0', cpus: 4, memMiB: 8192, attributes: { rack: 'r3' } })
      .advance(5000);
    expect(sentences(harness)[0]).toContain(
      'no agent offered meets the constraints (1 agent seen): rack must be r1 or r2, h0 has r3',
    );
  });

  test('say that GPUs or a fixed port are missing', () => {
    const gpus = new Harness({ gpusMax: 4, executorGpus: 2 }).subscribed().wants(BIG);
    gpus.offers({ id: 'o1', agentId: 'S0', hostname: 'h0', cpus: 4, memMiB: 8192, gpus: 1 }).advance(5000);
    expect(sentences(gpus)[0]).toContain(
      'no offer with enough cpus and memory has 2 GPUs; the most is 1 on agent h0 (S0)',
    );
    const ports = new Harness({ ports: [31005] }).subscribed().wants(BIG);
    ports.offers({ id: 'o1', cpus: 4, memMiB: 8192, ports: [1, 2] }).advance(5000);
    expect(sentences(ports)[0]).toContain('has port 31005 free, which spark.blockManager.port asks for');
  });

  test('C28: say which hosts are waited for', () => {
    const harness = new Harness({ dynamicAllocation: true, localityWaitMs: 60_000 }).subscribed();
    harness.wants({ ...BIG, preferredHosts: new Map([['h7', 3]]) });
    harness.offers({ id: 'o1', hostname: 'h0', cpus: 4, memMiB: 8192 }).advance(5000);
    expect(harness.of('waiting')[0]?.report).toMatchObject({
      reason: 'LOCALITY_WAIT',
      sentence: expect.stringContaining('waiting for h7 (spark.locality.wait), for another 55 s'),
    });
  });

  test('C32: say that agents with room may hold no more of the application', () => {
    const harness = new Harness({ agentMaxExecutors: 1 }).subscribed().wants(BIG);
    harness.offers({ id: 'o1', agentId: 'a', hostname: 'h0', cpus: 4, memMiB: 9000 });
    harness.nowMs += 1;
    harness.offers({ id: 'o2', agentId: 'a', hostname: 'h0', cpus: 4, memMiB: 9000 }).advance(15_000);
    expect(harness.of('waiting')[0]?.report).toMatchObject({
      reason: 'AGENTS_FULL',
      sentence: expect.stringContaining(
        '1 agent with room may hold no more of it: spark.mesos.agent.maxExecutors=1',
      ),
    });
  });

  test('U58: say which constraint on places does not hold, and how many are there', () => {
    const harness = new Harness({ constraints: parseConstraints('hostname:UNIQUE:') }).subscribed();
    harness.wants(BIG).offers({ id: 'o1', hostname: 'h0', cpus: 2, memMiB: 9000 });
    harness.nowMs += 1;
    harness.offers({ id: 'o2', hostname: 'h0', cpus: 4, memMiB: 9000 }).advance(15_000);
    expect(sentences(harness)[0]).toContain(
      'hostname:UNIQUE does not hold, h0 has h0, where 1 executor of it runs',
    );
  });

  test('say that disk is short', () => {
    const harness = new Harness({ diskMiB: 2048 }).subscribed().wants(BIG);
    harness.offers({ id: 'o1', agentId: 'S0', hostname: 'h0', cpus: 4, memMiB: 9000, diskMiB: 1024 });
    expect(sentences(harness.advance(5000))[0]).toContain(
      'no offer with enough cpus and memory has 2 GiB of disk; 1 GiB on agent h0 (S0)',
    );
  });

  test('say that the connection is gone', () => {
    const harness = new Harness().wants(BIG).advance(5000);
    expect(sentences(harness)[0]).toContain('no connection to the Mesos master (not registered yet)');
  });

  test('say that it pauses after a failed start, and why', () => {
    const harness = new Harness({ agentMaxFailures: 100 }).subscribed().wants({ ...SMALL, total: 1 });
    for (let round = 0; round < 4; round += 1) {
      harness
        .offers({ id: `o${round}`, cpus: 1, memMiB: 8192 })
        .update(`p-${round}`, 'TASK_FAILED', { message: 'Command exited with status 1' });
      harness.advance(round === 3 ? 5000 : 1000 * 2 ** round);
    }
    expect(sentences(harness).at(-1)).toContain(
      'the last one ended at once, trying again in 3 s (Executor finished with state FAILED: Command exited with status 1)',
    );
  });

  test('an application that works with fewer executors than it wants is told of less often', () => {
    const harness = new Harness()
      .subscribed()
      .wants(BIG)
      .offers({ id: 'o1', cpus: 2, memMiB: 8192 })
      .forget();
    harness.advance(74_999);
    expect(sentences(harness)).toEqual([expect.stringContaining('Waiting for 1 more executor with 2 cpus')]);
    harness.advance(1);
    expect(sentences(harness)).toHaveLength(2);
  });

  test('an application without an end to its wishes is content with one executor', () => {
    const harness = new Harness()
      .subscribed()
      .wants(SMALL)
      .offers({ id: 'o1', cpus: 1, memMiB: 8192 })
      .forget();
    expect(harness.advance(600_000).of('waiting')).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import type { ExecutorRequest } from '../../src/index.ts';
import { Harness, SMALL } from './harness.ts';

const roomy = { cpus: 4, memMiB: 8192 };

function prefers(...hosts: string[]): ExecutorRequest {
  return { ...SMALL, total: 3, preferredHosts: new Map(hosts.map((host) => [host, 1])) };
}

function hostsOf(harness: Harness): string[] {
  return harness.executors().map((executor) => executor.hostname);
}

describe('locality', () => {
  test('C28: preferred hosts without an executor are taken at once, others wait for spark.locality.wait', () => {
    const harness = new Harness({ dynamicAllocation: true }).subscribed().wants(prefers('h1', 'h2'));
    harness.offers({ id: 'o1', hostname: 'h1', ...roomy }, { id: 'o2', hostname: 'h3', ...roomy });
    expect(hostsOf(harness)).toEqual(['h1']);
    expect(harness.declines()).toEqual(['o2 LOCALITY_WAIT 3']);
    harness.nowMs += 3001;
    harness.offers({ id: 'o3', hostname: 'h3', ...roomy });
    expect(hostsOf(harness)).toEqual(['h1', 'h3', 'h3']);
  });

  test('C28: a preferred host that has an executor is one as any other', () => {
    const harness = new Harness({ dynamicAllocation: true }).subscribed().wants(prefers('h1', 'h2'));
    harness.offers({ id: 'o1', hostname: 'h1', ...roomy });
    harness.forget().offers({ id: 'o2', hostname: 'h1', ...roomy });
    expect(hostsOf(harness)).toEqual([]);
    expect(harness.scheduler.snapshot(harness.nowMs)).toMatchObject({
      waiting: { reason: 'LOCALITY_WAIT' },
      agents: [{ placed: 1 }, { sentence: 'waiting for h2 (spark.locality.wait), for another 3 s' }],
    });
  });

  test('C28: the wait begins anew when totals are set, and with the first offers after nothing was wanted', () => {
    const harness = new Harness({ dynamicAllocation: true }).subscribed().wants(prefers('h1'));
    harness.nowMs += 2900;
    harness.wants(prefers('h2'));
    harness.nowMs += 2900;
    harness.offers({ id: 'o1', hostname: 'h3', ...roomy });
    // Offers that nobody looked at come in between, C20 b, and those that are looked at again begin a new wait, C20 c.
    harness.wants({ ...SMALL, total: 0 }).offers({ id: 'o2', hostname: 'h3', ...roomy });
    harness.wants(prefers('h2'));
    harness.nowMs += 3500;
    harness.offers({ id: 'o3', hostname: 'h3', ...roomy });
    expect(hostsOf(harness)).toEqual([]);
    harness.nowMs += 3001;
    harness.offers({ id: 'o4', hostname: 'h3', ...roomy });
    expect(hostsOf(harness)).toEqual(['h3', 'h3', 'h3']);
  });

  test('C28: without dynamic allocation, or without work that waits for a host, any host is taken', () => {
    const fixed = new Harness().subscribed().wants(prefers('h1'));
    fixed.offers({ id: 'o1', hostname: 'h3', ...roomy });
    expect(hostsOf(fixed)).toHaveLength(3);
    const nowhere = new Harness({ dynamicAllocation: true }).subscribed().wants(prefers());
    nowhere.offers({ id: 'o1', hostname: 'h3', ...roomy });
    expect(hostsOf(nowhere)).toHaveLength(3);
  });

  test('C28: with a wait of nothing the first offer is taken a moment later', () => {
    const harness = new Harness({ dynamicAllocation: true, localityWaitMs: 0 })
      .subscribed()
      .wants(prefers('h1'));
    harness.nowMs += 1;
    harness.offers({ id: 'o1', hostname: 'h3', ...roomy });
    harness.nowMs += 1;
    harness.offers({ id: 'o2', hostname: 'h3', ...roomy });
    expect(hostsOf(harness)).toHaveLength(3);
  });
});

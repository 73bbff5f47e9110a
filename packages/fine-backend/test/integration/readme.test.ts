import { readFileSync } from 'node:fs';
import { LocalCluster } from '@spark-mesos/mesos-local';
import { describe, expect, test, vi } from 'vitest';
import { runAll } from '../readme-example.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

describe('the README', () => {
  test('shows an example that runs', async () => {
    expect(read('../../README.md')).toContain(read('../readme-example.ts').trim());
    const cluster = await LocalCluster.start({
      agents: [{ cpus: 2, memMiB: 1024 }],
      allocationIntervalMs: 50,
    });
    const told: string[] = [];
    const master = `${cluster.master.host}:${cluster.master.port}`;
    const backend = runAll(master, ['true', 'exit 3', ':'], (text) => told.push(text));
    backend.start();
    backend.reviveOffers();
    await vi.waitFor(
      () =>
        expect(told).toEqual(
          expect.arrayContaining(['true is FINISHED', 'exit 3 is FAILED', ': is FINISHED']),
        ),
      { timeout: 10_000, interval: 10 },
    );
    await backend.stop({ graceMs: 0 });
    await cluster.close();
  });
});

import { readFileSync } from 'node:fs';
import { LocalCluster } from '@spark-mesos/mesos-local';
import { describe, expect, test, vi } from 'vitest';
import { startWorkers } from '../readme-example.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

describe('the README', () => {
  test('shows an example that runs', async () => {
    expect(read('../../README.md')).toContain(read('../readme-example.ts').trim());
    const cluster = await LocalCluster.start({ agents: [{ cpus: 2, memMiB: 2048 }] });
    const told: string[] = [];
    const workers = startWorkers(`${cluster.master.host}:${cluster.master.port}`, (text) => told.push(text));
    workers.setExecutorTotals(new Map([[0, { cores: 1, memoryMiB: 512, total: 2 }]]));
    workers.start();
    await vi.waitFor(
      () => expect(told).toEqual(expect.arrayContaining(['worker 0 is RUNNING', 'worker 1 is RUNNING'])),
      {
        timeout: 10_000,
        interval: 10,
      },
    );
    await workers.stop({ graceMs: 0 });
    await cluster.close();
  });
});

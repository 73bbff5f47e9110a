import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LocalCluster } from '@spark-mesos/mesos-local';
import { beforeAll, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

describe('examples/fine-without-spark.mjs', () => {
  /** Programs outside of the tests need the packages built: they cannot run TypeScript. */
  beforeAll(() => {
    const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
    const packages = ['fine-backend', 'mesos-local'].map((name) => join(ROOT, 'packages', name));
    execFileSync(process.execPath, [join(dirname(typescript), 'bin', 'tsc'), '-b', ...packages]);
  }, 120_000);

  test('places its tasks on what is offered, and leaves nothing behind', async () => {
    const agent = { cpus: 2, memMiB: 1024 };
    const cluster = await LocalCluster.start({ agents: [agent, agent], allocationIntervalMs: 50 });
    const master = `mesos://${cluster.master.host}:${cluster.master.port}`;
    const program = spawn(process.execPath, [join(ROOT, 'examples', 'fine-without-spark.mjs'), master, '10']);
    const said: string[] = [];
    program.stdout.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    program.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    const [status] = await once(program, 'close');
    const text = said.join('');
    expect(text).toContain('sum-10 ran on');
    expect(text).toMatch(/10 tasks, \d hosts/);
    expect(status).toBe(0);
    expect(cluster.state().frameworks).toEqual([]);
    await cluster.close();
  }, 60_000);
});

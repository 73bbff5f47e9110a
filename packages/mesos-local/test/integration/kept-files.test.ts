import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { LocalCluster } from '../../src/index.ts';

it('what masters and agents keep beyond their process can be read by its owner alone', async () => {
  const workDir = await mkdtemp(join(tmpdir(), 'mesos-local-test-'));
  onTestFinished(() => rm(workDir, { recursive: true }));
  const cluster = await LocalCluster.start({ agents: [{ cpus: 1, memMiB: 512 }], workDir });
  onTestFinished(() => cluster.close());
  await cluster.faults.restartAgent(cluster.agents[0]?.id ?? '');
  await cluster.faults.restartMaster();
  const names = await readdir(workDir, { recursive: true });
  const kept = names.filter((name) => name.endsWith('.json'));
  expect(kept.some((name) => name.endsWith('checkpoint.json'))).toBe(true);
  const modes = await Promise.all(kept.map(async (name) => (await stat(join(workDir, name))).mode & 0o777));
  expect(modes).toEqual(kept.map(() => 0o600));
});

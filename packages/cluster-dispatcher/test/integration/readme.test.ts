import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LocalCluster } from '@spark-mesos/mesos-local';
import { expect, test } from 'vitest';
import { requestOf } from '../core/bench.ts';
import { runDriver } from '../readme-example.ts';
import { until } from './small-cluster.ts';

const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');

test('the README shows an example that runs', async () => {
  expect(read('../../README.md')).toContain(read('../readme-example.ts').trim());
  const cluster = await LocalCluster.start({ agents: [{ cpus: 2, memMiB: 2048 }] });
  const directory = await mkdtemp(path.join(tmpdir(), 'dispatcher-readme-'));
  const { dispatcher, store, outcome } = await runDriver(
    `${cluster.master.host}:${cluster.master.port}`,
    directory,
    requestOf({ 'spark.mesos.executor.home': '/nowhere' }, { appResource: 'local:/app.jar' }),
  );
  const id = outcome.ok ? outcome.submissionId : '';
  const ended = await until(dispatcher, id, ({ state }) => state === 'finished');
  expect(ended).toMatchObject({ finalState: 'FAILED' });
  await dispatcher.close();
  await store.close();
  await cluster.close();
  await rm(directory, { recursive: true });
});

import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FileStore } from '@spark-mesos/durable-store';
import { LocalCluster } from '@spark-mesos/mesos-local';
import { parseDispatcherSettings } from '@spark-mesos/scheduler-utils';
import { expect, test } from 'vitest';
import { requestOf } from '../core/bench.ts';
import { startDispatcher } from '../readme-example.ts';
import { until } from './small-cluster.ts';

const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');

test('the README shows an example that runs', async () => {
  expect(read('../../README.md')).toContain(read('../readme-example.ts').trim());
  const cluster = await LocalCluster.start({ agents: [{ cpus: 2, memMiB: 2048 }] });
  const directory = await mkdtemp(path.join(tmpdir(), 'dispatcher-readme-'));
  const store = await FileStore.open({ directory });
  const parsed = parseDispatcherSettings({ 'spark.home': '/opt/spark' });
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join());
  const master = `${cluster.master.host}:${cluster.master.port}`;
  const dispatcher = await startDispatcher(master, store, parsed.settings);
  const outcome = await dispatcher.submit(
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

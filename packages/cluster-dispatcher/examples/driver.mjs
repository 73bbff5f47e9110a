// One driver on an embedded Mesos; the spark-submit of this "Spark" is a script of two lines.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Dispatcher } from '@spark-mesos/cluster-dispatcher';
import { FileStore } from '@spark-mesos/durable-store';
import { SchedulerClient } from '@spark-mesos/mesos-client';
import { LocalCluster } from '@spark-mesos/mesos-local';
import { parseDispatcherSettings } from '@spark-mesos/scheduler-utils';

const directory = await mkdtemp(`${process.cwd()}/spark-`);
await mkdir(`${directory}/bin`);
await writeFile(`${directory}/app.jar`, 'no spark-submit of two lines reads it');
await writeFile(`${directory}/bin/spark-submit`, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
const cluster = await LocalCluster.start({ agents: [{ cpus: 2, memMiB: 2048 }] });
const { host, port } = cluster.master;
const store = await FileStore.open({ directory }); // of every driver that was taken
const dispatcher = await Dispatcher.start({
  settings: parseDispatcherSettings({ 'spark.home': directory }).settings,
  identity: { user: process.env.USER ?? 'root' },
  connect: (framework) => new SchedulerClient({ master: `${host}:${port}`, framework }),
  store,
  masterUrlOf: () => 'spark://127.0.0.1:7077',
});
const properties = { 'spark.app.name': 'app', 'spark.driver.memory': '512m' };
const request = { appResource: `${directory}/app.jar`, mainClass: 'Main', arguments: [] };
const { submissionId } = await dispatcher.submit({ ...request, environment: {}, properties });
await cluster.waitFor(() => dispatcher.status(submissionId).state === 'finished');
console.log(`the driver has ended: ${dispatcher.status(submissionId).finalState}`);
await dispatcher.teardown();
await store.close();
await cluster.close();
await rm(directory, { recursive: true });

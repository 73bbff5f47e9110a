// A pool of plain processes on Mesos, without Spark: kept at the size that is asked for.
import { once } from 'node:events';
import { CoarseBackend, DEFAULT_COARSE_SETTINGS } from '@spark-mesos/coarse-backend';
import { SchedulerClient } from '@spark-mesos/mesos-client';
import { LocalCluster } from '@spark-mesos/mesos-local';

const cluster = await LocalCluster.start({ agents: [{ cpus: 4, memMiB: 4096 }] });
const master = `${cluster.master.host}:${cluster.master.port}`;
const client = new SchedulerClient({
  master,
  framework: { user: process.env.USER ?? 'root', name: 'workers' },
});
const running = new EventTarget();
const application = {
  launch: ({ executorId }) => ({ name: `worker ${executorId}`, command: { value: 'exec sleep 600' } }),
  registered: () => console.log('registered'),
  executorLaunched: () => {},
  executorState: ({ executorId }, state) => {
    if (state === 'RUNNING') running.dispatchEvent(new Event(`${executorId}`));
  },
  waiting: ({ sentence }) => console.log(sentence),
  failed: (error) => console.error(error.message),
};
const backend = new CoarseBackend({ client, application, settings: DEFAULT_COARSE_SETTINGS });
const both = Promise.all([once(running, '0'), once(running, '1')]);
backend.start();
backend.setExecutorTotals(new Map([[0, { cores: 1, memoryMiB: 512, total: 2 }]]));
await both;
console.log(`${backend.metrics()['executor.count']} workers are running`);
await backend.stop({ graceMs: 0 });
await cluster.close();

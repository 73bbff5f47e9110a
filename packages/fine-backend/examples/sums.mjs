// Offers in, tasks out, without Spark: one small task on each core, until the work is done.
import { SchedulerBackend } from '@spark-mesos/fine-backend';
import { SchedulerClient } from '@spark-mesos/mesos-client';
import { LocalCluster } from '@spark-mesos/mesos-local';

const cluster = await LocalCluster.start({ agents: [{ cpus: 2, memMiB: 1024 }] });
const master = `${cluster.master.host}:${cluster.master.port}`;
const client = new SchedulerClient({ master, framework: { user: process.env.USER ?? 'root', name: 'sums' } });
const numbers = [1, 2, 3, 4, 5];
const finished = [];
await new Promise((resolve, reject) => {
  const place = (worker) =>
    numbers.splice(0, worker.cpus).map((number) => {
      const command = { value: `echo $((${number} * (${number} + 1) / 2))` };
      return { taskId: `sum-${number}`, name: `sum to ${number}`, worker, cpus: 1, memMiB: 32, command };
    });
  const scheduler = {
    resourceOffers: (offers) => offers.flatMap(place),
    statusUpdate: (taskId, state) => {
      if (state === 'FINISHED' && finished.push(taskId) === 5) resolve(backend.stop({ graceMs: 0 }));
    },
    failed: reject,
  };
  const backend = new SchedulerBackend({ client, scheduler });
  backend.reviveOffers();
  backend.start();
});
console.log(finished.sort().join(' '));
await cluster.close();

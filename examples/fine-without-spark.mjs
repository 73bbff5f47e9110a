// Offers in, tasks out, without Spark: a program looks at what Mesos offers, places one small task on each core until its
// work is done, and says where each ran. Without a master it runs on an embedded Mesos:
//   node examples/fine-without-spark.mjs [mesos://127.0.0.1:5050 [20]]
import { SchedulerBackend } from '@spark-mesos/fine-backend';
import { SchedulerClient } from '@spark-mesos/mesos-client';
import { LocalCluster } from '@spark-mesos/mesos-local';

const [given, count = '20'] = process.argv.slice(2);
const cluster = given ? undefined : await LocalCluster.start({ agents: 2 });
const master = given ?? `${cluster.master.host}:${cluster.master.port}`;
const framework = { user: process.env.USER ?? 'root', name: 'sums' };

const numbers = Array.from({ length: Number(count) }, (_, index) => index + 1);
const hosts = new Map();
let finished = 0;

const scheduler = {
  registered: (frameworkId) => console.log(`registered as ${frameworkId}`),
  resourceOffers: (offers) =>
    offers.flatMap((worker) =>
      numbers.splice(0, Math.floor(worker.cpus)).map((number) => {
        const taskId = `sum-${number}`;
        hosts.set(taskId, worker.hostname);
        const command = { value: `echo $((${number} * (${number} + 1) / 2))` };
        return { taskId, name: `sum of 1 to ${number}`, worker, cpus: 1, memMiB: 32, command };
      }),
    ),
  statusUpdate: (taskId, state, { message = '' }) => {
    if (state === 'FINISHED') {
      finished += 1;
      console.log(`${taskId} ran on ${hosts.get(taskId)}`);
    } else if (state === 'FAILED' || state === 'LOST') {
      void stop(1, `${taskId}: ${message}`);
    }
    if (finished === Number(count)) {
      void stop(0, `${finished} tasks, ${new Set(hosts.values()).size} hosts`);
    }
  },
  failed: ({ message }) => void stop(1, message),
};

const backend = new SchedulerBackend({
  client: new SchedulerClient({ master, framework }),
  scheduler,
});
const stop = async (status, message) => {
  console.log(message);
  await backend.stop({ graceMs: 0 });
  await cluster?.close();
  process.exit(status);
};
process.once('SIGINT', () => void stop(130, 'interrupted'));

backend.reviveOffers();
backend.start();

// A pool of plain processes on Mesos, without Spark: as many workers as asked for, each a shell that counts. One of
// them is killed and replaced; then the pool grows by one, and ends. Without a master it runs on an embedded Mesos:
//   node examples/coarse-without-spark.mjs [mesos://127.0.0.1:5050 [2]]
import { CoarseBackend, DEFAULT_COARSE_SETTINGS } from '@spark-mesos/coarse-backend';
import { SchedulerClient } from '@spark-mesos/mesos-client';
import { LocalCluster } from '@spark-mesos/mesos-local';
import { mesos } from '@spark-mesos/mesos-proto';

const [given, count = '2'] = process.argv.slice(2);
const cluster = given ? undefined : await LocalCluster.start({ agents: 2 });
const master = given ?? `${cluster.master.host}:${cluster.master.port}`;
const { PARTITION_AWARE } = mesos.v1.FrameworkInfo.Capability.Type;
// With a failover timeout a broken connection does not end the workers.
const framework = { user: process.env.USER ?? 'root', name: 'plain workers', failoverTimeout: 60 };
const capabilities = [{ type: PARTITION_AWARE }];

const running = new Set();
let changed = () => {};
const untilRunning = (wanted) =>
  new Promise((resolve) => {
    changed = () => running.size === wanted && resolve();
    changed();
  });

const application = {
  launch: ({ executorId }) => ({
    name: `worker ${executorId}`,
    command: {
      value: 'while :; do n=$((n + 1)); echo "worker $WORKER counts $n"; sleep 1; done',
      environment: { variables: [{ name: 'WORKER', value: `${executorId}` }] },
    },
  }),
  registered: (frameworkId) => console.log(`registered as ${frameworkId}`),
  executorLaunched: ({ executorId, hostname }) => console.log(`worker ${executorId} goes to ${hostname}`),
  executorState: ({ executorId }, state, { message = '' }) => {
    console.log(`worker ${executorId} is ${state} ${message}`.trimEnd());
    running[state === 'RUNNING' ? 'add' : 'delete'](executorId);
    changed();
  },
  waiting: ({ sentence }) => console.log(sentence),
  failed: ({ message }) => stop(1, message),
};

const client = new SchedulerClient({ master, framework: { ...framework, capabilities } });
const backend = new CoarseBackend({ client, application, settings: DEFAULT_COARSE_SETTINGS });
const want = (total) =>
  backend.setExecutorTotals(new Map([[0, { cores: 1, memoryMiB: 32, memoryOverheadMiB: 0, total }]]));
const stop = async (status, message) => {
  console.log(message);
  await backend.stop({ graceMs: 0 });
  await cluster?.close();
  process.exit(status);
};
process.once('SIGINT', () => stop(130, 'interrupted'));

backend.start();
want(Number(count));
await untilRunning(Number(count));
backend.killExecutors([0]);
await untilRunning(Number(count) - 1);
want(Number(count) + 1);
await untilRunning(Number(count) + 1);
await stop(0, `${backend.metrics()['executor.count']} workers at work`);

// A Mesos of two agents in this process, as a test of a framework would have it.
import { LocalCluster } from '@spark-mesos/mesos-local';

const cluster = await LocalCluster.start({
  agents: [
    { cpus: 2, memMiB: 2048 },
    { resources: 'cpus:4;mem:8192', attributes: { rack: 'r1' } },
  ],
});
const agents = await cluster.waitFor((state) => state.slaves.length === 2 && state.slaves);
for (const { resources, attributes } of agents) {
  console.log(`${resources.cpus} cpus, ${resources.mem} MiB`, attributes);
}
const answer = await fetch(`${cluster.master.url}/health`);
console.log(`${answer.status} from the master`);
await cluster.close(); // ends every process that any task has started

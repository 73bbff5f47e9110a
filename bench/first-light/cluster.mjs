// An embedded Mesos in a process of its own, so that the memory of spark-mesos is that of the gateway alone.
// Prints the master's address; ends when its standard input does.

import { LocalCluster } from '@spark-mesos/mesos-local';

const [cpus = '2', memMiB = '3072'] = process.argv.slice(2);
const cluster = await LocalCluster.start({ agents: [{ cpus: Number(cpus), memMiB: Number(memMiB) }] });
console.log(new URL(cluster.master.url).host);
process.stdin.resume().on('end', () => void cluster.close());

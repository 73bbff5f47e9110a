// The embedded Mesos of the bench in a process of its own, so that the processor time of others is theirs alone. Prints
// the master's address; ends when its standard input does.

import { dirname } from 'node:path';
import { LocalCluster } from '../../packages/mesos-local/dist/index.js';

const [cpus = '4', memMiB = '4096'] = process.argv.slice(2);
// Executors find Node where this process has it.
const executorEnvironment = { PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin` };
const cluster = await LocalCluster.start({
  agents: [{ cpus: Number(cpus), memMiB: Number(memMiB), executorEnvironment }],
});
console.log(new URL(cluster.master.url).host);
process.stdin.resume().on('end', () => void cluster.close());

import { LocalCluster } from '../../src/index.ts';

export async function cpusOfTwoAgents(): Promise<number[]> {
  const second = { resources: 'cpus:4;mem:8192', attributes: { rack: 'r1' } };
  const cluster = await LocalCluster.start({ agents: [{ cpus: 2, memMiB: 2048 }, second] });
  try {
    // Frameworks find it at `mesos://${cluster.master.host}:${cluster.master.port}`, people at cluster.master.url.
    const agents = await cluster.waitFor((state) => state.slaves.length === 2 && state.slaves);
    return agents.map((agent) => agent.resources.cpus); // [2, 4]
  } finally {
    await cluster.close(); // kills every process that any task has started
  }
}

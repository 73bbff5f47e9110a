import type { LocalCluster } from '@spark-mesos/mesos-local';

/** What is up, for a person to read. */
export function announcement(cluster: LocalCluster, workDir: string | undefined): string {
  const { host, port, url } = cluster.master;
  const agents = cluster.state().slaves.map(({ hostname, resources, attributes }, index) => {
    const { cpus, mem, ports } = resources;
    const named = Object.entries(attributes).map(([name, value]) => `${name}:${value}`);
    const parts = [`${cpus} cpus`, `${mem} MiB`, ...(ports ? [`ports ${ports}`] : []), ...named];
    return `  agent ${index + 1}  ${cluster.agents[index]?.url ?? hostname}  ${parts.join(', ')}`;
  });
  return [
    'Mesos is up, on this machine only.',
    `  console       ${url}/`,
    `  for programs  mesos://${host}:${port}`,
    ...agents,
    ...(workDir === undefined ? [] : [`  sandboxes     ${workDir}`]),
    'Ctrl-C ends it, and every task with it.',
    '',
  ].join('\n');
}

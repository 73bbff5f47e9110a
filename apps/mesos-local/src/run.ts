import { mesosConsoleRoot } from '@spark-mesos/console';
import {
  type AgentOptions,
  LocalCluster,
  type LocalClusterOptions,
  shareMachine,
} from '@spark-mesos/mesos-local';
import type { Logger } from 'pino';
import { attributesOf, resourcesOf } from './agent-patterns.ts';
import type { CommandOptions } from './command-line.ts';
import { readCredentials } from './credentials-file.ts';

/** What the command line asks for, in the terms of the embedded cluster. */
export async function clusterOptionsOf(options: CommandOptions): Promise<LocalClusterOptions> {
  const { agents: count, host, port, masters, zk, hostname, workDir, credentials } = options;
  return {
    agents: agentOptionsOf(options, count),
    host,
    port,
    masters,
    consoleRoot: mesosConsoleRoot,
    ...(zk !== undefined && { zookeeper: zk }),
    ...(hostname !== undefined && { hostname }),
    ...(workDir !== undefined && { workDir }),
    ...(credentials !== undefined && { credentials: await readCredentials(credentials) }),
  };
}

function agentOptionsOf(options: CommandOptions, count: number): AgentOptions[] {
  const { resources, attributes = '', executorEnvironment } = options;
  const sizes = resources === undefined ? shareMachine(count) : undefined;
  return Array.from({ length: count }, (_, index) => ({
    ...sizes?.[index],
    ...(resources !== undefined && { resources: resourcesOf(resources, index, count) }),
    attributes: attributesOf(attributes, index),
    executorEnvironment,
  }));
}

/** Starts the cluster that the command line asks for. */
export async function startCluster(options: CommandOptions, logger: Logger): Promise<LocalCluster> {
  return LocalCluster.start({ ...(await clusterOptionsOf(options)), logger });
}

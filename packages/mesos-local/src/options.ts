import { availableParallelism, totalmem } from 'node:os';
import { mesos } from '@spark-mesos/mesos-proto';
import type { Clock } from './clock.ts';
import { LocalMesosError } from './errors.ts';
import type { Credential } from './http/authentication.ts';
import type { LocalMesosLogger } from './logger.ts';
import { ResourceSet } from './resources/resource-set.ts';
import { parseAttribute, parseResources } from './resources/resource-text.ts';

const { Type } = mesos.v1.Value;

/** One agent of an embedded cluster. */
export interface AgentOptions {
  readonly cpus?: number;
  readonly memMiB?: number;
  readonly diskMiB?: number;
  readonly gpus?: number;
  /** Ranges with both ends in them. */
  readonly ports?: readonly (readonly [number, number])[];
  /** Mesos's text form, `cpus:4;mem:8192;ports:[31000-32000]`; what it names overrides the fields above. */
  readonly resources?: string;
  /** Values are read like Mesos reads them: `10` is a number, `[1-3]` ranges, all else text. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** What frameworks are told to reach tasks by. */
  readonly hostname?: string;
  /** Where the agent's own endpoints listen; 0 is a free one. */
  readonly port?: number;
  /**
   * What every executor finds in its environment, and so every task: Mesos's `--executor_environment_variables`.
   * Like there, `LIBPROCESS_PORT` and the `MESOS_` variables stay as the agent sets them, what executor and task set
   * themselves goes before, and nothing of the agent's own environment is passed on, with or without it.
   */
  readonly executorEnvironment?: Readonly<Record<string, string>>;
  /** How long an executor has to subscribe. Default 1 min, as in Mesos. */
  readonly executorRegistrationTimeoutMs?: number;
  /** How long it has to come back when the agent was restarted. Default 2 s. */
  readonly executorReregistrationTimeoutMs?: number;
  /** How long it has to end after SHUTDOWN. Default 5 s. */
  readonly executorShutdownGraceMs?: number;
  /** With it, executors must show the token that they find in their environment. Default: they need none. */
  readonly executorSecretKey?: string;
  /** Whether tasks that hold more memory than they have asked for are ended. Default true. */
  readonly limitsMemory?: boolean;
  /** How much the files may take that tasks share (`cache` of a URI). Default 2 GiB. */
  readonly fetchCacheBytes?: number;
  /** Where `docker` is looked for. Default: the PATH of this process. */
  readonly searchPath?: string;
}

/** How an embedded cluster is started. */
export interface LocalClusterOptions {
  /** The agents, or how many that share out this machine. */
  readonly agents: readonly AgentOptions[] | number;
  /** Where everything listens. Default 127.0.0.1. */
  readonly host?: string;
  /** The master's port; 0, the default, is a free one. */
  readonly port?: number;
  /** How many masters there are, of which one leads; the others send on to it. Default 1. */
  readonly masters?: number;
  /** Where they elect their leader: `zk://host1:2181,host2:2181/mesos`. Default: among themselves. */
  readonly zookeeper?: string;
  /** What the master and its agents call this machine. Default `localhost` on a loopback address. */
  readonly hostname?: string;
  /** Sandboxes go here. Default: a temporary folder that is removed at the end. */
  readonly workDir?: string;
  /** Static files of the console's page, served at `/`. */
  readonly consoleRoot?: string;
  readonly logger?: LocalMesosLogger;
  /** How often offers are made of what has become free. Default 1 s, as in Mesos. */
  readonly allocationIntervalMs?: number;
  /** How often a subscription hears a heartbeat. Default 15 s, as in Mesos. */
  readonly heartbeatIntervalMs?: number;
  /** How long a ping to an agent waits for its answer. Default 15 s. */
  readonly agentPingTimeoutMs?: number;
  /** So many pings in a row without an answer, and the agent is given up. Default 5. */
  readonly maxAgentPingTimeouts?: number;
  /**
   * How much faster than the machine's time runs in the cluster: with 20, an offer that was declined for 5 s comes
   * back after 250 ms. Default 1. For tests; the processes of tasks are as slow as ever.
   */
  readonly speed?: number;
  /** The time of the cluster, for tests that drive it themselves. Default: the machine's, times `speed`. */
  readonly clock?: Clock;
  /** After this time, an offer that nobody has answered is taken back. Default: never, as in Mesos. */
  readonly offerTimeoutMs?: number;
  /** Who may come in: frameworks, readers and operators alike. Default: everybody. */
  readonly credentials?: readonly Credential[];
  /** How long agents have to find a master that was started again. Default 10 min, as in Mesos. */
  readonly agentReregisterTimeoutMs?: number;
}

const FIRST_PORT = 31_000;
const PORTS_PER_AGENT = 1000;
const LAST_PORT = 65_535;
const DEFAULT_DISK_MIB = 10_240;

/** Options for `count` agents that share out this machine, each with at least 2 cpus and 2 GiB. */
export function shareMachine(count: number): AgentOptions[] {
  if (!Number.isInteger(count) || count < 1) {
    throw new LocalMesosError('LOCAL_OPTIONS_INVALID', `a cluster has at least one agent, not ${count}`);
  }
  const cpus = Math.max(2, Math.floor(availableParallelism() / count));
  const memMiB = Math.max(2048, Math.floor((totalmem() / 2 ** 20 - 1024) / count));
  return Array.from({ length: count }, () => ({ cpus, memMiB }));
}

/** What an agent offers, in the order in which Mesos lists it. The agents of a machine share out its ports. */
export function agentResources(options: AgentOptions, index: number): ResourceSet {
  const first = Math.min(FIRST_PORT + index * PORTS_PER_AGENT, LAST_PORT - PORTS_PER_AGENT + 1);
  const ports = options.ports ?? [[first, first + PORTS_PER_AGENT - 1] as const];
  const named = parseResources(options.resources ?? '');
  const isNamed = (name: string) => named.some((resource) => resource.name === name);
  const scalars: readonly (readonly [string, number])[] = [
    ['cpus', options.cpus ?? 2],
    ['mem', options.memMiB ?? 2048],
    ['disk', options.diskMiB ?? DEFAULT_DISK_MIB],
    ['gpus', options.gpus ?? 0],
  ];
  const resources: mesos.v1.IResource[] = [...named];
  for (const [name, value] of scalars) {
    if (!(value >= 0))
      throw new LocalMesosError('LOCAL_OPTIONS_INVALID', `an agent cannot have ${value} ${name}`);
    if (!isNamed(name)) resources.push({ name, type: Type.SCALAR, scalar: { value }, role: '*' });
  }
  if (!isNamed('ports')) {
    const range = ports.map(([begin, end]) => ({ begin, end }));
    resources.push({ name: 'ports', type: Type.RANGES, ranges: { range }, role: '*' });
  }
  return ResourceSet.of(resources);
}

/** What executors of an agent find in their environment; values from a file of settings may be anything. */
export function agentEnvironment({ executorEnvironment = {} }: AgentOptions): Record<string, string> {
  const [wrong] = Object.entries(executorEnvironment).find(([, value]) => typeof value !== 'string') ?? [];
  if (wrong === undefined) return { ...executorEnvironment };
  const text = `executorEnvironment must only contain string values, and ${wrong} has none`;
  throw new LocalMesosError('LOCAL_OPTIONS_INVALID', text);
}

/** An agent's attributes as messages. */
export function agentAttributes(options: AgentOptions): mesos.v1.IAttribute[] {
  return Object.entries(options.attributes ?? {}).map(([name, text]) => parseAttribute(name, text));
}

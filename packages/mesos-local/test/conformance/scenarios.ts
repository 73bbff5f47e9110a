import type { AgentOptions, LocalCluster, LocalClusterOptions } from '../../src/index.ts';
import { compareEnvironment, compareExecutor, type ExecutorForm, subscriptionsOf } from './executor-side.ts';

/** What the recorded agent had. */
const RESOURCES = 'cpus:4;mem:4096;disk:10000;ports:[31000-32000]';
/** Of the recorded agents, whose isolation (posix/mem) limited nothing. */
export const RECORDED_AGENT: AgentOptions = {
  resources: RESOURCES,
  limitsMemory: false,
  attributes: { rack: 'r1', zone: 'a' },
};

/** A recording, and what a cluster must be like to be asked the same. */
export interface Scenario {
  readonly name: string;
  readonly cluster?: Partial<LocalClusterOptions>;
  /** What the agent is like beside {@link RECORDED_AGENT}. */
  readonly agent?: AgentOptions;
  /** Where the recorded masters listened, in the order in which they came to lead. */
  readonly masterPorts?: readonly number[];
  /** The part of the recording with which it begins, when not all of it can be played. */
  readonly from?: string;
  /** What happens beside the calls when the recording goes on to another part. */
  readonly note?: (note: string, cluster: LocalCluster) => Promise<unknown> | undefined;
  /** What else is held against recordings: the side of the executors. */
  readonly after?: (workDir: string) => Promise<void>;
}

function agentFails(note: string, { faults, agents }: LocalCluster): Promise<void> | undefined {
  const id = agents[0]?.id ?? '';
  if (note.includes('started again at once')) return faults.restartAgent(id);
  if (note.includes('stays away')) return faults.stopAgent(id);
  if (note.includes('the agent comes back')) return faults.returnAgent(id);
  return note.includes('SIGUSR1') ? faults.unregisterAgent(id) : undefined;
}

/** Tasks give crumbs back, which are left lying: where there are many, an agent needs more. */
const ROOMY: AgentOptions = { resources: 'cpus:64;mem:65536;disk:99999;ports:[31000-32000]' };

const executors = (form: ExecutorForm): Omit<Scenario, 'name'> => ({
  agent: ROOMY,
  after: async (workDir) => {
    for (const name of ['main', 'die', 'exit0', 'nores']) await compareExecutor(workDir, name, form);
  },
});

const AGENT_FAILURE: Omit<Scenario, 'name'> = {
  cluster: { agentPingTimeoutMs: 1000, maxAgentPingTimeouts: 2 },
  note: agentFails,
  after: (workDir) => subscriptionsOf(workDir, 'ck', 2),
};

const SECOND_AGENT: AgentOptions = {
  ...ROOMY,
  attributes: { rack: 'r2', level: '10', span: '[1-3]' },
};

const more = (form: ExecutorForm): Omit<Scenario, 'name'> => ({
  agent: ROOMY,
  note: (note, cluster) => (note === 'a second agent joins' ? cluster.addAgent(SECOND_AGENT) : undefined),
  after: async (workDir) => {
    for (const name of ['ign', 'kp']) await compareExecutor(workDir, name, form);
  },
});

/** The recordings that a cluster is held against, in the order of their numbers. */
export const SCENARIOS: readonly Scenario[] = [
  { name: '01-errors-json' },
  { name: '01-errors-pb' },
  { name: '02-offers-json' },
  { name: '02-offers-pb' },
  { name: '03-tasks-json', agent: ROOMY },
  { name: '03-tasks-pb', agent: ROOMY },
  { name: '04-executor-json', ...executors('json') },
  { name: '04-executor-pb', ...executors('pb') },
  { name: '05-reconnect-json' },
  { name: '05-reconnect-pb' },
  { name: '06-update-retry-json' },
  { name: '07-agent-failure-json', ...AGENT_FAILURE },
  { name: '07-agent-failure-pb', ...AGENT_FAILURE },
  { name: '09-reserve-operator-json' },
  { name: '09-reserve-operator-pb' },
  {
    name: '10-zookeeper-failover-json',
    cluster: { masters: 3 },
    masterPorts: [5050, 5053, 5052],
    // Before that, a master waits for others with whom to keep its registry.
    from: 'ZooKeeper tree: three masters',
    note: (note, { faults }) =>
      /leader is killed|another master dies/.test(note) ? faults.stopMaster() : undefined,
  },
  {
    name: '12-auth-json',
    cluster: {
      credentials: [
        { principal: 'golden', secret: 's3cret' },
        { principal: 'second', secret: 'pw2' },
      ],
    },
  },
  { name: '13-http-details-json' },
  { name: '14-more-json', ...more('json') },
  { name: '14-more-pb', ...more('pb') },
  { name: '15-offer-timeout-json', cluster: { offerTimeoutMs: 3000 } },
  {
    name: '16-executor-auth-json',
    agent: { executorSecretKey: 'a key that was made up for this test' },
    after: (workDir) => compareExecutor(workDir, 'jwt', 'json'),
  },
  { name: '17-no-checkpoint-json', after: (workDir) => compareEnvironment(workDir, 'nochk') },
  { name: '18-launch-details-json' },
];

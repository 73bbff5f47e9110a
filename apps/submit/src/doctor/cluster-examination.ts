import { describeZooKeeper, parseMaster } from '@spark-mesos/mesos-client';
import { executorMemory, memoryRules, type SparkSettings } from '@spark-mesos/scheduler-utils';
import { agentSize, type LocalMaster, machineSize } from '../local-master.ts';
import { chooseMaster } from '../master-url.ts';
import { counted } from '../progress-words.ts';
import {
  type ExecutorNeed,
  judgeMaster,
  judgeOffers,
  judgeRole,
  judgeShuffle,
  judgeSize,
} from './cluster-judgements.ts';
import {
  type AgentFacts,
  probeMaster,
  probeServices,
  type TrialFacts,
  tryFramework,
} from './cluster-probes.ts';
import type { ExaminedSettings } from './examination.ts';
import { CHECKS, type CheckName, ok, problem, skipped, type Tell, tellAll } from './finding.ts';
import { found, type Probed, within } from './within.ts';

/** What is known before the cluster is asked anything. */
export interface ClusterQuestion extends ExaminedSettings {
  /** As it was named. */
  readonly url: string | undefined;
  /** With one, no master needs to be known. */
  readonly dispatcher: string | undefined;
}

/** How long a framework may take to be torn down, and its subscription to be made, beside the limits that are named. */
const TEARDOWN_MS = 10_000;
const OF_CLUSTER: readonly CheckName[] = ['role', 'offers', 'size', 'shuffle'];

/** Looks at the master and all that it gives; answers with `host:port` of the one that leads. */
export async function examineCluster(question: ClusterQuestion, tell: Tell): Promise<string | undefined> {
  const { url, dispatcher, settings } = question;
  if (url === undefined && dispatcher !== undefined) {
    tellAll(tell, ['master', ...OF_CLUSTER], skipped('none is named: drivers go to the dispatcher'));
    return undefined;
  }
  try {
    const choice = chooseMaster(url);
    if (choice.kind === 'local') {
      examineEmbedded(choice.local, settings, tell);
      return undefined;
    }
    return await examineRemote(choice.url, question, tell);
  } catch (error) {
    tell('master', problem((error as Error).message));
    tellAll(tell, OF_CLUSTER, skipped('no master is known'));
    return undefined;
  }
}

/** Nothing runs yet that could be asked; but how large its agents will be is known. */
function examineEmbedded(local: LocalMaster, settings: SparkSettings | undefined, tell: Tell): void {
  const { cpus, memMiB } = agentSize(local, machineSize());
  const sizes = Array.from({ length: local.agents }, (_, index): AgentFacts => {
    return { id: `${index}`, hostname: 'localhost', cpus, memMiB, gpus: 0 };
  });
  tell(
    'master',
    ok(`an embedded one is started with the application, with ${counted(sizes.length, 'agent')}`),
  );
  tellAll(tell, ['role', 'offers', 'shuffle'], skipped('the master is embedded'));
  if (settings === undefined) {
    tell('size', skipped('the settings cannot be read'));
    return;
  }
  const offers = sizes.map(({ id, ...amounts }) => ({ ...amounts, agentId: id, meetsConstraints: true }));
  tell(
    'size',
    judgeSize(
      needOf(settings),
      found({ admitted: true, offers, elapsedMs: 0, leftBehind: undefined }),
      sizes,
    ),
  );
}

async function examineRemote(
  url: string,
  { settings, credentials }: ClusterQuestion,
  tell: Tell,
): Promise<string | undefined> {
  const access = { master: url, credentials };
  const { limitMs } = CHECKS.master;
  const master = await within(limitMs, () => probeMaster(access, limitMs));
  tell('master', judgeMaster(namedMaster(url), master));
  const facts = master.kind === 'found' ? master.facts : undefined;
  if (facts === undefined || settings === undefined) {
    const why = facts === undefined ? 'the master does not answer' : 'the settings cannot be read';
    tellAll(tell, OF_CLUSTER, skipped(why));
    return facts?.leader;
  }
  const { agents, roles } = facts;
  await Promise.all([
    examineOffers({ ...access, settings, agents }, (trial) => {
      tell('role', judgeRole(rolesOf(settings), credentials?.principal, trial, roles));
      tell('offers', judgeOffers(trial, agents, CHECKS.offers.limitMs));
      tell('size', judgeSize(needOf(settings), trial, agents));
    }),
    examineShuffle(settings, agents, tell),
  ]);
  return facts.leader;
}

async function examineOffers(
  options: {
    readonly master: string;
    readonly credentials: ExaminedSettings['credentials'];
    readonly settings: SparkSettings;
    readonly agents: readonly AgentFacts[];
  },
  judge: (trial: Probed<TrialFacts>) => void,
): Promise<void> {
  const registrationMs = CHECKS.role.limitMs;
  const offersMs = CHECKS.offers.limitMs;
  const trial = await within(registrationMs + offersMs + TEARDOWN_MS, () =>
    tryFramework({ ...options, agents: options.agents.length, registrationMs, offersMs }),
  );
  judge(trial);
}

async function examineShuffle(
  settings: SparkSettings,
  agents: readonly AgentFacts[],
  tell: Tell,
): Promise<void> {
  const port = settings.shuffleServicePort;
  const wanted = {
    service: settings.shuffleServiceEnabled,
    dynamic: settings.dynamicAllocationEnabled,
    port,
  };
  const services = wanted.service
    ? await within(CHECKS.shuffle.limitMs, (signal) =>
        probeServices(
          agents.map(({ hostname }) => hostname),
          port,
          signal,
        ),
      )
    : undefined;
  tell('shuffle', judgeShuffle(wanted, services, agents.length));
}

/** What one executor takes of an offer; in fine mode what it holds itself, and one task. */
function needOf(settings: SparkSettings): ExecutorNeed {
  const { coarse, executorCores, mesosExecutorCores, taskCpus, executorGpus, executorMemoryMiB } = settings;
  return {
    cpus: coarse ? (executorCores ?? 1) : mesosExecutorCores + taskCpus,
    gpus: executorGpus ?? 0,
    memory: executorMemory({ memoryMiB: executorMemoryMiB }, memoryRules(settings)),
  };
}

function rolesOf({ role, roles }: SparkSettings): readonly string[] {
  return roles.length > 0 ? roles : [role ?? '*'];
}

/** Without the password that may stand in the address of a ZooKeeper. */
function namedMaster(url: string): string {
  const parsed = parseMaster(url);
  return parsed.kind === 'zookeeper' ? describeZooKeeper(parsed.zookeeper) : url;
}

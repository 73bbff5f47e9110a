import { formatDuration, formatMemoryMiB, fromThousandths, wholeUnits } from '@spark-mesos/scheduler-utils';
import type { ExcludedAgent, OfferedAgent, WaitingReason, WaitingReport } from '../model.ts';
import { describeExcluded } from './agent-health.ts';
import type { Profile } from './demand.ts';
import type { RefusedAgent } from './refusals.ts';

/** All that a waiting report is made from. */
export interface WaitingFacts {
  readonly nowMs: number;
  readonly sinceMs: number;
  readonly role: string;
  /** The first profile of which executors are missing. */
  readonly profile: Profile;
  readonly gpus: number;
  readonly missing: number | undefined;
  readonly alive: number;
  /** Why there is no connection to a master; `undefined` while there is one. */
  readonly disconnectedBecause: string | undefined;
  readonly pausedUntilMs: number | undefined;
  readonly lastFailure: string;
  readonly refused: readonly RefusedAgent[];
  readonly excluded: readonly ExcludedAgent[];
}

interface Explanation {
  readonly reason: WaitingReason;
  readonly text: string;
  readonly largest?: OfferedAgent;
}

/** Says why executors are wanted and cannot be placed, in one sentence and in figures. */
export function waitingReport(facts: WaitingFacts): WaitingReport {
  const { reason, text, largest } = explain(facts);
  const refusals: Record<string, number> = {};
  for (const { refusal } of facts.refused) {
    refusals[refusal.reason] = (refusals[refusal.reason] ?? 0) + 1;
  }
  return {
    sentence: `Waiting for ${wantedText(facts)}: ${text}`,
    reason,
    waitingMs: facts.nowMs - facts.sinceMs,
    role: facts.role,
    need: { cores: facts.profile.cores ?? 1, memoryMiB: facts.profile.memory.totalMiB, gpus: facts.gpus },
    missing: facts.missing,
    alive: facts.alive,
    largest,
    refusals,
  };
}

function wantedText({ missing, alive, profile }: WaitingFacts): string {
  const more = alive > 0 ? 'more ' : '';
  const count =
    missing === undefined ? `${more}executors` : `${missing} ${more}executor${missing === 1 ? '' : 's'}`;
  const cores = profile.cores ?? 1;
  const least = profile.cores === undefined ? 'at least ' : '';
  const cpus = `${least}${cores} ${cores === 1 ? 'cpu' : 'cpus'}`;
  return `${count} with ${cpus} and ${formatMemoryMiB(profile.memory.totalMiB)} each`;
}

function explain(facts: WaitingFacts): Explanation {
  if (facts.disconnectedBecause !== undefined) {
    return {
      reason: 'NOT_CONNECTED',
      text: `no connection to the Mesos master (${facts.disconnectedBecause})`,
    };
  }
  if (facts.pausedUntilMs !== undefined) {
    const rest = formatDuration(facts.pausedUntilMs - facts.nowMs);
    return {
      reason: 'PAUSED',
      text: `the last one ended at once, trying again in ${rest} (${facts.lastFailure})`,
    };
  }
  const able = facts.refused.filter(
    ({ refusal }) => refusal.reason !== 'CONSTRAINT_UNMET' && refusal.reason !== 'AGENT_EXCLUDED',
  );
  if (able.length > 0) {
    return explainShortage(facts, able);
  }
  return explainUnsuited(facts);
}

/** No agent was even looked at for its resources. */
function explainUnsuited(facts: WaitingFacts): Explanation {
  const unmet = facts.refused.filter(({ refusal }) => refusal.reason === 'CONSTRAINT_UNMET');
  if (facts.excluded.length > 0) {
    const names = facts.excluded.slice(0, 3).map((agent) => describeExcluded(agent, facts.nowMs));
    const more =
      unmet.length === 0
        ? ''
        : `; ${plural(unmet.length, 'more agent')} without what the constraints ask for`;
    return {
      reason: 'AGENTS_EXCLUDED',
      text: `${plural(facts.excluded.length, 'agent')} left out because executors failed there: ${names.join('; ')}${more}`,
    };
  }
  const [example] = unmet;
  if (example?.refusal.reason === 'CONSTRAINT_UNMET') {
    const { constraint, need, have } = example.refusal;
    const wanted = need.length === 0 ? 'be there' : `be ${need.join(' or ')}`;
    const offered = have === undefined ? `${example.hostname} has none` : `${example.hostname} has ${have}`;
    return {
      reason: 'CONSTRAINTS_UNMET',
      text: `no agent offered meets the constraints (${plural(unmet.length, 'agent')} seen): ${constraint} must ${wanted}, ${offered}`,
    };
  }
  return {
    reason: 'NO_OFFERS',
    text:
      `no offers for role ${facts.role}: no agent has anything free for it ` +
      '(are there agents, is all in use or reserved for other roles, is its quota used up?)',
  };
}

/** What is short among the agents that are suited, and who comes closest. */
function explainShortage(facts: WaitingFacts, able: readonly RefusedAgent[]): Explanation {
  const { profile } = facts;
  const byMemory = largestBy(able, ({ memThousandths }) => memThousandths);
  const byCpus = largestBy(able, ({ cpusThousandths }) => cpusThousandths);
  const others = facts.refused.length - able.length;
  const more = others === 0 ? '' : ` (${plural(others, 'more agent')} not suited: constraints or failures)`;
  if (byMemory.memThousandths < profile.memThousandths) {
    return {
      reason: 'MEM_SHORT',
      text: `no offer has ${memoryText(profile)}; the largest is ${formatMemoryMiB(fromThousandths(byMemory.memThousandths))} on ${agentText(byMemory)}${more}`,
      largest: offeredAgent(byMemory),
    };
  }
  const cores = profile.cores ?? 1;
  if (wholeUnits(byCpus.cpusThousandths) < cores) {
    return {
      reason: 'CPUS_SHORT',
      text: `no offer has ${plural(cores, 'cpu')}; the most is ${fromThousandths(byCpus.cpusThousandths)} on ${agentText(byCpus)}${more}`,
      largest: offeredAgent(byCpus),
    };
  }
  const gpus = able.find(({ refusal }) => refusal.reason === 'GPUS_SHORT');
  if (gpus !== undefined) {
    const most = largestBy(able, ({ gpusThousandths }) => gpusThousandths);
    return {
      reason: 'GPUS_SHORT',
      text: `no offer with enough cpus and memory has ${plural(facts.gpus, 'GPU')}; the most is ${fromThousandths(most.gpusThousandths)} on ${agentText(most)}${more}`,
      largest: offeredAgent(most),
    };
  }
  const ports = able.find(({ refusal }) => refusal.reason === 'PORTS_MISSING');
  if (ports?.refusal.reason === 'PORTS_MISSING') {
    return {
      reason: 'PORTS_MISSING',
      text: `no offer with enough cpus and memory has port ${ports.refusal.need.join(' and ')} free, which spark.blockManager.port asks for${more}`,
      largest: offeredAgent(ports),
    };
  }
  return {
    reason: 'CPUS_AND_MEM_APART',
    text: `no single offer has both; ${offerText(byMemory)}, ${offerText(byCpus)}${more}`,
    largest: offeredAgent(byMemory),
  };
}

function largestBy(agents: readonly RefusedAgent[], figure: (agent: RefusedAgent) => number): RefusedAgent {
  return agents.reduce((best, agent) => (figure(agent) > figure(best) ? agent : best));
}

function memoryText({ memory }: Profile): string {
  const beside = memory.totalMiB - memory.heapMiB;
  const parts = `${formatMemoryMiB(memory.heapMiB)} heap and ${formatMemoryMiB(beside)} beside it`;
  return `${formatMemoryMiB(memory.totalMiB)} of memory${beside === 0 ? '' : ` (${parts})`}`;
}

function agentText({ hostname, agentId }: RefusedAgent): string {
  return `agent ${hostname} (${agentId})`;
}

function offerText(agent: RefusedAgent): string {
  const memory = formatMemoryMiB(fromThousandths(agent.memThousandths));
  return `agent ${agent.hostname} has ${fromThousandths(agent.cpusThousandths)} cpus and ${memory}`;
}

function offeredAgent({ agentId, hostname, cpusThousandths, memThousandths }: RefusedAgent): OfferedAgent {
  return {
    agentId,
    hostname,
    cores: fromThousandths(cpusThousandths),
    memoryMiB: fromThousandths(memThousandths),
  };
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

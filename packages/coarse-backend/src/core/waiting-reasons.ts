import {
  describeExcluded,
  formatDuration,
  formatMemoryMiB,
  fromThousandths,
  wholeUnits,
} from '@spark-mesos/scheduler-utils';
import type { OfferedAgent, WaitingReason } from '../model.ts';
import type { RefusedAgent } from './agent-looks.ts';
import type { Profile } from './demand.ts';
import { describeLimit, describeLocality, describeUnmet } from './refusal-sentence.ts';
import type { AgentRefusal } from './refusals.ts';
import type { WaitingFacts } from './waiting-report.ts';

/** Why executors are waited for. */
export interface WaitingExplanation {
  readonly reason: WaitingReason;
  readonly text: string;
  /** The agent that came closest in what is short. */
  readonly largest?: OfferedAgent;
}

/** Says why executors are wanted and none is placed: what is missing first in the whole of the cluster. */
export function explainWaiting(facts: WaitingFacts): WaitingExplanation {
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
  if (facts.limit !== undefined) {
    return { reason: 'LIMIT_REACHED', text: describeLimit(facts.limit) };
  }
  return explainPassing(facts) ?? explainShortage(facts) ?? explainFull(facts) ?? explainUnsuited(facts);
}

/** Agents are there, and will be taken in a moment if no better ones come. */
function explainPassing(facts: WaitingFacts): WaitingExplanation | undefined {
  for (const { refusal } of facts.refused) {
    if (refusal.reason === 'LOCALITY_WAIT') {
      return { reason: 'LOCALITY_WAIT', text: describeLocality(refusal, facts.nowMs) };
    }
  }
  return undefined;
}

/** Agents have room, but not for more of this application. */
function explainFull(facts: WaitingFacts): WaitingExplanation | undefined {
  const full = facts.refused.filter(({ refusal }) => refusal.reason === 'AGENT_FULL');
  const refusal = full[0]?.refusal;
  if (refusal?.reason !== 'AGENT_FULL') {
    return undefined;
  }
  const more = othersText(facts.refused.length - full.length);
  const agents = plural(full.length, 'agent');
  return {
    reason: 'AGENTS_FULL',
    text: `${agents} with room may hold no more of it: ${refusal.setting}=${refusal.max}${more}`,
  };
}

/** No agent was even looked at for its resources. */
function explainUnsuited(facts: WaitingFacts): WaitingExplanation {
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
  const draining = facts.refused.filter(({ refusal }) => refusal.reason === 'AGENT_DRAINING');
  if (draining.length > 0) {
    const more = othersText(facts.refused.length - draining.length);
    const text = `${plural(draining.length, 'agent')} drained or about to be under maintenance${more}`;
    return { reason: 'AGENTS_DRAINING', text };
  }
  const [example] = unmet;
  if (example?.refusal.reason === 'CONSTRAINT_UNMET') {
    const seen = plural(unmet.length, 'agent');
    const unmetText = describeUnmet(example.refusal, example.hostname);
    return {
      reason: 'CONSTRAINTS_UNMET',
      text: `no agent offered meets the constraints (${seen} seen): ${unmetText}`,
    };
  }
  return {
    reason: 'NO_OFFERS',
    text:
      `no offers for role ${facts.role}: no agent has anything free for it ` +
      '(are there agents, is all in use or reserved for other roles, is its quota used up?)',
  };
}

/** Refusals of agents that are suited, but have too little free. */
const SHORTAGES: ReadonlySet<AgentRefusal['reason']> = new Set([
  'CPUS_SHORT',
  'MEM_SHORT',
  'GPUS_SHORT',
  'DISK_SHORT',
  'RESOURCE_SHORT',
  'PORTS_MISSING',
]);

/** What is short among the agents that are suited, and who comes closest. */
function explainShortage(facts: WaitingFacts): WaitingExplanation | undefined {
  const able = facts.refused.filter(({ refusal }) => SHORTAGES.has(refusal.reason));
  if (able.length === 0) {
    return undefined;
  }
  const { profile } = facts;
  const byMemory = largestBy(able, ({ memThousandths }) => memThousandths);
  const byCpus = largestBy(able, ({ cpusThousandths }) => cpusThousandths);
  const more = othersText(facts.refused.length - able.length);
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
  const special = explainSpecial(able, profile, more);
  if (special !== undefined) {
    return special;
  }
  return {
    reason: 'CPUS_AND_MEM_APART',
    text: `no single offer has both; ${offerText(byMemory)}, ${offerText(byCpus)}${more}`,
    largest: offeredAgent(byMemory),
  };
}

/** Agents with enough cpus and memory that lack something else. */
function explainSpecial(
  able: readonly RefusedAgent[],
  profile: Profile,
  more: string,
): WaitingExplanation | undefined {
  if (able.some(({ refusal }) => refusal.reason === 'GPUS_SHORT')) {
    const most = largestBy(able, ({ gpusThousandths }) => gpusThousandths);
    const wanted = plural(profile.gpus ?? 0, 'GPU');
    const has = `${fromThousandths(most.gpusThousandths)} on ${agentText(most)}`;
    return {
      reason: 'GPUS_SHORT',
      text: `no offer with enough cpus and memory has ${wanted}; the most is ${has}${more}`,
      largest: offeredAgent(most),
    };
  }
  for (const agent of able) {
    const { refusal } = agent;
    if (refusal.reason === 'PORTS_MISSING') {
      const ports = `port ${refusal.need.join(' and ')} free, which spark.blockManager.port asks for`;
      return {
        reason: 'PORTS_MISSING',
        text: `no offer with enough cpus and memory has ${ports}${more}`,
        largest: offeredAgent(agent),
      };
    }
    if (refusal.reason === 'DISK_SHORT' || refusal.reason === 'RESOURCE_SHORT') {
      const isDisk = refusal.reason === 'DISK_SHORT';
      const amount = (value: number) => (isDisk ? formatMemoryMiB(value) : String(value));
      const figures = `${amount(refusal.need)} of ${refusal.resource}; ${amount(refusal.have)} on ${agentText(agent)}`;
      return {
        reason: isDisk ? 'DISK_SHORT' : 'PORTS_MISSING',
        text: `no offer with enough cpus and memory has ${figures}${more}`,
        largest: offeredAgent(agent),
      };
    }
  }
  return undefined;
}

function othersText(others: number): string {
  return others === 0 ? '' : ` (${plural(others, 'more agent')} not suited: constraints, caps or failures)`;
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

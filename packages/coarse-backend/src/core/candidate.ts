import type { mesos } from '@spark-mesos/mesos-proto';
import { sumScalars } from '@spark-mesos/scheduler-utils';
import type { AgentId, OfferId, TaskId } from '../ids.ts';
import { agentIdOf, offerIdOf } from '../ids.ts';
import type { AgentRefusal } from './refusals.ts';

/**
 * An offer under consideration, or several of one agent and role taken together; with what is left of it and what has
 * been placed on it.
 */
export interface Candidate {
  readonly agentId: AgentId;
  readonly hostname: string;
  /** Offers of different roles must not share an ACCEPT. */
  readonly role: string;
  readonly offerIds: readonly OfferId[];
  remaining: readonly mesos.v1.IResource[];
  cpusThousandths: number;
  memThousandths: number;
  gpusThousandths: number;
  readonly tasks: mesos.v1.ITaskInfo[];
  readonly taskIds: TaskId[];
  /** Why nothing more fits; `undefined` while that is not known. */
  refusal: AgentRefusal | undefined;
}

/** Takes an offer into consideration. */
export function candidateOf(offer: mesos.v1.IOffer): Candidate {
  const resources = offer.resources ?? [];
  const sums = sumScalars(resources);
  return {
    agentId: agentIdOf(offer.agentId),
    hostname: offer.hostname,
    role: offer.allocationInfo?.role ?? '*',
    offerIds: [offerIdOf(offer.id)],
    remaining: resources,
    cpusThousandths: sums.cpus,
    memThousandths: sums.mem,
    gpusThousandths: sums.gpus,
    tasks: [],
    taskIds: [],
    refusal: undefined,
  };
}

/** Takes several offers of one agent and role together, with what has been placed on them so far. */
export function merged(parts: readonly [Candidate, ...Candidate[]]): Candidate {
  const sum = (pick: (part: Candidate) => number) => parts.reduce((total, part) => total + pick(part), 0);
  return {
    agentId: parts[0].agentId,
    hostname: parts[0].hostname,
    role: parts[0].role,
    offerIds: parts.flatMap((part) => part.offerIds),
    remaining: parts.flatMap((part) => part.remaining),
    cpusThousandths: sum((part) => part.cpusThousandths),
    memThousandths: sum((part) => part.memThousandths),
    gpusThousandths: sum((part) => part.gpusThousandths),
    tasks: parts.flatMap((part) => part.tasks),
    taskIds: parts.flatMap((part) => part.taskIds),
    refusal: undefined,
  };
}

/** The candidates of agents that sent several offers for one role, group by group. */
export function severalOfOneAgent(candidates: readonly Candidate[]): [Candidate, ...Candidate[]][] {
  const groups = new Map<string, [Candidate, ...Candidate[]]>();
  for (const candidate of candidates) {
    const key = `${candidate.agentId} ${candidate.role}`;
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [candidate]);
    } else {
      group.push(candidate);
    }
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

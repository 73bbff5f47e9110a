import type { mesos } from '@spark-mesos/mesos-proto';
import type { AgentId, OfferId, Thousandths } from '@spark-mesos/scheduler-utils';
import { agentIdOf, offerIdOf } from '@spark-mesos/scheduler-utils';
import type { Executor } from './executor.ts';
import type { OfferRefusal } from './refusals.ts';
import { RemainingResources } from './remaining.ts';
import type { ResourceOrder } from './takeable.ts';

/** What an offer held when it came. */
export interface OfferFigures {
  readonly cpusThousandths: Thousandths;
  readonly memThousandths: Thousandths;
  readonly gpusThousandths: Thousandths;
}

/**
 * An offer under consideration, or several of one agent and role taken together; with what is left of it and what has
 * been placed on it.
 */
export interface Candidate extends OfferFigures {
  readonly agentId: AgentId;
  readonly hostname: string;
  /** Offers of different roles must not share an ACCEPT. */
  readonly role: string;
  /** The offer, or the first of them: where it is. */
  readonly offer: mesos.v1.IOffer;
  /** Those that it was put together from. */
  readonly parts: readonly Candidate[] | undefined;
  readonly remaining: RemainingResources;
  /** Those that have been placed on it, those of its parts first. */
  readonly executors: Executor[];
  /** Why nothing more fits; `undefined` while that is not known. */
  refusal: OfferRefusal | undefined;
  /** What it was also held against offers as a part of, without success. */
  partOf: Candidate | undefined;
}

/** Takes an offer into consideration. */
export function candidateOf(offer: mesos.v1.IOffer, order: ResourceOrder): Candidate {
  const remaining = new RemainingResources(offer.resources ?? [], order);
  return {
    agentId: agentIdOf(offer.agentId),
    hostname: offer.hostname,
    role: offer.allocationInfo?.role ?? '*',
    offer,
    parts: undefined,
    cpusThousandths: remaining.cpus,
    memThousandths: remaining.mem,
    gpusThousandths: remaining.gpus,
    remaining,
    executors: [],
    refusal: undefined,
    partOf: undefined,
  };
}

/** The offers that a candidate is. */
export function offerIdsOf({ offer, parts }: Candidate): readonly OfferId[] {
  return parts?.flatMap(offerIdsOf) ?? [offerIdOf(offer.id)];
}

/** Takes several offers of one agent and role together, with what has been placed on them so far. */
export function merged(parts: readonly [Candidate, ...Candidate[]], order: ResourceOrder): Candidate {
  const sum = (pick: (part: Candidate) => number) => parts.reduce((total, part) => total + pick(part), 0);
  const [{ agentId, hostname, role, offer }] = parts;
  return {
    agentId,
    hostname,
    role,
    offer,
    parts,
    cpusThousandths: sum((part) => part.cpusThousandths),
    memThousandths: sum((part) => part.memThousandths),
    gpusThousandths: sum((part) => part.gpusThousandths),
    remaining: RemainingResources.merged(
      parts.map((part) => part.remaining),
      order,
    ),
    executors: parts.flatMap((part) => part.executors),
    refusal: undefined,
    partOf: undefined,
  };
}

/** The candidates of agents that sent several offers for one role, group by group. */
export function severalOfOneAgent(candidates: readonly Candidate[]): [Candidate, ...Candidate[]][] {
  const seen = new Set<AgentId>();
  const repeated = new Set<AgentId>();
  for (const { agentId } of candidates) {
    if (seen.has(agentId)) {
      repeated.add(agentId);
    }
    seen.add(agentId);
  }
  return repeated.size === 0 ? [] : groupsOf(candidates.filter(({ agentId }) => repeated.has(agentId)));
}

function groupsOf(candidates: readonly Candidate[]): [Candidate, ...Candidate[]][] {
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

import type { ConstraintMatcher, ConstraintUnmet } from '@spark-mesos/scheduler-utils';
import { fromThousandths, shortage, toThousandths, wholeUnits } from '@spark-mesos/scheduler-utils';
import type { CoarseSettings } from '../settings.ts';
import type { Candidate } from './candidate.ts';
import type { Demand, Profile } from './demand.ts';
import type { ExecutorRegistry } from './executors.ts';
import type { Locality } from './locality.ts';
import type { AgentFull, OfferRefusal } from './refusals.ts';
import type { Share, ShareMaker } from './share.ts';

/** What decides whether an executor may be placed somewhere. */
export interface PlacingRules {
  readonly settings: CoarseSettings;
  readonly demand: Demand;
  readonly executors: ExecutorRegistry;
  readonly locality: Locality;
  readonly shares: ShareMaker;
  readonly meetsConstraints: ConstraintMatcher;
  readonly nowMs: number;
}

/**
 * Why no further executor may be where a candidate is, given where the others run; `undefined`: it may. What
 * constraints ask of the agent alone was looked at before.
 */
export function placeRefusal(
  { offer }: Candidate,
  { executors, meetsConstraints }: PlacingRules,
): ConstraintUnmet | undefined {
  if (executors.places.isEmpty) {
    return undefined;
  }
  const match = meetsConstraints(offer, executors.places);
  return match.ok ? undefined : match;
}

/** Whether a place that is refused may be taken after executors were placed elsewhere: GROUP_BY waits for others. */
export function mayBeTakenLater(refusal: OfferRefusal | undefined): boolean {
  return refusal?.reason === 'CONSTRAINT_UNMET' && refusal.operator === 'GROUP_BY';
}

/**
 * Holds one executor of a profile against what is left of an offer (rules C22, C24, C28, U41). A refusal names what is
 * short.
 */
export function shareOf(candidate: Candidate, profile: Profile, rules: PlacingRules): Share | OfferRefusal {
  const { remaining } = candidate;
  const { settings, demand } = rules;
  const offeredCores = wholeUnits(remaining.cpus);
  const neededCores = profile.cores ?? 1;
  if (offeredCores < neededCores) {
    return shortage('cpus', neededCores, fromThousandths(remaining.cpus));
  }
  if (remaining.mem < profile.memThousandths) {
    return shortage('mem', profile.memory.totalMiB, fromThousandths(remaining.mem));
  }
  const offeredGpus = wholeUnits(remaining.gpus);
  const gpus = profile.gpus ?? Math.min(demand.gpusLeft, offeredGpus);
  if (offeredGpus < gpus) {
    return shortage('gpus', gpus, offeredGpus);
  }
  if (remaining.disk < toThousandths(settings.diskMiB)) {
    return shortage('disk', settings.diskMiB, fromThousandths(remaining.disk));
  }
  const coresHere = coresLeftOn(candidate, rules);
  const refusal =
    portsRefusal(candidate, settings) ??
    fullRefusal(candidate, neededCores, coresHere, rules) ??
    rules.locality.refusal(candidate.hostname, profile, rules.nowMs);
  if (refusal !== undefined) {
    return refusal;
  }
  const cores = profile.cores ?? Math.min(offeredCores, demand.coresLeft, coresHere);
  return rules.shares.make(profile, cores, gpus);
}

function portsRefusal(
  { remaining }: Candidate,
  { ports, ephemeralPorts }: CoarseSettings,
): OfferRefusal | undefined {
  return ports.length === 0 && ephemeralPorts === 0
    ? undefined
    : remaining.ports.refusal(ports, ephemeralPorts);
}

function coresLeftOn({ agentId }: Candidate, { settings, executors }: PlacingRules): number {
  const { agentMaxCores } = settings;
  return agentMaxCores === undefined
    ? Number.POSITIVE_INFINITY
    : agentMaxCores - executors.coresOnAgent(agentId);
}

/** Whether the agent may hold no more of this application (C32). */
function fullRefusal(
  { agentId }: Candidate,
  neededCores: number,
  coresHere: number,
  { settings, executors }: PlacingRules,
): AgentFull | undefined {
  const { agentMaxExecutors, agentMaxCores } = settings;
  if (agentMaxExecutors !== undefined) {
    const held = executors.countOnAgent(agentId);
    if (held >= agentMaxExecutors) {
      return full('spark.mesos.agent.maxExecutors', agentMaxExecutors, held, 1);
    }
  }
  if (agentMaxCores !== undefined && coresHere < neededCores) {
    const held = executors.coresOnAgent(agentId);
    return full('spark.mesos.agent.maxCores', agentMaxCores, held, neededCores);
  }
  return undefined;
}

function full(setting: string, max: number, held: number, need: number): AgentFull {
  return { ok: false, reason: 'AGENT_FULL', setting, max, held, need };
}

import type { ExcludedAgent } from '@spark-mesos/scheduler-utils';
import { formatMemoryMiB } from '@spark-mesos/scheduler-utils';
import type { WaitingReport } from '../model.ts';
import type { RefusedAgent } from './agent-looks.ts';
import type { CoarseContext } from './context.ts';
import type { LimitReached, Profile } from './demand.ts';
import { explainWaiting } from './waiting-reasons.ts';

/** All that a waiting report is made from. */
export interface WaitingFacts {
  readonly nowMs: number;
  readonly sinceMs: number;
  readonly role: string;
  /** The first profile of which executors are missing. */
  readonly profile: Profile;
  /** The limit of the application that leaves no room for it. */
  readonly limit: LimitReached | undefined;
  readonly missing: number | undefined;
  readonly alive: number;
  /** Why there is no connection to a master; `undefined` while there is one. */
  readonly disconnectedBecause: string | undefined;
  readonly pausedUntilMs: number | undefined;
  readonly lastFailure: string;
  readonly refused: readonly RefusedAgent[];
  readonly excluded: readonly ExcludedAgent[];
}

/** The profile of which executors are waited for; `undefined`: the application has what it wants. */
export function awaitedProfile({ phase, demand, executors }: CoarseContext): Profile | undefined {
  const profile = phase === 'active' ? demand.waitingProfile : undefined;
  if (profile === undefined) {
    return undefined;
  }
  // With an open end, whoever has at least one executor has what there is.
  const isContent = executors.size > 0 && missingOf(profile, demand) === undefined;
  return isContent ? undefined : profile;
}

/** Says why executors of a profile are wanted and cannot be placed, in one sentence and in figures. */
export function waitingReport(
  context: CoarseContext,
  profile: Profile,
  sinceMs: number,
  nowMs: number,
): WaitingReport {
  const { backoff, demand } = context;
  const refused = context.looks.refused();
  const facts: WaitingFacts = {
    nowMs,
    sinceMs,
    role: context.settings.role,
    profile,
    limit: demand.limitOf(profile),
    missing: missingOf(profile, demand),
    alive: context.executors.size,
    disconnectedBecause: context.disconnectedBecause,
    pausedUntilMs: backoff.pausedUntilMs(nowMs),
    lastFailure: backoff.lastMessage,
    refused,
    excluded: context.health.excluded(nowMs),
  };
  const { reason, text, largest } = explainWaiting(facts);
  return {
    sentence: `Waiting for ${wantedText(facts)}: ${text}`,
    reason,
    waitingMs: nowMs - sinceMs,
    role: facts.role,
    need: { cores: profile.cores ?? 1, memoryMiB: profile.memory.totalMiB, gpus: profile.gpus ?? 0 },
    missing: facts.missing,
    alive: facts.alive,
    largest,
    refusals: countByReason(refused),
  };
}

/** How many executors are missing: of all profiles that may be placed, or of one that a limit keeps out. */
function missingOf(profile: Profile, demand: CoarseContext['demand']): number | undefined {
  if (demand.limitOf(profile) === undefined) {
    return demand.missingInAll;
  }
  const missing = demand.missing(profile);
  return Number.isFinite(missing) ? missing : undefined;
}

function countByReason(refused: readonly RefusedAgent[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { refusal } of refused) {
    counts[refusal.reason] = (counts[refusal.reason] ?? 0) + 1;
  }
  return counts;
}

function wantedText({ missing, alive, profile }: WaitingFacts): string {
  const more = alive > 0 ? 'more ' : '';
  const count =
    missing === undefined ? `${more}executors` : `${missing} ${more}executor${missing === 1 ? '' : 's'}`;
  const cores = profile.cores ?? 1;
  const least = profile.cores === undefined ? 'at least ' : '';
  const cpus = `${least}${cores} ${cores === 1 ? 'cpu' : 'cpus'}`;
  const memory = formatMemoryMiB(profile.memory.totalMiB);
  return profile.gpus === undefined || profile.gpus === 0
    ? `${count} with ${cpus} and ${memory} each`
    : `${count} with ${cpus}, ${memory} and ${profile.gpus} ${profile.gpus === 1 ? 'GPU' : 'GPUs'} each`;
}

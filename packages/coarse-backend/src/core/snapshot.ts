import type { ConnectionState, ExcludedAgent, LifePhase, OfferFlowState } from '@spark-mesos/scheduler-utils';
import { fromThousandths } from '@spark-mesos/scheduler-utils';
import type { ExecutorPlacement, OfferedAgent, WaitingReport } from '../model.ts';
import type { AgentLook } from './agent-looks.ts';
import type { CoarseContext } from './context.ts';
import type { Profile } from './demand.ts';
import type { ExecutorStatus } from './executor.ts';
import { describeLimit, describeLook } from './refusal-sentence.ts';
import type { AgentRefusal } from './refusals.ts';
import { awaitedProfile, waitingReport } from './waiting-report.ts';

/** What an application wants of one profile, and what it has. */
export interface WantedProfile {
  readonly profileId: number;
  /** Of each executor; `undefined`: all whole cores of an offer. */
  readonly cores: number | undefined;
  readonly memoryMiB: number;
  /** Of each executor; `undefined`: what an offer has. */
  readonly gpus: number | undefined;
  /** How many shall be alive; `undefined`: as many as fit. */
  readonly total: number | undefined;
  readonly alive: number;
  /** How many are missing; `undefined`: as many as fit. */
  readonly missing: number | undefined;
  /** The limit of the application that allows no more, in one sentence. */
  readonly limit: string | undefined;
}

/** What an agent offered at the last look at it, and what came of it. */
export interface OfferedLook extends OfferedAgent {
  readonly gpus: number;
  readonly role: string;
  /** How many executors were placed. */
  readonly placed: number;
  /** Why no more were; `undefined`: no more were wanted. */
  readonly refusal: AgentRefusal | undefined;
  /** Both in one sentence. */
  readonly sentence: string;
  readonly atMs: number;
}

/** How a scheduler is, without a word of single executors and agents. Plain JSON; times are those of the clock. */
export interface CoarseSummary {
  readonly nowMs: number;
  readonly frameworkId: string | undefined;
  readonly phase: LifePhase;
  readonly connection: ConnectionState;
  readonly offers: OfferFlowState;
  /** How many executors are alive; what they hold together follows. */
  readonly alive: number;
  readonly cores: number;
  readonly coresMax: number | undefined;
  readonly gpus: number;
  readonly memoryMiB: number;
  /** Every profile that was asked for. */
  readonly wanted: readonly WantedProfile[];
  /** Why it waits; `undefined`: it has what it wants. */
  readonly waiting: (WaitingReport & { readonly sinceMs: number }) | undefined;
}

/**
 * What a scheduler has, wants and refuses: for people and for `explain`. Plain JSON; times are those of the clock, so
 * that `nowMs - atMs` is how long ago something was.
 */
export interface CoarseSnapshot extends CoarseSummary {
  readonly executors: readonly (ExecutorPlacement & {
    readonly status: ExecutorStatus;
    readonly sinceMs: number;
    readonly isKilled: boolean;
  })[];
  readonly excludedAgents: readonly ExcludedAgent[];
  /** The last look at each agent. */
  readonly agents: readonly OfferedLook[];
}

/** Sums up, in no more time for many executors than for few. */
export function summaryOf(context: CoarseContext, nowMs: number): CoarseSummary {
  const { executors, demand, settings } = context;
  return {
    nowMs,
    frameworkId: context.frameworkId,
    phase: context.phase,
    connection: context.connection,
    offers: context.flow.state,
    alive: executors.size,
    cores: executors.cores,
    coresMax: settings.coresMax,
    gpus: executors.gpus,
    memoryMiB: executors.memoryMiB,
    wanted: demand.profiles.map((profile) => wantedProfile(context, profile)),
    waiting: waitingNow(context, nowMs),
  };
}

/** Takes a snapshot. */
export function snapshotOf(context: CoarseContext, nowMs: number): CoarseSnapshot {
  const { executors, looks, health } = context;
  return {
    ...summaryOf(context, nowMs),
    executors: [...executors.all()].map((executor) => ({
      ...executor.placement,
      status: executor.status,
      sinceMs: executor.statusSinceMs,
      isKilled: executor.killedAtMs !== undefined,
    })),
    excludedAgents: health.excluded(nowMs),
    agents: [...looks.all()].map((look) => offeredLook(look, nowMs)),
  };
}

function wantedProfile({ demand }: CoarseContext, profile: Profile): WantedProfile {
  const missing = demand.missing(profile);
  const limit = missing > 0 ? demand.limitOf(profile) : undefined;
  return {
    profileId: profile.id,
    cores: profile.cores,
    memoryMiB: profile.memory.totalMiB,
    gpus: profile.gpus,
    total: finite(profile.total),
    alive: demand.alive(profile),
    missing: finite(missing),
    limit: limit && describeLimit(limit),
  };
}

function waitingNow(context: CoarseContext, nowMs: number): CoarseSnapshot['waiting'] {
  const profile = awaitedProfile(context);
  if (profile === undefined) {
    return undefined;
  }
  const sinceMs = context.waiting.sinceMs ?? nowMs;
  return { ...waitingReport(context, profile, sinceMs, nowMs), sinceMs };
}

function offeredLook(look: AgentLook, nowMs: number): OfferedLook {
  const { agentId, hostname, role, placed, refusal, atMs } = look;
  return {
    agentId,
    hostname,
    role,
    cores: fromThousandths(look.cpusThousandths),
    memoryMiB: fromThousandths(look.memThousandths),
    gpus: fromThousandths(look.gpusThousandths),
    placed,
    refusal,
    sentence: describeLook(look, nowMs),
    atMs,
  };
}

function finite(count: number): number | undefined {
  return Number.isFinite(count) ? count : undefined;
}

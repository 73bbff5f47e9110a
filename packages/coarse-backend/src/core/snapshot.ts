import { fromThousandths } from '@spark-mesos/scheduler-utils';
import type { ExcludedAgent, ExecutorPlacement, OfferedAgent } from '../model.ts';
import type { CoarseContext, ConnectionState, LifePhase } from './context.ts';
import type { ExecutorStatus } from './executors.ts';
import type { OfferFlowState } from './offer-flow.ts';
import type { AgentRefusal } from './refusals.ts';

/** What a scheduler has, wants and refuses: for people and for `explain`. */
export interface CoarseSnapshot {
  readonly frameworkId: string | undefined;
  readonly phase: LifePhase;
  readonly connection: ConnectionState;
  readonly offers: OfferFlowState;
  readonly cores: number;
  readonly coresMax: number | undefined;
  readonly gpus: number;
  readonly executors: readonly (ExecutorPlacement & {
    readonly status: ExecutorStatus;
    readonly sinceMs: number;
    readonly isKilled: boolean;
  })[];
  /** What is still wanted, profile by profile; `missing` undefined: as many as fit. */
  readonly wanted: readonly {
    readonly profileId: number;
    readonly cores: number | undefined;
    readonly memoryMiB: number;
    readonly missing: number | undefined;
  }[];
  readonly excludedAgents: readonly ExcludedAgent[];
  /** The last refusal of each agent. */
  readonly refusals: readonly (OfferedAgent & { readonly refusal: AgentRefusal; readonly atMs: number })[];
}

/** Takes a snapshot. */
export function snapshotOf(context: CoarseContext, nowMs: number): CoarseSnapshot {
  const { executors, demand, refusals, health, settings } = context;
  return {
    frameworkId: context.frameworkId,
    phase: context.phase,
    connection: context.connection,
    offers: context.flow.state,
    cores: executors.cores,
    coresMax: settings.coresMax,
    gpus: executors.gpus,
    executors: [...executors.all()].map(({ placement, status, statusSinceMs, killedAtMs }) => ({
      ...placement,
      status,
      sinceMs: statusSinceMs,
      isKilled: killedAtMs !== undefined,
    })),
    wanted: demand.open().map((profile) => {
      const missing = demand.missing(profile);
      return {
        profileId: profile.id,
        cores: profile.cores,
        memoryMiB: profile.memory.totalMiB,
        missing: Number.isFinite(missing) ? missing : undefined,
      };
    }),
    excludedAgents: health.excluded(nowMs),
    refusals: [...refusals.all()].map((refused) => ({
      agentId: refused.agentId,
      hostname: refused.hostname,
      cores: fromThousandths(refused.cpusThousandths),
      memoryMiB: fromThousandths(refused.memThousandths),
      refusal: refused.refusal,
      atMs: refused.atMs,
    })),
  };
}

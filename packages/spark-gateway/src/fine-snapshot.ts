import type { FineExecutorSnapshot, FineSnapshot, FineSummary } from '@spark-mesos/fine-backend';
import { DEFAULT_PROFILE_ID } from '@spark-mesos/spark-rpc';
import type { EngineSnapshot, EngineSummary, ExecutorLook } from './engine-snapshot.ts';

/** An engine of fine mode, in the terms that are the same for both modes. */
export function fineSummary(summary: FineSummary): EngineSummary {
  const { nowMs, connection, alive, cores, coresMax, wanted, waiting } = summary;
  return {
    nowMs,
    connection,
    alive,
    cores,
    coresMax,
    wanted: [
      {
        profileId: DEFAULT_PROFILE_ID,
        cores: wanted.cores,
        memoryMiB: wanted.memoryMiB,
        gpus: undefined,
        total: wanted.total,
        alive,
        missing: wanted.total === undefined ? undefined : Math.max(0, wanted.total - alive),
        limit: undefined,
      },
    ],
    waiting: waiting && { sentence: waiting.sentence, alive, sinceMs: waiting.sinceMs },
  };
}

/** The same with its executors, their slots, and the agents that were refused. */
export function fineSnapshot(
  snapshot: FineSnapshot,
  { role = '*' }: { role?: string | undefined },
): EngineSnapshot {
  return {
    ...fineSummary(snapshot),
    executors: snapshot.executors.map(executorLook),
    endedSlots: snapshot.endedSlots,
    excludedAgents: snapshot.excludedAgents,
    agents: snapshot.agents.map(({ reason, ...agent }) => ({
      ...agent,
      role,
      placed: 0,
      refusal: { reason },
    })),
  };
}

function executorLook({ memoryMiB, slots, ...executor }: FineExecutorSnapshot): ExecutorLook {
  return { ...executor, taskMemoryMiB: memoryMiB, profileId: DEFAULT_PROFILE_ID, slots };
}

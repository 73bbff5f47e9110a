import type { CoarseSnapshot, CoarseSummary } from '@spark-mesos/coarse-backend';

/** Cores of an executor's agent that pay for one task after another. */
export interface SlotLook {
  readonly taskId: string;
  readonly name: string;
  readonly cores: number;
  readonly status: string;
  /** How many tasks it has paid for, and the ids of the last ones. */
  readonly carried: number;
  readonly tasks: readonly string[];
}

/** Such cores that have been given back. */
export interface EndedSlotLook extends Omit<SlotLook, 'status'> {
  readonly hostname: string;
}

/** How an engine is, without a word of single executors and agents; times are those of its clock. */
export interface EngineSummary
  extends Pick<CoarseSummary, 'nowMs' | 'connection' | 'alive' | 'cores' | 'coresMax' | 'wanted'> {
  /** Why it waits; `undefined`: it has what it wants. */
  readonly waiting:
    | { readonly sentence: string; readonly alive: number; readonly sinceMs: number }
    | undefined;
}

type CoarseLook = CoarseSnapshot['agents'][number];

/** An executor that an engine has. */
export interface ExecutorLook
  extends Pick<
    CoarseSnapshot['executors'][number],
    | 'executorId'
    | 'taskId'
    | 'agentId'
    | 'hostname'
    | 'cores'
    | 'gpus'
    | 'taskMemoryMiB'
    | 'profileId'
    | 'status'
    | 'sinceMs'
    | 'isKilled'
  > {
  /** Cores that its agent could give to tasks, where they are paid for by the task. */
  readonly taskCores?: number;
  /** Tasks that wait there until their cores are paid for. */
  readonly heldTasks?: number;
  readonly slots?: readonly SlotLook[];
}

/** What an engine has, wants and refuses: for people, and for `explain`. */
export interface EngineSnapshot extends EngineSummary {
  readonly executors: readonly ExecutorLook[];
  /** The last ones, where tasks are paid for by the task. */
  readonly endedSlots?: readonly EndedSlotLook[];
  readonly excludedAgents: CoarseSnapshot['excludedAgents'];
  /** The last look at each agent. */
  readonly agents: readonly (Omit<CoarseLook, 'refusal'> & {
    readonly refusal: { readonly reason: string } | undefined;
  })[];
}

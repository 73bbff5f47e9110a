import {
  type AgentId,
  type ConnectionState,
  type ExcludedAgent,
  fromThousandths,
  type LifePhase,
  type OfferFlowState,
} from '@spark-mesos/scheduler-utils';
import type { FineWaitingReport } from '../model.ts';
import type { AgentLook, FineContext } from './context.ts';
import type { Executor, ExecutorStatus } from './executor.ts';
import type { SlotStatus } from './slot.ts';
import type { EndedSlot } from './slot-history.ts';
import { countHeld, describeLook, isWaiting, waitingReport } from './waiting-report.ts';

/** A slot at present. */
export interface SlotSnapshot {
  readonly taskId: string;
  readonly name: string;
  readonly cores: number;
  readonly status: SlotStatus;
  /** The task that it pays for. */
  readonly task: string | undefined;
  /** How many it has paid for, and which, as far as that is remembered: the last ones. */
  readonly carried: number;
  readonly tasks: readonly string[];
  readonly ageMs: number;
}

/** An executor at present. */
export interface FineExecutorSnapshot {
  readonly executorId: number;
  readonly taskId: string;
  readonly agentId: string;
  readonly hostname: string;
  readonly status: ExecutorStatus;
  readonly isKilled: boolean;
  /** Since when it runs, or is being started. */
  readonly sinceMs: number;
  readonly cores: number;
  readonly gpus: number;
  readonly memoryMiB: number;
  /** Cores for tasks that its agent could give when it was last seen. */
  readonly taskCores: number;
  readonly heldTasks: number;
  readonly slots: readonly SlotSnapshot[];
}

/** An agent on which nothing was placed at the last look at it. */
export interface FineLook {
  readonly agentId: string;
  readonly hostname: string;
  readonly cores: number;
  readonly memoryMiB: number;
  readonly gpus: number;
  readonly reason: string;
  readonly sentence: string;
  readonly atMs: number;
}

/** How a scheduler is, without a word of single executors and agents. Plain JSON; times are those of the clock. */
export interface FineSummary {
  readonly nowMs: number;
  readonly phase: LifePhase;
  readonly connection: ConnectionState;
  readonly offers: OfferFlowState;
  readonly frameworkId: string | undefined;
  /** How many executors there are. */
  readonly alive: number;
  /** Cores of all executors and slots. */
  readonly cores: number;
  readonly coresMax: number | undefined;
  readonly heldTasks: number;
  /** Tasks that were passed on and have not ended. */
  readonly passedTasks: number;
  readonly wanted: {
    /** What an executor holds itself, with a core for a first task. */
    readonly cores: number;
    readonly memoryMiB: number;
    /** How many shall be alive; `undefined`: as many as there are agents for. */
    readonly total: number | undefined;
  };
  /** Why it waits; `undefined`: it has what it wants. */
  readonly waiting: (FineWaitingReport & { readonly sinceMs: number }) | undefined;
}

/** What there is, what is wanted and what is refused. */
export interface FineSnapshot extends FineSummary {
  readonly executors: readonly FineExecutorSnapshot[];
  /** The slots that have ended last. */
  readonly endedSlots: readonly EndedSlot[];
  readonly excludedAgents: readonly ExcludedAgent[];
  readonly agents: readonly FineLook[];
}

/** Sums up. */
export function summaryOf(context: FineContext, nowMs: number): FineSummary {
  const { settings, memory, executorTotal: total, executors } = context;
  const { executorCores, taskCpus, coresMax } = settings;
  const heldTasks = countHeld(context);
  const bound = [...context.slots.values()].filter(({ record }) => record?.phase === 'bound').length;
  return {
    nowMs,
    phase: context.phase,
    connection: context.connection,
    offers: context.flow.state,
    frameworkId: context.frameworkId,
    alive: executors.size,
    cores: fromThousandths(context.heldCpus),
    coresMax,
    heldTasks: heldTasks + bound,
    passedTasks: context.tasks.size - heldTasks - bound,
    wanted: { cores: executorCores + taskCpus, memoryMiB: memory.totalMiB, total },
    waiting: waitingNow(context, nowMs),
  };
}

/** Describes a scheduler. */
export function snapshotOf(context: FineContext, nowMs: number): FineSnapshot {
  return {
    ...summaryOf(context, nowMs),
    executors: [...context.executors.values()].map((executor) => describe(executor, nowMs)),
    endedSlots: context.slotHistory.last,
    excludedAgents: context.health.excluded(nowMs),
    agents: [...context.looks].map(([agentId, look]) => describeAgent(agentId, look)),
  };
}

function waitingNow(context: FineContext, nowMs: number): FineSummary['waiting'] {
  if (!isWaiting(context)) {
    return undefined;
  }
  const sinceMs = context.waiting.sinceMs ?? nowMs;
  return { ...waitingReport(context, sinceMs), sinceMs };
}

function describeAgent(agentId: AgentId, look: AgentLook): FineLook {
  const { hostname, cores, memoryMiB, gpus, refusal, atMs } = look;
  const sentence = describeLook(look, 1);
  return { agentId, hostname, cores, memoryMiB, gpus, reason: refusal.reason, sentence, atMs };
}

function describe(executor: Executor, nowMs: number): FineExecutorSnapshot {
  const { placement, status, taskCores, queue, slots } = executor;
  const { executorId, taskId, agentId, hostname, cores, gpus, taskMemoryMiB: memoryMiB } = placement;
  return {
    executorId,
    taskId,
    agentId,
    hostname,
    status,
    isKilled: executor.killedAtMs !== undefined,
    sinceMs: executor.runningSinceMs ?? executor.launchedAtMs,
    cores,
    gpus,
    memoryMiB,
    taskCores,
    heldTasks: queue.size,
    slots: [...slots].map((slot) => ({
      taskId: slot.taskId,
      name: slot.name,
      cores: fromThousandths(slot.cpus),
      status: slot.status,
      task: slot.record?.task.taskId,
      carried: slot.carried.count,
      tasks: slot.carried.last,
      ageMs: nowMs - slot.launchedAtMs,
    })),
  };
}

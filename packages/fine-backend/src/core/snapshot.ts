import type { ConnectionState, LifePhase, OfferFlowState } from '@spark-mesos/scheduler-utils';
import { fromThousandths } from '@spark-mesos/scheduler-utils';
import type { FineContext } from './context.ts';
import type { Executor, ExecutorStatus } from './executor.ts';
import type { SlotStatus } from './slot.ts';
import { countHeld } from './waiting-report.ts';

/** A slot at present. */
export interface SlotSnapshot {
  readonly taskId: string;
  readonly name: string;
  readonly cores: number;
  readonly status: SlotStatus;
  /** The task that it pays for. */
  readonly task: string | undefined;
  /** How many it has paid for. */
  readonly carried: number;
  readonly ageMs: number;
}

/** An executor at present. */
export interface FineExecutorSnapshot {
  readonly executorId: number;
  readonly taskId: string;
  readonly agentId: string;
  readonly hostname: string;
  readonly status: ExecutorStatus;
  readonly cores: number;
  /** Cores for tasks that its agent could give when it was last seen. */
  readonly taskCores: number;
  readonly heldTasks: number;
  readonly slots: readonly SlotSnapshot[];
}

/** What there is, and what is wanted. Plain JSON. */
export interface FineSnapshot {
  readonly phase: LifePhase;
  readonly connection: ConnectionState;
  readonly offers: OfferFlowState;
  readonly frameworkId: string | undefined;
  /** Cores of all executors and slots. */
  readonly cores: number;
  readonly heldTasks: number;
  /** Tasks that were passed on and have not ended. */
  readonly passedTasks: number;
  readonly executors: readonly FineExecutorSnapshot[];
}

/** Describes a scheduler. */
export function snapshotOf(context: FineContext, nowMs: number): FineSnapshot {
  const heldTasks = countHeld(context);
  const bound = [...context.slots.values()].filter(({ record }) => record?.phase === 'bound').length;
  return {
    phase: context.phase,
    connection: context.connection,
    offers: context.flow.state,
    frameworkId: context.frameworkId,
    cores: fromThousandths(context.heldCpus),
    heldTasks: heldTasks + bound,
    passedTasks: context.tasks.size - heldTasks - bound,
    executors: [...context.executors.values()].map((executor) => describe(executor, nowMs)),
  };
}

function describe(
  { placement, status, taskCores, queue, slots }: Executor,
  nowMs: number,
): FineExecutorSnapshot {
  const { executorId, taskId, agentId, hostname, cores } = placement;
  return {
    executorId,
    taskId,
    agentId,
    hostname,
    status,
    cores,
    taskCores,
    heldTasks: queue.size,
    slots: [...slots].map((slot) => ({
      taskId: slot.taskId,
      name: slot.name,
      cores: fromThousandths(slot.cpus),
      status: slot.status,
      task: slot.record?.task.taskId,
      carried: slot.carried,
      ageMs: nowMs - slot.launchedAtMs,
    })),
  };
}

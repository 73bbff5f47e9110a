import type { mesos } from '@spark-mesos/mesos-proto';
import type {
  AgentId,
  DeclineEffect,
  DeclineReason,
  ExcludedAgent,
  ExecutorState,
  ExecutorStateDetail,
  OfferFlowEffect,
  OfferId,
  ShellEvent,
  TaskId,
} from '@spark-mesos/scheduler-utils';
import type { TaskEnd } from '../carrier/end-message.ts';
import type { SlotEnd, SlotLinePlace } from '../carrier/slot-line.ts';
import type {
  FineExecutorPlacement,
  FineTask,
  FineWaitingReport,
  PassReason,
  TaskLossDetail,
} from '../model.ts';

/** What happens to the scheduler. */
export type FineEvent =
  | ShellEvent
  /** A task wants to run. */
  | { readonly kind: 'hold'; readonly task: FineTask }
  /** A task that was passed on has ended, in whatever way. */
  | { readonly kind: 'ended'; readonly taskId: string; readonly end?: TaskEnd | undefined }
  /** A task is to be killed. */
  | { readonly kind: 'killed'; readonly taskId: string }
  /** A slot has opened its line, or that is closed. */
  | { readonly kind: 'slotConnected' | 'slotDisconnected'; readonly taskId: string }
  /** So many executors are wanted; `undefined`: on each agent that has room for one. */
  | { readonly kind: 'executorTotal'; readonly total: number | undefined }
  | { readonly kind: 'killExecutors'; readonly executorIds: readonly number[] }
  | { readonly kind: 'stop'; readonly graceMs?: number | undefined }
  | { readonly kind: 'detach' };

/** A task whose state is asked of the master. */
export interface ReconciledTask {
  readonly taskId: TaskId;
  readonly agentId: AgentId;
}

/** Takes offers of one agent. */
export interface AcceptEffect {
  readonly kind: 'accept';
  readonly agentId: AgentId;
  readonly offerIds: readonly OfferId[];
  readonly tasks: readonly mesos.v1.ITaskInfo[];
  readonly taskIds: readonly TaskId[];
  /** The executor among them, if there is one. */
  readonly executor: FineExecutorPlacement | undefined;
}

/** Why an offer is declined. */
export type FineDeclineReason = DeclineReason | 'AGENT_DRAINING';

/** What the scheduler wants done, in this order. */
export type FineEffect =
  | AcceptEffect
  | DeclineEffect<FineDeclineReason>
  | OfferFlowEffect
  | { readonly kind: 'acknowledge'; readonly status: mesos.v1.ITaskStatus }
  | { readonly kind: 'kill'; readonly taskId: TaskId; readonly agentId: AgentId | undefined }
  /** Has a Mesos executor of ours say that a task of it has ended. */
  | {
      readonly kind: 'tellEnd';
      readonly taskId: TaskId;
      readonly agentId: AgentId;
      readonly executorId: TaskId;
      readonly end: TaskEnd;
    }
  /** Has a slot end that waits on its line for that. */
  | { readonly kind: 'endSlot'; readonly taskId: TaskId; readonly end: SlotEnd }
  /** Slots beside this executor open no line: from now on they are killed, until one of them opens its own. */
  | {
      readonly kind: 'linesMissed';
      readonly executor: FineExecutorPlacement;
      readonly line: SlotLinePlace | undefined;
    }
  | { readonly kind: 'reconcile'; readonly tasks: readonly ReconciledTask[] }
  /** Always the last: nothing is wanted of Mesos any more. */
  | { readonly kind: 'teardown' }
  /** Instead of it: the connection is closed, and the framework is left to the next backend. */
  | { readonly kind: 'detach' }
  | { readonly kind: 'registered'; readonly frameworkId: string }
  | {
      readonly kind: 'executorState';
      readonly executor: FineExecutorPlacement;
      readonly state: ExecutorState;
      readonly detail: ExecutorStateDetail;
    }
  | { readonly kind: 'executorCores'; readonly executor: FineExecutorPlacement; readonly taskCores: number }
  | { readonly kind: 'pass'; readonly task: FineTask; readonly reason: PassReason }
  | { readonly kind: 'taskLost'; readonly task: FineTask; readonly detail: TaskLossDetail }
  | { readonly kind: 'unpaid'; readonly task: FineTask; readonly message: string }
  /** A task that waits is to be run elsewhere. */
  | { readonly kind: 'handBack'; readonly task: FineTask; readonly message: string }
  | {
      readonly kind: 'acceptInverseOffers';
      readonly inverseOfferIds: readonly OfferId[];
      readonly refuseSeconds: number;
    }
  | { readonly kind: 'draining'; readonly executor: FineExecutorPlacement; readonly deadlineMs: number }
  | { readonly kind: 'agentExcluded'; readonly agent: ExcludedAgent }
  | { readonly kind: 'waiting'; readonly report: FineWaitingReport }
  | { readonly kind: 'failed'; readonly error: Error };

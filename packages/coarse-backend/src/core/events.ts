import type { mesos } from '@spark-mesos/mesos-proto';
import type {
  AgentId,
  DeclineEffect,
  ExcludedAgent,
  ExecutorState,
  ExecutorStateDetail,
  OfferId,
  ShellEvent,
  TaskId,
} from '@spark-mesos/scheduler-utils';
import type { ExecutorPlacement, ExecutorTotals, WaitingReport } from '../model.ts';
import type { Acceptance } from './acceptance.ts';
import type { OfferDeclineReason } from './decline-reasons.ts';

/** What happens to the scheduler. */
export type CoarseEvent =
  | ShellEvent
  /** An ACCEPT was not sent, since the application cannot say how to launch its executors. */
  | {
      readonly kind: 'launchRefused';
      readonly offerIds: readonly OfferId[];
      readonly taskIds: readonly TaskId[];
      readonly error: Error;
    }
  | { readonly kind: 'executorTotals'; readonly totals: ExecutorTotals }
  | { readonly kind: 'killExecutors'; readonly executorIds: readonly number[] }
  /** Without ids: of all agents. */
  | { readonly kind: 'clearExclusions'; readonly agentIds?: readonly AgentId[] | undefined }
  /** Executors of an earlier life of the framework. Comes before the first subscription. */
  | {
      readonly kind: 'adopt';
      readonly executors: readonly ExecutorPlacement[];
      readonly nextExecutorId?: number | undefined;
    }
  | { readonly kind: 'stop'; readonly graceMs?: number | undefined }
  /** The framework is left to whoever subscribes with its id next. */
  | { readonly kind: 'detach' };

/** What the scheduler wants done, in this order. */
export type CoarseEffect =
  | Acceptance
  | DeclineEffect<OfferDeclineReason>
  | { readonly kind: 'acknowledge'; readonly status: mesos.v1.ITaskStatus }
  | { readonly kind: 'kill'; readonly taskId: TaskId; readonly agentId: AgentId | undefined }
  | { readonly kind: 'reconcile'; readonly tasks: readonly ReconciledTask[] }
  | { readonly kind: 'revive' }
  | { readonly kind: 'suppress' }
  | {
      readonly kind: 'acceptInverseOffers';
      readonly inverseOfferIds: readonly OfferId[];
      readonly refuseSeconds: number;
    }
  /** Always the last: nothing is wanted of Mesos any more. */
  | { readonly kind: 'teardown' }
  /** Always the last, too: the connection is closed, the framework stays. */
  | { readonly kind: 'detach' }
  | { readonly kind: 'registered'; readonly frameworkId: string }
  | {
      readonly kind: 'executorState';
      readonly executor: ExecutorPlacement;
      readonly state: ExecutorState;
      readonly detail: ExecutorStateDetail;
    }
  | { readonly kind: 'draining'; readonly executor: ExecutorPlacement; readonly deadlineMs: number }
  | { readonly kind: 'agentExcluded'; readonly agent: ExcludedAgent }
  | { readonly kind: 'waiting'; readonly report: WaitingReport }
  | { readonly kind: 'failed'; readonly error: Error };

/** A task whose state is asked of the master. */
export interface ReconciledTask {
  readonly taskId: TaskId;
  readonly agentId: AgentId;
}

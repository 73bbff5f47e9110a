import type { mesos } from '@spark-mesos/mesos-proto';
import type { AgentId, OfferId, TaskId } from '../model/ids.ts';
import type { KillOutcome, SubmitOutcome } from '../model/outcomes.ts';
import type { SubmissionRequest, SubmitOptions } from '../model/submission-request.ts';
import type { DispatcherEvent } from '../model/views.ts';

/** A change of the store; without a value the key is deleted. */
export interface StoreChange {
  readonly key: string;
  readonly value: Uint8Array | undefined;
}

/** Why a call did not get through. */
export interface CallFailure {
  /** It is certain that the master has not carried it out. */
  readonly notCarriedOut: boolean;
  /** The master has understood it and does not want it. */
  readonly refused: boolean;
  readonly reason: string;
}

/** What happens to a dispatcher. */
export type CoreEvent =
  | {
      readonly kind: 'submit';
      readonly ticket: number;
      readonly request: SubmissionRequest;
      readonly options: SubmitOptions;
    }
  | {
      readonly kind: 'kill';
      readonly ticket: number;
      readonly submissionId: string;
      readonly graceMs?: number | undefined;
    }
  | { readonly kind: 'clear'; readonly submissionIds?: readonly string[] | undefined }
  | { readonly kind: 'drain' }
  | { readonly kind: 'subscribed'; readonly frameworkId: string; readonly master?: string | undefined }
  | { readonly kind: 'disconnected'; readonly reason: string }
  /** The subscription is over, and the master says that the framework is, too. */
  | { readonly kind: 'frameworkRemoved'; readonly reason: string }
  | { readonly kind: 'offers'; readonly offers: readonly mesos.v1.IOffer[] }
  | { readonly kind: 'rescinded'; readonly offerId: OfferId }
  | { readonly kind: 'update'; readonly status: mesos.v1.ITaskStatus }
  /** The changes of that `write` are safe. */
  | { readonly kind: 'written'; readonly token: number }
  | { readonly kind: 'writeFailed'; readonly token: number; readonly reason: string }
  /** The answer to an `accept`. */
  | {
      readonly kind: 'acceptSettled';
      readonly taskIds: readonly TaskId[];
      readonly failure?: CallFailure | undefined;
    }
  | { readonly kind: 'reviveSettled'; readonly ok: boolean }
  /** Time has passed. */
  | { readonly kind: 'wake' };

/**
 * What is to be done. Whatever must not be lost is written first: what depends on a `write` is given out only when
 * `written` has come back for it.
 */
export type DispatcherAction =
  /** Changes that belong together, in this order; answered with `written` or `writeFailed`. */
  | { readonly kind: 'write'; readonly token: number; readonly changes: readonly StoreChange[] }
  | { readonly kind: 'answerSubmit'; readonly ticket: number; readonly outcome: SubmitOutcome }
  | { readonly kind: 'answerKill'; readonly ticket: number; readonly outcome: KillOutcome }
  | {
      readonly kind: 'accept';
      readonly offerIds: readonly OfferId[];
      readonly tasks: readonly mesos.v1.ITaskInfo[];
      readonly taskIds: readonly TaskId[];
    }
  | { readonly kind: 'decline'; readonly offerIds: readonly OfferId[]; readonly refuseSeconds: number }
  | {
      readonly kind: 'kill';
      readonly taskId: TaskId;
      readonly agentId?: AgentId | undefined;
      readonly graceMs?: number | undefined;
    }
  | { readonly kind: 'acknowledge'; readonly status: mesos.v1.ITaskStatus }
  | { readonly kind: 'reconcile'; readonly tasks: readonly { taskId: TaskId; agentId: AgentId }[] }
  | { readonly kind: 'revive' }
  | { readonly kind: 'suppress' }
  /** The framework is gone: subscribe anew, without an id. */
  | { readonly kind: 'subscribeAnew'; readonly reason: string }
  | { readonly kind: 'publish'; readonly event: DispatcherEvent }
  | {
      readonly kind: 'log';
      readonly level: 'debug' | 'info' | 'warn' | 'error';
      readonly fields: object;
      readonly phrase: string;
    };

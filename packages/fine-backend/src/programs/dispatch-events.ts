import type { ExecutorStateDetail, ShellEvent, SparkTaskState } from '@spark-mesos/scheduler-utils';
import type { FineEffect } from '../core/events.ts';
import type { FineSettings } from '../settings.ts';
import type { TaskScheduler } from './model.ts';

/** What happens to a `TaskDispatch`. */
export type DispatchEvent =
  | ShellEvent
  | { readonly kind: 'reviveOffers' }
  | { readonly kind: 'killTask'; readonly taskId: string }
  | { readonly kind: 'stop'; readonly graceMs?: number | undefined };

/** What a `TaskDispatch` wants done. */
export type DispatchEffect =
  | Extract<
      FineEffect,
      {
        kind:
          | 'accept'
          | 'decline'
          | 'acknowledge'
          | 'kill'
          | 'reconcile'
          | 'revive'
          | 'suppress'
          | 'teardown'
          | 'registered'
          | 'failed';
      }
    >
  | {
      readonly kind: 'taskState';
      readonly taskId: string;
      readonly state: SparkTaskState;
      readonly detail: ExecutorStateDetail;
    };

/** What of the settings concerns tasks that a program places. */
export type DispatchSettings = Pick<
  FineSettings,
  | 'coresMax'
  | 'constraints'
  | 'reservedFirst'
  | 'taskLabels'
  | 'declineSeconds'
  | 'longestDeclineSeconds'
  | 'shutdownTimeoutMs'
  | 'unreachableTimeoutMs'
  | 'reviveSpacingMs'
  | 'reconcileIntervalMs'
>;

/** What a `TaskDispatch` is made from. */
export interface TaskDispatchOptions {
  readonly settings: DispatchSettings;
  readonly taskIdPrefix: string;
  readonly resourceOffers: TaskScheduler['resourceOffers'];
  readonly random: () => number;
}

import type { mesos } from '@spark-mesos/mesos-proto';
import type { MesosError } from '../errors.ts';
import type { SessionEffect } from '../session-core.ts';
import type { ExecutorClientEvent } from './events.ts';

/**
 * Where an executor's subscription with its agent stands.
 *
 * - `idle`: entered at the start; left by `start`.
 * - `connecting`: SUBSCRIBE is on its way; left by the head of the answer.
 * - `subscribing`: the answer is a stream; left by its first record, which must be SUBSCRIBED.
 * - `subscribed`: calls can be sent; left when the stream ends or the agent says SHUTDOWN.
 * - `backingOff`: waits before the next try; left by its timer.
 * - `shuttingDown`: the tasks are to end; entered by SHUTDOWN, or when the agent does not come back in time; left when
 *   the grace period is over or the stream ends.
 * - `failed`: entered when trying again is of no use; final.
 * - `closed`: entered by `close` and from `shuttingDown`; final.
 */
export type ExecutorPhase =
  | 'idle'
  | 'connecting'
  | 'subscribing'
  | 'subscribed'
  | 'backingOff'
  | 'shuttingDown'
  | 'failed'
  | 'closed';

/** Everything that decides what happens next. */
export interface ExecutorState {
  readonly phase: ExecutorPhase;
  /** Of the try that is under way; news of earlier ones count for nothing. */
  readonly attempt: number;
  readonly everSubscribed: boolean;
  /** Whether the stream is there: while shutting down it may be, or not. */
  readonly connected: boolean;
  readonly lastProblem: MesosError | undefined;
}

/** The state before anything happened. */
export const INITIAL_EXECUTOR_STATE: ExecutorState = {
  phase: 'idle',
  attempt: 0,
  everSubscribed: false,
  connected: false,
  lastProblem: undefined,
};

/**
 * - `registration`: from the start to the first subscription
 * - `attempt`: from a SUBSCRIBE to its SUBSCRIBED
 * - `backOff`: between tries
 * - `recovery`: from the loss of a subscription to the next
 * - `grace`: from the word to shut down to the end
 */
export type ExecutorTimer = 'registration' | 'attempt' | 'backOff' | 'recovery' | 'grace';

/** What can happen. Inputs that carry an attempt are ignored when it is not the present one. */
export type ExecutorInput =
  | { readonly kind: 'start' }
  | { readonly kind: 'accepted'; readonly attempt: number }
  | { readonly kind: 'event'; readonly attempt: number; readonly event: mesos.v1.executor.IEvent }
  /** The try has come to nothing, or the subscription to its end. */
  | { readonly kind: 'lost'; readonly attempt: number; readonly problem: MesosError }
  | { readonly kind: 'timer'; readonly timer: ExecutorTimer }
  | { readonly kind: 'close' };

/** What is to be done. */
export type ExecutorEffect =
  | { readonly kind: 'subscribe'; readonly attempt: number }
  | SessionEffect<ExecutorTimer, ExecutorClientEvent>;

/** What a step needs besides state and input. */
export interface ExecutorSettings {
  readonly checkpoint: boolean;
  readonly registrationTimeoutMs: number;
  readonly attemptTimeoutMs: number;
  readonly recoveryTimeoutMs: number;
  readonly subscriptionBackOffMaxMs: number;
  readonly shutdownGracePeriodMs: number;
  /** For messages: `host:port` of the agent. */
  readonly agent: string;
  /** At least 0, below 1. */
  readonly random: () => number;
}

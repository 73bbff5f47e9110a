import type { mesos } from '@spark-mesos/mesos-proto';
import type { BackOffSettings } from '../back-off.ts';
import type { MesosError } from '../errors.ts';
import type { SchedulerClientEvent } from '../events.ts';
import type { SessionEffect } from '../session-core.ts';

/**
 * Where a subscription stands.
 *
 * - `idle`: entered at the start; left by `start`.
 * - `detecting`: the detector is asked for a master; left when it answers.
 * - `connecting`: SUBSCRIBE is on its way; left by the head of the answer, by a redirect to `connecting` again.
 * - `subscribing`: the answer is a stream; left by its first record, which must be SUBSCRIBED.
 * - `subscribed`: calls can be sent; left when the stream ends, falls silent, or a call is told that it is over.
 * - `leaving`: the framework is being torn down, so that the end of the stream is no loss; left to `closed` by that.
 * - `backingOff`: waits before the next try; left by its timer.
 * - `failed`: entered when trying again is of no use; final.
 * - `closed`: entered by `close` from anywhere but `failed`; final.
 */
export type SubscriptionPhase =
  | 'idle'
  | 'detecting'
  | 'connecting'
  | 'subscribing'
  | 'subscribed'
  | 'leaving'
  | 'backingOff'
  | 'failed'
  | 'closed';

/** Everything that decides what happens next. */
export interface SubscriptionState {
  readonly phase: SubscriptionPhase;
  /** Of the try that is under way; news of earlier ones count for nothing. */
  readonly attempt: number;
  /** In a row, since the last subscription. */
  readonly failures: number;
  /** Within this try. */
  readonly redirects: number;
  /** Where SUBSCRIBE went. */
  readonly url: URL | undefined;
  readonly frameworkId: string | undefined;
  /** Belongs to the stream of this attempt. */
  readonly streamId: string | undefined;
  /** Whether there was a subscription in this client's life. */
  readonly everSubscribed: boolean;
  readonly heartbeatMs: number;
  /** Why the last try came to nothing. */
  readonly lastProblem: MesosError | undefined;
}

/** The state before anything happened, of a new framework or of one that comes back. */
export function initialState(frameworkId: string | undefined): SubscriptionState {
  return {
    phase: 'idle',
    attempt: 0,
    failures: 0,
    redirects: 0,
    url: undefined,
    frameworkId,
    streamId: undefined,
    everSubscribed: false,
    heartbeatMs: 15_000,
    lastProblem: undefined,
  };
}

/**
 * - `registration`: from the start to the first subscription
 * - `attempt`: from a SUBSCRIBE to its SUBSCRIBED
 * - `heartbeat`: from one sign of life to the next
 * - `backOff`: between tries
 */
export type SubscriptionTimer = 'registration' | 'attempt' | 'heartbeat' | 'backOff';

/** What can happen to a subscription. Inputs that carry an attempt are ignored when it is not the present one. */
export type SubscriptionInput =
  | { readonly kind: 'start' }
  | { readonly kind: 'detected'; readonly attempt: number; readonly url: URL }
  | { readonly kind: 'redirected'; readonly attempt: number; readonly url: URL }
  | { readonly kind: 'accepted'; readonly attempt: number; readonly streamId: string | undefined }
  /** Bytes have come, whatever they are. */
  | { readonly kind: 'received'; readonly attempt: number }
  /** Reading has been stopped, because the consumer is behind. */
  | { readonly kind: 'stalled'; readonly attempt: number }
  | { readonly kind: 'event'; readonly attempt: number; readonly event: mesos.v1.scheduler.IEvent }
  /** The try has come to nothing, or the subscription to its end. */
  | { readonly kind: 'lost'; readonly attempt: number; readonly problem: MesosError }
  | { readonly kind: 'timer'; readonly timer: SubscriptionTimer }
  /** A TEARDOWN is about to be sent. */
  | { readonly kind: 'leave' }
  | { readonly kind: 'close' };

/** What is to be done. */
export type SubscriptionEffect =
  | { readonly kind: 'detect'; readonly attempt: number }
  | {
      readonly kind: 'subscribe';
      readonly attempt: number;
      readonly url: URL;
      readonly frameworkId: string | undefined;
    }
  | SessionEffect<SubscriptionTimer, SchedulerClientEvent>;

/** What a step needs besides state and input. */
export interface SubscriptionSettings {
  readonly registrationTimeoutMs: number;
  /** Of a single try, from SUBSCRIBE to SUBSCRIBED. */
  readonly attemptTimeoutMs: number;
  /** So many heartbeats may stay out before the connection counts as dead. */
  readonly missedHeartbeats: number;
  readonly backOff: BackOffSettings;
  /** For messages: what the client was told to connect to. */
  readonly master: string;
  /** At least 0, below 1. */
  readonly random: () => number;
}

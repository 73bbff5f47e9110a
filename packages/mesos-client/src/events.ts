import type { mesos } from '@spark-mesos/mesos-proto';
import type { MesosError } from './errors.ts';

/** What a {@link SchedulerClient} tells, in the order in which it happened. */
export type SchedulerClientEvent =
  /** Calls can be sent. When `resubscribed`, tasks may have changed unseen: reconcile. */
  | {
      readonly kind: 'subscribed';
      readonly frameworkId: string;
      /** The framework id was known before: the connection is back, or another process had it. */
      readonly resubscribed: boolean;
      readonly masterInfo: mesos.v1.IMasterInfo | undefined;
    }
  /** Calls cannot be sent, and offers are void; the client is trying to subscribe again. */
  | { readonly kind: 'disconnected'; readonly reason: string }
  /** An event of the master: OFFERS, RESCIND, UPDATE, FAILURE and so on; SUBSCRIBED, HEARTBEAT and ERROR are not shown. */
  | { readonly kind: 'mesos'; readonly event: mesos.v1.scheduler.IEvent }
  /** It is over for good; nothing follows. */
  | { readonly kind: 'failed'; readonly error: MesosError };

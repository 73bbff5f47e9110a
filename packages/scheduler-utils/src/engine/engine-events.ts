import type { mesos } from '@spark-mesos/mesos-proto';
import type { AgentId, OfferId } from './ids.ts';

/** What Mesos has happen to a scheduler, whatever its mode. */
export type EngineEvent =
  | { readonly kind: 'subscribed'; readonly frameworkId: string }
  | { readonly kind: 'disconnected'; readonly reason: string }
  /** The subscription is over for good. */
  | { readonly kind: 'subscriptionFailed'; readonly error: Error }
  | { readonly kind: 'offers'; readonly offers: readonly mesos.v1.IOffer[] }
  | { readonly kind: 'rescinded'; readonly offerId: OfferId }
  | { readonly kind: 'update'; readonly status: mesos.v1.ITaskStatus }
  | { readonly kind: 'agentLost'; readonly agentId: AgentId }
  /** Agents will be under maintenance: so say inverse offers, and offers. Comes before the offers that say so. */
  | { readonly kind: 'maintenance'; readonly plans: readonly MaintenancePlan[] }
  | { readonly kind: 'inverseOfferRescinded'; readonly inverseOfferId: OfferId };

/** The maintenance of one agent, in the scheduler's time. */
export interface MaintenancePlan {
  readonly agentId: AgentId;
  readonly startMs: number;
  /** The inverse offer that says so, and wants an answer; `undefined` when an offer does. */
  readonly inverseOfferId?: OfferId | undefined;
}

import { mesos, toBigInt } from '@spark-mesos/mesos-proto';
import type { EngineEvent, MaintenancePlan } from './engine-events.ts';
import { agentIdOf, offerIdOf } from './ids.ts';
import type { SchedulerPortEvent } from './scheduler-port.ts';

const { Type } = mesos.v1.scheduler.Event;

/** Turns a time since 1970, in milliseconds, into one of the scheduler's clock. */
export type FromEpoch = (epochMs: number) => number;

/** What an event of the connection means to the scheduler: mostly one thing, sometimes none. */
export function engineEventsOf(event: SchedulerPortEvent, fromEpoch: FromEpoch): readonly EngineEvent[] {
  switch (event.kind) {
    case 'subscribed':
      return [{ kind: 'subscribed', frameworkId: event.frameworkId }];
    case 'disconnected':
      return [{ kind: 'disconnected', reason: event.reason }];
    case 'failed':
      return [{ kind: 'subscriptionFailed', error: event.error }];
    case 'mesos':
      return engineEventsOfMesos(event.event, fromEpoch);
  }
}

function engineEventsOfMesos(event: mesos.v1.scheduler.IEvent, fromEpoch: FromEpoch): readonly EngineEvent[] {
  switch (event.type) {
    case Type.OFFERS: {
      const offers = event.offers?.offers ?? [];
      const plans = offers.flatMap(({ agentId, unavailability }) =>
        plansOf(agentId, unavailability, undefined, fromEpoch),
      );
      return [...maintenance(plans), { kind: 'offers', offers }];
    }
    case Type.INVERSE_OFFERS: {
      const inverseOffers = event.inverseOffers?.inverseOffers ?? [];
      return maintenance(
        inverseOffers.flatMap(({ id, agentId, unavailability }) =>
          plansOf(agentId, unavailability, id, fromEpoch),
        ),
      );
    }
    case Type.RESCIND:
      return [{ kind: 'rescinded', offerId: offerIdOf(event.rescind?.offerId) }];
    case Type.RESCIND_INVERSE_OFFER: {
      const inverseOfferId = offerIdOf(event.rescindInverseOffer?.inverseOfferId);
      return [{ kind: 'inverseOfferRescinded', inverseOfferId }];
    }
    case Type.UPDATE:
      return event.update?.status ? [{ kind: 'update', status: event.update.status }] : [];
    case Type.FAILURE:
      // With an executor id it is about that executor only, whose tasks have updates of their own.
      return event.failure?.agentId && !event.failure.executorId
        ? [{ kind: 'agentLost', agentId: agentIdOf(event.failure.agentId) }]
        : [];
    default:
      return [];
  }
}

function maintenance(plans: readonly MaintenancePlan[]): readonly EngineEvent[] {
  return plans.length === 0 ? [] : [{ kind: 'maintenance', plans }];
}

/** The maintenance of an agent. Mesos also allows inverse offers for all agents at once, but never makes any. */
function plansOf(
  agentId: mesos.v1.IAgentID | null | undefined,
  unavailability: mesos.v1.IUnavailability | null | undefined,
  id: mesos.v1.IOfferID | undefined,
  fromEpoch: FromEpoch,
): MaintenancePlan[] {
  if (!agentId || !unavailability) {
    return [];
  }
  const startMs = fromEpoch(Number(toBigInt(unavailability.start.nanoseconds) / 1_000_000n));
  return [
    { agentId: agentIdOf(agentId), startMs, ...(id === undefined ? {} : { inverseOfferId: offerIdOf(id) }) },
  ];
}

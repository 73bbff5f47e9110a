import { mesos } from '@spark-mesos/mesos-proto';
import type { CoarseEvent } from '../core/events.ts';
import { agentIdOf, offerIdOf } from '../ids.ts';
import type { SchedulerPortEvent } from './port.ts';

const { Type } = mesos.v1.scheduler.Event;

/** What an event of the connection means to the scheduler; `undefined` for those that mean nothing to it. */
export function coarseEventOf(event: SchedulerPortEvent): CoarseEvent | undefined {
  switch (event.kind) {
    case 'subscribed':
      return { kind: 'subscribed', frameworkId: event.frameworkId };
    case 'disconnected':
      return { kind: 'disconnected', reason: event.reason };
    case 'failed':
      return { kind: 'subscriptionFailed', error: event.error };
    case 'mesos':
      return coarseEventOfMesos(event.event);
  }
}

function coarseEventOfMesos(event: mesos.v1.scheduler.IEvent): CoarseEvent | undefined {
  switch (event.type) {
    case Type.OFFERS:
      return { kind: 'offers', offers: event.offers?.offers ?? [] };
    case Type.RESCIND:
      return { kind: 'rescinded', offerId: offerIdOf(event.rescind?.offerId) };
    case Type.UPDATE:
      return event.update?.status ? { kind: 'update', status: event.update.status } : undefined;
    case Type.FAILURE:
      // With an executor id it is about that executor only, whose task has updates of its own.
      return event.failure?.agentId && !event.failure.executorId
        ? { kind: 'agentLost', agentId: agentIdOf(event.failure.agentId) }
        : undefined;
    default:
      return undefined;
  }
}

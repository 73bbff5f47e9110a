import { mesos } from '@spark-mesos/mesos-proto';
import type { CoreEvent } from '../core/actions.ts';
import { readOfferId } from '../model/ids.ts';

const { Type } = mesos.v1.scheduler.Event;

/** What an event of Mesos means to the dispatcher; undefined for those that mean nothing to it. */
export function coreEventOf(event: mesos.v1.scheduler.IEvent): CoreEvent | undefined {
  switch (event.type) {
    case Type.OFFERS:
      return { kind: 'offers', offers: event.offers?.offers ?? [] };
    case Type.RESCIND:
      return { kind: 'rescinded', offerId: readOfferId(event.rescind?.offerId) };
    case Type.UPDATE:
      return event.update?.status ? { kind: 'update', status: event.update.status } : undefined;
    default:
      // The loss of an agent is told of each of its tasks by an update.
      return undefined;
  }
}

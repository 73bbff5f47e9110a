import type { DeclineReason } from '@spark-mesos/scheduler-utils';
import type { OfferId } from '../ids.ts';
import type { CoarseEffect } from './events.ts';

/** Gathers the offers that are declined for the same reason and time, so that each group takes one call. */
export class DeclineBatch {
  readonly #groups = new Map<string, Extract<CoarseEffect, { kind: 'decline' }> & { offerIds: OfferId[] }>();

  add(offerIds: readonly OfferId[], reason: DeclineReason, refuseSeconds: number | undefined): void {
    const key = `${reason} ${refuseSeconds}`;
    const group = this.#groups.get(key);
    if (group === undefined) {
      this.#groups.set(key, { kind: 'decline', offerIds: [...offerIds], reason, refuseSeconds });
    } else {
      for (const offerId of offerIds) {
        group.offerIds.push(offerId);
      }
    }
  }

  effects(): readonly CoarseEffect[] {
    return [...this.#groups.values()];
  }
}

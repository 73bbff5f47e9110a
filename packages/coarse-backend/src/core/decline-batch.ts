import type { OfferId } from '@spark-mesos/scheduler-utils';
import type { Decline } from './decline-reasons.ts';
import type { CoarseEffect } from './events.ts';

type Group = Extract<CoarseEffect, { kind: 'decline' }> & { readonly offerIds: OfferId[] };

/** Gathers the offers that are declined for the same reason and time, so that each group takes one call. */
export class DeclineBatch {
  readonly #groups: Group[] = [];
  #last: Group | undefined;

  add(offerIds: readonly OfferId[], decline: Decline): void {
    const { offerIds: group } = this.#groupOf(decline);
    for (const offerId of offerIds) {
      group.push(offerId);
    }
  }

  addOne(offerId: OfferId, decline: Decline): void {
    this.#groupOf(decline).offerIds.push(offerId);
  }

  effects(): readonly CoarseEffect[] {
    return this.#groups;
  }

  /** There are few groups, and most offers go the way of the one before them. */
  #groupOf({ reason, refuseSeconds }: Decline): Group {
    const isSame = (group: Group) => group.reason === reason && group.refuseSeconds === refuseSeconds;
    if (this.#last === undefined || !isSame(this.#last)) {
      this.#last = this.#groups.find(isSame);
      if (this.#last === undefined) {
        this.#last = { kind: 'decline', offerIds: [], reason, refuseSeconds };
        this.#groups.push(this.#last);
      }
    }
    return this.#last;
  }
}

import type { OfferId } from './ids.ts';

/** A decline: why, and for how many seconds; `undefined`: Mesos's own 5 s. */
export interface Decline<Reason extends string> {
  readonly reason: Reason;
  readonly refuseSeconds: number | undefined;
}

/** Has offers declined. */
export interface DeclineEffect<Reason extends string> extends Decline<Reason> {
  readonly kind: 'decline';
  readonly offerIds: readonly OfferId[];
}

type Group<Reason extends string> = DeclineEffect<Reason> & { readonly offerIds: OfferId[] };

/** Gathers the offers that are declined for the same reason and time, so that each group takes one call. */
export class DeclineBatch<Reason extends string> {
  readonly #groups: Group<Reason>[] = [];
  #last: Group<Reason> | undefined;

  /** Declines offers for a reason. */
  add(offerIds: readonly OfferId[], decline: Decline<Reason>): void {
    const { offerIds: group } = this.#groupOf(decline);
    for (const offerId of offerIds) {
      group.push(offerId);
    }
  }

  /** Declines one offer for a reason. */
  addOne(offerId: OfferId, decline: Decline<Reason>): void {
    this.#groupOf(decline).offerIds.push(offerId);
  }

  /** One effect for each reason and time. */
  effects(): readonly DeclineEffect<Reason>[] {
    return this.#groups;
  }

  /** There are few groups, and most offers go the way of the one before them. */
  #groupOf({ reason, refuseSeconds }: Decline<Reason>): Group<Reason> {
    const isSame = (group: Group<Reason>) => group.reason === reason && group.refuseSeconds === refuseSeconds;
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

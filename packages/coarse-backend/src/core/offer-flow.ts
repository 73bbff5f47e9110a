import type { CoarseEffect } from './events.ts';

/** REVIVE makes the master look at all agents, so it is not sent more often than this. */
const REVIVE_SPACING_MS = 250;

/** After this time an unanswered REVIVE no longer holds back the next. */
const REVIVE_PATIENCE_MS = 5000;

/**
 * Whether Mesos sends us offers.
 *
 * - `closed`: no subscription. Left when there is one.
 * - `open`: offers come, but for those that we declined for a while. Left when nothing more is wanted.
 * - `suppressed`: we asked for none (rule U124). Left by REVIVE when something is wanted again.
 *
 * REVIVE also clears the filters of earlier declines, so it is sent whenever a new need arises: at most one at a time
 * and with a space between them, for on a big cluster it is dear.
 */
export type OfferFlowState = 'closed' | 'open' | 'suppressed';

/** Keeps the {@link OfferFlowState} and says when SUPPRESS and REVIVE are due. */
export class OfferFlow {
  #state: OfferFlowState = 'closed';
  #reviveWanted = false;
  #reviveSentMs = Number.NEGATIVE_INFINITY;
  #reviveInFlight = false;

  get state(): OfferFlowState {
    return this.#state;
  }

  /** A new subscription has neither filters nor suppression. */
  subscribed(): void {
    this.#state = 'open';
    this.#reviveWanted = false;
    this.#reviveInFlight = false;
  }

  disconnected(): void {
    this.#state = 'closed';
    this.#reviveInFlight = false;
  }

  reviveSettled(ok: boolean): void {
    this.#reviveInFlight = false;
    // One that got lost is sent again, unless the subscription is gone, which starts everything anew.
    this.#reviveWanted ||= !ok && this.#state !== 'closed';
  }

  /** A need has arisen that offers might meet which do not come by themselves. */
  need(): void {
    this.#reviveWanted ||= this.#state !== 'closed';
  }

  /** Brings the flow in line with whether anything is wanted. */
  settle(isAnythingWanted: boolean, nowMs: number): CoarseEffect | undefined {
    if (this.#state === 'closed') {
      return undefined;
    }
    if (!isAnythingWanted) {
      this.#reviveWanted = false;
      const wasOpen = this.#state === 'open';
      this.#state = 'suppressed';
      return wasOpen ? { kind: 'suppress' } : undefined;
    }
    this.#reviveWanted ||= this.#state === 'suppressed';
    if (!this.#reviveWanted || nowMs < this.#dueMs) {
      return undefined;
    }
    this.#state = 'open';
    this.#reviveWanted = false;
    this.#reviveInFlight = true;
    this.#reviveSentMs = nowMs;
    return { kind: 'revive' };
  }

  nextWakeMs(): number | undefined {
    return this.#reviveWanted && this.#state !== 'closed' ? this.#dueMs : undefined;
  }

  get #dueMs(): number {
    return this.#reviveSentMs + (this.#reviveInFlight ? REVIVE_PATIENCE_MS : REVIVE_SPACING_MS);
  }
}

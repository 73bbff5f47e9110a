import type { DispatcherAction } from './actions.ts';

/** Between two REVIVEs: each brings all offers of the cluster again. */
const REVIVE_INTERVAL_MS = 200;
/** Until a REVIVE that did not get through is sent again. */
const REVIVE_RETRY_MS = 1000;

/**
 * When offers are asked for, and when none are wanted (rules D53, U124).
 *
 * Offers that were declined stay away for a while, so they must be asked for again when something comes up that they
 * were not held against: a demand that nobody had when they were declined, or a limit that is gone.
 */
export class OfferFlow {
  #isReviveWanted = false;
  #lastReviveMs = Number.NEGATIVE_INFINITY;
  #earliestReviveMs = Number.NEGATIVE_INFINITY;
  #isSuppressed = false;
  /** Whether any offer may stay away. */
  #hasFilters = false;

  get isSuppressed(): boolean {
    return this.#isSuppressed;
  }

  /** A subscription begins, in which nothing is suppressed. What was declined before may still stay away. */
  subscribed(): void {
    this.#isSuppressed = false;
    this.#isReviveWanted = true;
  }

  /** Offers were given back for some time. */
  declined(): void {
    this.#hasFilters = true;
  }

  /** Offers are worth another look. */
  lookAgain(): void {
    this.#isReviveWanted = true;
  }

  reviveFailed(nowMs: number): void {
    this.#isReviveWanted = true;
    this.#hasFilters = true;
    this.#earliestReviveMs = nowMs + REVIVE_RETRY_MS;
  }

  /** What to tell the master now; `isWanting`: something waits that may be launched. */
  settle(isWanting: boolean, nowMs: number): DispatcherAction | undefined {
    if (!isWanting) {
      this.#isReviveWanted = false;
      if (this.#isSuppressed) return undefined;
      this.#isSuppressed = true;
      return { kind: 'suppress' };
    }
    if (!this.#isNeeded) this.#isReviveWanted = false;
    if (!this.#isNeeded || nowMs < this.#dueMs) return undefined;
    this.#isSuppressed = false;
    this.#isReviveWanted = false;
    this.#hasFilters = false;
    this.#lastReviveMs = nowMs;
    return { kind: 'revive' };
  }

  /** When to call {@link settle} next. */
  nextWakeMs(isWanting: boolean): number | undefined {
    return isWanting && this.#isNeeded ? this.#dueMs : undefined;
  }

  get #isNeeded(): boolean {
    return this.#isSuppressed || (this.#isReviveWanted && this.#hasFilters);
  }

  get #dueMs(): number {
    return Math.max(this.#lastReviveMs + REVIVE_INTERVAL_MS, this.#earliestReviveMs);
  }
}

/** REVIVE makes the master look at all agents, so it is not sent more often than this, unless told otherwise. */
const REVIVE_SPACING_MS = 250;

/** After this time an unanswered REVIVE no longer holds back the next. */
const REVIVE_PATIENCE_MS = 5000;

/** How often all offers are asked for again while something is wanted and nothing comes of it. */
export interface ReviveRules {
  /** The first time (`spark.mesos.scheduler.revive.interval`); 0: never. */
  readonly intervalMs: number;
  /** It is doubled each time, up to this: else no decline would last. */
  readonly longestMs: number;
  /** The least time between two of them. Default: 250 ms. */
  readonly spacingMs?: number;
  /** That time is doubled with each of which nothing came, up to this. Default: it stays as it is. */
  readonly slowestSpacingMs?: number;
  /** After so long without a wish offers are suppressed. Default: at once. */
  readonly suppressAfterMs?: number;
}

/** What {@link OfferFlow} asks for. */
export type OfferFlowEffect = { readonly kind: 'suppress' } | { readonly kind: 'revive' };

/**
 * Whether Mesos sends us offers.
 *
 * - `closed`: no subscription. Left when there is one.
 * - `open`: offers come, but for those that we declined for a while. Left when nothing more is wanted.
 * - `suppressed`: we asked for none (rule U124). Left by REVIVE when something is wanted again.
 *
 * REVIVE also clears the filters of earlier declines, so it is sent whenever a new need arises: at most one at a time
 * and with a space between them, for on a big cluster it is dear. While offers are open and nothing fits, it is sent
 * again every now and then, less and less often (rule C81).
 */
export type OfferFlowState = 'closed' | 'open' | 'suppressed';

/** Keeps the {@link OfferFlowState} and says when SUPPRESS and REVIVE are due. */
export class OfferFlow {
  readonly #rules: ReviveRules;
  #state: OfferFlowState = 'closed';
  #reviveWanted = false;
  #reviveSentMs = Number.NEGATIVE_INFINITY;
  #reviveInFlight = false;
  /** Since when nothing has come of what was asked for; `undefined` while nothing is wanted. */
  #inVainSinceMs: number | undefined;
  #patienceMs: number;
  /** How many were sent in a row without anything coming of them. */
  #revivesInVain = 0;
  /** Since when nothing is wanted; `undefined` while something is. */
  #idleSinceMs: number | undefined;

  constructor(rules: ReviveRules) {
    this.#rules = rules;
    this.#patienceMs = rules.intervalMs;
  }

  /** Whether offers come. */
  get state(): OfferFlowState {
    return this.#state;
  }

  /** A new subscription has neither filters nor suppression. */
  subscribed(): void {
    this.#state = 'open';
    this.#reviveWanted = false;
    this.#reviveInFlight = false;
    this.progressed();
  }

  /** The subscription is lost, and what was suppressed with it. */
  disconnected(): void {
    this.#state = 'closed';
    this.#reviveInFlight = false;
  }

  /** What has become of a revive that was sent. */
  reviveSettled(ok: boolean): void {
    this.#reviveInFlight = false;
    // One that got lost is sent again, unless the subscription is gone, which starts everything anew.
    this.#reviveWanted ||= !ok && this.#state !== 'closed';
  }

  /** A need has arisen that offers might meet which do not come by themselves. */
  need(): void {
    this.#reviveWanted ||= this.#state !== 'closed';
    this.#patienceMs = this.#rules.intervalMs;
  }

  /** Something was placed, or has become free: what is still missing may come in the same way. */
  progressed(): void {
    this.#revivesInVain = 0;
    this.#inVainSinceMs = undefined;
    this.#patienceMs = this.#rules.intervalMs;
  }

  /** Brings the flow in line with whether anything is wanted. */
  settle(isAnythingWanted: boolean, nowMs: number): OfferFlowEffect | undefined {
    if (this.#state === 'closed') {
      return undefined;
    }
    if (!isAnythingWanted) {
      return this.#settleIdle(nowMs);
    }
    this.#idleSinceMs = undefined;
    this.#reviveWanted ||= this.#state === 'suppressed' || this.#isPatienceOver(nowMs);
    if (!this.#reviveWanted || nowMs < this.#dueMs) {
      return undefined;
    }
    this.#state = 'open';
    this.#reviveWanted = false;
    this.#reviveInFlight = true;
    this.#reviveSentMs = nowMs;
    this.#revivesInVain += 1;
    this.#inVainSinceMs = nowMs;
    return { kind: 'revive' };
  }

  /** When to come back, unless something happens before. */
  nextWakeMs(): number | undefined {
    if (this.#state === 'closed') {
      return undefined;
    }
    if (this.#idleSinceMs !== undefined) {
      return this.#state === 'open' ? this.#idleSinceMs + (this.#rules.suppressAfterMs ?? 0) : undefined;
    }
    return this.#reviveWanted ? this.#dueMs : this.#patienceEndsMs;
  }

  #settleIdle(nowMs: number): OfferFlowEffect | undefined {
    this.#reviveWanted = false;
    this.progressed();
    this.#idleSinceMs ??= nowMs;
    if (this.#state === 'suppressed' || nowMs < this.#idleSinceMs + (this.#rules.suppressAfterMs ?? 0)) {
      return undefined;
    }
    this.#state = 'suppressed';
    return { kind: 'suppress' };
  }

  /** Offers have been open for long enough with nothing to show for it (rule C81). */
  #isPatienceOver(nowMs: number): boolean {
    this.#inVainSinceMs ??= nowMs;
    const endsMs = this.#patienceEndsMs;
    if (endsMs === undefined || nowMs < endsMs) {
      return false;
    }
    this.#patienceMs = Math.max(
      this.#rules.intervalMs,
      Math.min(this.#patienceMs * 2, this.#rules.longestMs),
    );
    return true;
  }

  get #patienceEndsMs(): number | undefined {
    return this.#inVainSinceMs === undefined || this.#rules.intervalMs === 0
      ? undefined
      : this.#inVainSinceMs + this.#patienceMs;
  }

  get #dueMs(): number {
    return this.#reviveSentMs + (this.#reviveInFlight ? REVIVE_PATIENCE_MS : this.#spacingMs);
  }

  get #spacingMs(): number {
    const { spacingMs = REVIVE_SPACING_MS, slowestSpacingMs = spacingMs } = this.#rules;
    return Math.min(spacingMs * 2 ** Math.max(0, Math.min(this.#revivesInVain - 1, 20)), slowestSpacingMs);
  }
}

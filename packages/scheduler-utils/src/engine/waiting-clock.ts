/** The first report: soon enough to be seen within 15 s, late enough to spare jobs that only wait for a tick. */
const FIRST_REPORT_MS = 5000;

/** Between reports while there is no executor at all. */
const REPORT_INTERVAL_MS = 15_000;

/** Between reports of a job that works already, with fewer executors than it wants. */
const PARTIAL_REPORT_INTERVAL_MS = 60_000;

/** Says when a waiting report is due. */
export class WaitingClock {
  #sinceMs: number | undefined;
  #nextMs: number | undefined;

  /** Since when there is waiting; `undefined`: there is none. */
  get sinceMs(): number | undefined {
    return this.#sinceMs;
  }

  /** Something was placed, or nothing is wanted: the waiting is over. */
  reset(): void {
    this.#sinceMs = undefined;
    this.#nextMs = undefined;
  }

  /** Takes note that executors are wanted. Returns since when, if a report is due now. */
  settle(alive: number, nowMs: number): number | undefined {
    const intervalMs = alive === 0 ? REPORT_INTERVAL_MS : PARTIAL_REPORT_INTERVAL_MS;
    if (this.#sinceMs === undefined || this.#nextMs === undefined) {
      this.#sinceMs = nowMs;
      this.#nextMs = nowMs + (alive === 0 ? FIRST_REPORT_MS : REPORT_INTERVAL_MS);
      return undefined;
    }
    if (nowMs < this.#nextMs) {
      return undefined;
    }
    this.#nextMs = nowMs + intervalMs;
    return this.#sinceMs;
  }

  /** When to come back, unless something happens before. */
  nextWakeMs(): number | undefined {
    return this.#nextMs;
  }
}

/** What is launched, as far as its start is concerned. */
export interface Started {
  readonly launchedAtMs: number;
  /** Since when its command has been running; `undefined`: it has not come that far. */
  readonly runningSinceMs: number | undefined;
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/** An executor that has run for this long has started well: JVMs need up to 10 s until they have registered. */
const HEALTHY_AFTER_MS = 30_000;

/**
 * Slows relaunches down after executors that ended before they had really started, and says when to give up.
 *
 * The original relaunched at once: an executor that cannot start was launched 26 times a second. Here each round of
 * failures doubles a pause of the whole application. Executors that were launched together count as one round, so
 * that one bad agent does not use up all attempts; one executor that stays alive takes the count back to zero.
 */
export class StartBackoff {
  readonly #maxFailures: number;
  #rounds = 0;
  #lastFailureMs = Number.NEGATIVE_INFINITY;
  #pausedUntilMs = Number.NEGATIVE_INFINITY;
  #lastMessage = '';

  constructor(maxFailures: number) {
    this.#maxFailures = maxFailures;
  }

  /** How many rounds have failed one after another. */
  get rounds(): number {
    return this.#rounds;
  }

  /** How the last one ended. */
  get lastMessage(): string {
    return this.#lastMessage;
  }

  /** Until when nothing is launched; `undefined` outside of a pause. */
  pausedUntilMs(nowMs: number): number | undefined {
    return this.#pausedUntilMs > nowMs ? this.#pausedUntilMs : undefined;
  }

  /**
   * Takes note of an executor's end; `failure` is how it ended if it ended by itself. `oldest` is the one that has
   * been alive for longest.
   */
  ended(executor: Started, oldest: Started | undefined, failure: string | undefined, nowMs: number): void {
    const wasHealthy = isHealthy(executor, nowMs);
    if (wasHealthy || (oldest !== undefined && isHealthy(oldest, nowMs))) {
      this.#rounds = 0;
    }
    if (wasHealthy || failure === undefined) {
      return;
    }
    this.#lastMessage = failure;
    if (executor.launchedAtMs >= this.#lastFailureMs) {
      this.#rounds += 1;
      this.#pausedUntilMs = nowMs + Math.min(FIRST_PAUSE_MS * 2 ** (this.#rounds - 1), LONGEST_PAUSE_MS);
      this.#lastFailureMs = nowMs;
    }
  }

  /** Whether there is no more point in trying. */
  isExhausted(alive: number): boolean {
    return alive === 0 && this.#rounds >= this.#maxFailures;
  }

  /** Begins anew, as if nothing had failed. */
  clear(): void {
    this.#rounds = 0;
    this.#pausedUntilMs = Number.NEGATIVE_INFINITY;
  }
}

function isHealthy(executor: Started, nowMs: number): boolean {
  return executor.runningSinceMs !== undefined && nowMs - executor.runningSinceMs >= HEALTHY_AFTER_MS;
}

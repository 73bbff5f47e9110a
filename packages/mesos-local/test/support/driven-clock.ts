import type { Clock } from '../../src/clock.ts';

interface Timer {
  readonly atMs: number;
  readonly wake: () => void;
}

/** A clock that stands still until it is moved; what is due on the way happens in its order and at its time. */
export class DrivenClock implements Clock {
  readonly #timers = new Set<Timer>();
  #nowMs = Date.now();

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, wake: () => void): () => void {
    // Whole milliseconds: what is woken by a fraction of one too early would only set its timer again.
    const timer = { atMs: Math.ceil(this.#nowMs + Math.max(0, delayMs)), wake };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Moves on to this time; one that has passed is now. */
  async advanceTo(atMs: number): Promise<void> {
    for (let next = this.#next(); next !== undefined && next.atMs <= atMs; next = this.#next()) {
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      this.#timers.delete(next);
      next.wake();
      // What it has brought about by now may set timers of its own.
      await Promise.resolve();
    }
    this.#nowMs = Math.max(this.#nowMs, Math.ceil(atMs));
  }

  #next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) if (first === undefined || timer.atMs < first.atMs) first = timer;
    return first;
  }
}

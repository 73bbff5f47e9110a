import type { StoreClock } from '../../src/index.ts';

/** Time that passes when a test says so. */
export class ManualStoreClock implements StoreClock {
  readonly #timers = new Set<{
    readonly atMs: number;
    readonly delayMs: number;
    readonly callback: () => void;
  }>();
  #nowMs = 0;

  setTimer(callback: () => void, delayMs: number): () => void {
    const timer = { atMs: this.#nowMs + delayMs, delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  advance(ms: number): void {
    this.#nowMs += ms;
    for (const timer of [...this.#timers]) {
      if (timer.atMs > this.#nowMs || !this.#timers.delete(timer)) continue;
      timer.callback();
    }
  }

  /** Resolves when somebody waits for so long. */
  async waiting(delayMs: number): Promise<void> {
    while (![...this.#timers].some((timer) => timer.delayMs === delayMs)) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    // What else was begun in that turn has its own timers by the next.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

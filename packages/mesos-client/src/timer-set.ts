import type { CancelTimer, Clock } from './clock.ts';

/** Timers by name, each at most once. */
export class TimerSet<Name extends string> {
  readonly #clock: Clock;
  readonly #fired: (name: Name) => void;
  readonly #running = new Map<Name, CancelTimer>();

  constructor(clock: Clock, fired: (name: Name) => void) {
    this.#clock = clock;
    this.#fired = fired;
  }

  /** Starts a timer, from the beginning if it runs. */
  set(name: Name, delayMs: number): void {
    this.clear(name);
    const cancel = this.#clock.setTimer(() => {
      this.#running.delete(name);
      this.#fired(name);
    }, delayMs);
    this.#running.set(name, cancel);
  }

  clear(name: Name): void {
    this.#running.get(name)?.();
    this.#running.delete(name);
  }
}

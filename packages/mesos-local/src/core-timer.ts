import type { Clock } from './clock.ts';

/** Wakes a core when its next deadline has come. */
export class CoreTimer {
  readonly #wake: () => void;
  readonly #clock: Clock;
  #cancel: (() => void) | undefined;
  #atMs: number | undefined;

  constructor(wake: () => void, clock: Clock) {
    this.#wake = wake;
    this.#clock = clock;
  }

  /** Sets the next time, or none. */
  arm(atMs: number | undefined): void {
    if (atMs === this.#atMs && this.#cancel !== undefined) return;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#atMs = atMs;
    if (atMs === undefined) return;
    this.#cancel = this.#clock.after(atMs - this.#clock.now(), () => {
      this.#cancel = undefined;
      this.#wake();
    });
  }

  stop(): void {
    this.arm(undefined);
  }
}

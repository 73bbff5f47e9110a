/** The longest time that a timer of Node can wait; what is due later is looked at again then. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Wakes a core when its next deadline has come. */
export class CoreTimer {
  readonly #wake: () => void;
  readonly #speed: number;
  #timer: NodeJS.Timeout | undefined;
  #atMs: number | undefined;

  /** `speed` is how much faster the core's time runs than the machine's. */
  constructor(wake: () => void, speed = 1) {
    this.#wake = wake;
    this.#speed = speed;
  }

  /** Sets the next time, or none. */
  arm(atMs: number | undefined, nowMs: number): void {
    if (atMs === this.#atMs && this.#timer !== undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#atMs = atMs;
    if (atMs === undefined) return;
    const delayMs = Math.min(Math.max(0, Math.ceil((atMs - nowMs) / this.#speed)), MAX_DELAY_MS);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#wake();
    }, delayMs);
  }

  stop(): void {
    this.arm(undefined, 0);
  }
}

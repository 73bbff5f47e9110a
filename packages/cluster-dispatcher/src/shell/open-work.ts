/** So many calls and writes may be under way before no more events are read. */
const MAX_OPEN = 1000;

/** Counts what is under way, so that whoever begins more can wait for room, and whoever leaves for its end. */
export class OpenWork {
  readonly #open = new Set<Promise<void>>();
  #roomWanted: (() => void) | undefined;

  /** Hands the outcome to `settled`: `undefined` when it went well. */
  track(work: Promise<unknown>, settled: (error: unknown) => void): void {
    const done = (error: unknown) => {
      this.#open.delete(tracked);
      this.#roomWanted?.();
      settled(error);
    };
    const tracked: Promise<void> = work.then(
      () => done(undefined),
      (error: unknown) => done(error ?? new Error('it failed without a reason')),
    );
    this.#open.add(tracked);
  }

  /** Resolves when there is room for more. */
  async room(): Promise<void> {
    while (this.#open.size > MAX_OPEN) {
      await new Promise<void>((resolve) => {
        this.#roomWanted = resolve;
      });
      this.#roomWanted = undefined;
    }
  }

  /** Resolves when nothing is under way, nor what followed from it. */
  async settled(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open);
  }
}

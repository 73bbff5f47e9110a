/** Calls without an answer yet; with more, no more events are read. */
const MAX_OPEN_CALLS = 1000;

/** Counts calls that wait for their answers, so that whoever makes them can wait for room. */
export class OpenCalls {
  #open = 0;
  #roomWanted: (() => void) | undefined;

  /** Hands the outcome of a call to `settled`: `undefined` when it went well. */
  track(answer: Promise<void>, settled: (error: unknown) => void): void {
    this.#open += 1;
    const done = (error: unknown) => {
      this.#open -= 1;
      this.#roomWanted?.();
      settled(error);
    };
    answer.then(
      () => done(undefined),
      (error: unknown) => done(error ?? new Error('a call failed without a reason')),
    );
  }

  /** Resolves when there is room for more. */
  async room(): Promise<void> {
    while (this.#open > MAX_OPEN_CALLS) {
      await new Promise<void>((resolve) => {
        this.#roomWanted = resolve;
      });
      this.#roomWanted = undefined;
    }
  }
}

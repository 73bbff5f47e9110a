/** What is asked for again and again, and who wants to know. */
export interface PollingOptions<Value> {
  readonly load: (signal: AbortSignal) => Promise<Value>;
  readonly intervalMs: number;
  readonly onValue: (value: Value) => void;
  readonly onFailure: (error: Error) => void;
}

/** However often it has failed, the next attempt is never further away than this. */
const LONGEST_WAIT_MS = 5_000;

/** How long to wait before asking again: the interval while all is well, doubled with each failure in a row. */
export function nextWaitMs(intervalMs: number, failures: number): number {
  return failures === 0
    ? intervalMs
    : Math.min(Math.max(LONGEST_WAIT_MS, intervalMs), intervalMs * 2 ** failures);
}

/**
 * Asks at once and then again an interval after each answer, so that a slow server never has two questions at a
 * time. Ends when the function that it returns is called; nothing is reported after that.
 */
export function startPolling<Value>(options: PollingOptions<Value>): () => void {
  const stopped = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  const ask = async (): Promise<void> => {
    try {
      const value = await options.load(stopped.signal);
      if (stopped.signal.aborted) return;
      failures = 0;
      options.onValue(value);
    } catch (error) {
      if (stopped.signal.aborted) return;
      failures += 1;
      options.onFailure(error instanceof Error ? error : new Error(String(error)));
    }
    timer = setTimeout(ask, nextWaitMs(options.intervalMs, failures));
  };
  // `ask` handles its own failures, its promise never rejects.
  void ask();
  return () => {
    stopped.abort();
    clearTimeout(timer);
  };
}

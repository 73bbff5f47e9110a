/** What is asked for again and again, and who wants to know. */
export interface PollingOptions<Value> {
  readonly load: (signal: AbortSignal) => Promise<Value>;
  readonly intervalMs: number;
  readonly onValue: (value: Value) => void;
  readonly onFailure: (error: Error) => void;
  /** Is told what to call when there is news, so that the next question need not wait; returns how to end that. */
  readonly onNews?: ((ask: () => void) => () => void) | undefined;
}

/** However much news there is, two questions are at least this far apart. */
const LEAST_GAP_MS = 1_000;

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
  let askedMs = 0;
  let isAsking = false;
  let hasNews = false;
  const askIn = (waitMs: number) => {
    clearTimeout(timer);
    timer = setTimeout(ask, waitMs);
  };
  const sooner = () => Math.max(0, LEAST_GAP_MS - (Date.now() - askedMs));
  const ask = async (): Promise<void> => {
    [isAsking, hasNews, askedMs] = [true, false, Date.now()];
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
    isAsking = false;
    askIn(hasNews && failures === 0 ? sooner() : nextWaitMs(options.intervalMs, failures));
  };
  // `ask` handles its own failures, its promise never rejects.
  void ask();
  const endNews = options.onNews?.(() => {
    hasNews = true;
    if (!isAsking) askIn(sooner());
  });
  return () => {
    stopped.abort();
    clearTimeout(timer);
    endNews?.();
  };
}

/** The time, handed in so that tests can drive it. */
export interface StoreClock {
  /** Calls back once; what it returns takes the timer back. */
  setTimer(callback: () => void, delayMs: number): () => void;
}

/** The machine's own time. */
export const SYSTEM_STORE_CLOCK: StoreClock = {
  setTimer(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

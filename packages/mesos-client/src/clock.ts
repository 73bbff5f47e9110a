/** Takes a timer back; harmless when it has fired. */
export type CancelTimer = () => void;

/** The time, handed in so that tests can drive it. */
export interface Clock {
  /** Calls back once; what it returns takes the timer back. */
  setTimer(callback: () => void, delayMs: number): CancelTimer;
}

/** The machine's own time. */
export const SYSTEM_CLOCK: Clock = {
  setTimer(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

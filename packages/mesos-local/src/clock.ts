/** The longest time that a timer of Node can wait; what is due later is looked at again then. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** The time that masters and agents live in; a test can hand in one that stands still until it is moved. */
export interface Clock {
  /** Milliseconds since 1970, with fractions. */
  now(): number;
  /** Calls back once, when so much of its time has passed or a bit less; the function returned calls that off. */
  after(delayMs: number, wake: () => void): () => void;
}

/** The machine's clock, or one that starts with it and runs faster. */
export function clockOf(speed = 1): Clock {
  const start = performance.now();
  return {
    now: () => performance.timeOrigin + start + (performance.now() - start) * speed,
    after: (delayMs, wake) => {
      const timer = setTimeout(wake, Math.min(Math.max(0, Math.ceil(delayMs / speed)), MAX_DELAY_MS));
      return () => clearTimeout(timer);
    },
  };
}

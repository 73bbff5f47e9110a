/** The time that masters and agents live in. */
export interface Clock {
  /** Milliseconds since 1970, with fractions. */
  now(): number;
  /** How much faster it runs than the machine's. */
  readonly speed: number;
}

/** The machine's clock, or one that starts with it and runs faster. */
export function clockOf(speed = 1): Clock {
  const start = performance.now();
  return { speed, now: () => performance.timeOrigin + start + (performance.now() - start) * speed };
}

/** How long to wait between tries. */
export interface BackOffSettings {
  /** The wait before the first repetition, before jitter. */
  readonly firstDelayMs: number;
  /** No wait is longer. */
  readonly longestDelayMs: number;
}

/** Some 0.25 s, 0.5 s, 1 s… up to 10 s. */
export const DEFAULT_BACK_OFF: BackOffSettings = { firstDelayMs: 250, longestDelayMs: 10_000 };

/**
 * The wait before the next try after `failures` in a row: doubled each time, of which a random half is taken off,
 * so that a thousand frameworks do not come back to a new leader at the same moment.
 */
export function backOffMs(settings: BackOffSettings, failures: number, random: () => number): number {
  const doubled = settings.firstDelayMs * 2 ** Math.min(Math.max(failures - 1, 0), 30);
  const limited = Math.min(doubled, settings.longestDelayMs);
  return Math.round(limited * (0.5 + random() / 2));
}

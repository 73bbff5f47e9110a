import { ConfigError } from './errors.ts';

/** Milliseconds of each suffix that Spark knows for times (network.util.JavaUtils). */
const MILLISECONDS_OF_SUFFIX: ReadonlyMap<string, number> = new Map([
  ['us', 0.001],
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['min', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** Unit of a time that is written without one. */
export type DurationUnit = 'ms' | 's' | 'min' | 'h' | 'd';

/** A time as Spark writes it ('120s', '3min', '250ms'), in whole milliseconds. Without a suffix: `defaultUnit`. */
export function parseDurationMs(text: string, defaultUnit: DurationUnit = 'ms'): number {
  const match = /^(-?[0-9]+)([a-z]*)$/.exec(text.trim().toLowerCase());
  const factor = match ? MILLISECONDS_OF_SUFFIX.get(match[2] || defaultUnit) : undefined;
  if (match === null || factor === undefined) {
    throw new ConfigError(
      'CONFIG_MALFORMED',
      `'${text}' is no time: write a whole number and a unit, such as 10s or 2min (units: us, ms, s, min, h, d)`,
    );
  }
  const milliseconds = Math.trunc(Number(match[1]) * factor);
  if (!Number.isSafeInteger(milliseconds)) {
    throw new ConfigError('CONFIG_OUT_OF_RANGE', `'${text}' is longer than can be counted`);
  }
  return milliseconds;
}

/** As {@link parseDurationMs}, in whole seconds, rounded towards zero: a number alone is seconds. */
export function parseDurationSeconds(text: string): number {
  return Math.trunc(parseDurationMs(text, 's') / 1000);
}

/** A duration for people: '120 s', '2 min', '300 ms'. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) {
    return `${Math.round(milliseconds)} ms`;
  }
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 180) {
    return `${seconds} s`;
  }
  return seconds < 3 * 3600 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

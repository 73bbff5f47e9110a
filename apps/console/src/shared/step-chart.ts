/** What was so at one moment. */
export interface Sample {
  readonly timeMs: number;
}

/** How far back a page remembers; servers keep no history. */
export const HISTORY_MS = 5 * 60_000;

/**
 * The history with one more sample; what is older than the window goes, save the one that reaches into it. `same` says whether two
 * samples would be drawn alike.
 */
export function withSample<One extends Sample>(
  history: readonly One[],
  sample: One,
  same: (left: One, right: One) => boolean,
  windowMs: number = HISTORY_MS,
): readonly One[] {
  const begin = sample.timeMs - windowMs;
  const reaching = history.findLastIndex((earlier) => earlier.timeMs <= begin);
  const kept = history.slice(Math.max(0, reaching)).filter((earlier) => earlier.timeMs < sample.timeMs);
  const [last] = kept.slice(-1);
  const beforeLast = kept.at(-2);
  // Of a stretch in which nothing changed, its two ends say it all.
  if (last && beforeLast && same(last, sample) && same(beforeLast, last)) kept.pop();
  return [...kept, sample];
}

/** The outlines of a step chart, in a box of `width` by `height`; empty where there is nothing to draw. */
export interface StepChart {
  /** The area under what is used. */
  readonly used: string;
  /** The area between that and what is used or offered. */
  readonly offered: string;
}

/** What a step chart draws of a sample: amounts above each other, and the amount that fills its whole height. */
export interface ChartAmounts {
  readonly used: number;
  readonly offered: number;
  readonly full: number;
}

/** Draws the window that ends with the last sample; the largest `full` in it fills the height. */
export function stepChart<One extends Sample>(
  history: readonly One[],
  amountsOfSample: (sample: One) => ChartAmounts,
  width: number,
  height: number,
  windowMs: number = HISTORY_MS,
): StepChart {
  const samples = history.map((sample) => ({ timeMs: sample.timeMs, ...amountsOfSample(sample) }));
  const endMs = samples.at(-1)?.timeMs ?? 0;
  const full = Math.max(0, ...samples.map((sample) => sample.full));
  const [first, ...rest] = samples;
  if (!first || full <= 0) return { used: '', offered: '' };
  const x = (timeMs: number) =>
    fixed(Math.min(width, Math.max(0, width * (1 - (endMs - timeMs) / windowMs))));
  const y = (amount: number) => fixed(height * (1 - Math.min(1, Math.max(0, amount / full))));
  const area = (amount: (sample: ChartAmounts) => number) => {
    const steps = rest.map((sample) => `H${x(sample.timeMs)}V${y(amount(sample))}`).join('');
    return `M${x(first.timeMs)} ${y(amount(first))}${steps}V${fixed(height)}H${x(first.timeMs)}Z`;
  };
  return { used: area((sample) => sample.used), offered: area((sample) => sample.used + sample.offered) };
}

function fixed(value: number): string {
  return String(Math.round(value * 100) / 100);
}

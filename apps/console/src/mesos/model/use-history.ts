import { type ResourceUse, SCALAR_KINDS, type ScalarKind } from './resources.ts';

/** What the cluster used at one moment. */
export interface UseSample {
  readonly timeMs: number;
  readonly use: ResourceUse;
}

/** How far back the page remembers; the master itself keeps no history. */
export const HISTORY_MS = 5 * 60_000;

/** The history with one more sample; what is older than the window goes, save the one that reaches into it. */
export function appendSample(
  history: readonly UseSample[],
  sample: UseSample,
  windowMs: number = HISTORY_MS,
): readonly UseSample[] {
  const begin = sample.timeMs - windowMs;
  const reaching = history.findLastIndex((earlier) => earlier.timeMs <= begin);
  const kept = history.slice(Math.max(0, reaching)).filter((earlier) => earlier.timeMs < sample.timeMs);
  const [last] = kept.slice(-1);
  const beforeLast = kept.at(-2);
  // Of a stretch in which nothing changed, its two ends say it all.
  if (last && beforeLast && sameUse(last.use, sample.use) && sameUse(beforeLast.use, last.use)) kept.pop();
  return [...kept, sample];
}

/** The outlines of a step chart, in a box of `width` by `height`; empty where there is nothing to draw. */
export interface StepChart {
  /** The area under what is used. */
  readonly used: string;
  /** The area between that and what is used or offered. */
  readonly offered: string;
}

/** Draws one kind of resources over the window that ends at the last sample; full height is the present total. */
export function stepChart(
  history: readonly UseSample[],
  kind: ScalarKind,
  width: number,
  height: number,
  windowMs: number = HISTORY_MS,
): StepChart {
  const last = history.at(-1);
  const total = last?.use.total[kind] ?? 0;
  if (!last || total <= 0) return { used: '', offered: '' };
  const x = (timeMs: number) =>
    fixed(Math.min(width, Math.max(0, width * (1 - (last.timeMs - timeMs) / windowMs))));
  const y = (amount: number) => fixed(height * (1 - Math.min(1, Math.max(0, amount / total))));
  const outline = (amountOf: (use: ResourceUse) => number) => {
    const [first, ...rest] = history;
    if (!first) return [];
    const points = [`${x(first.timeMs)} ${y(amountOf(first.use))}`];
    for (const sample of rest) points.push(`H${x(sample.timeMs)}`, `V${y(amountOf(sample.use))}`);
    return points;
  };
  const begin = x(history[0]?.timeMs ?? last.timeMs);
  const used = outline((use) => use.used[kind]);
  const both = outline((use) => use.used[kind] + use.offered[kind]);
  const closed = (line: readonly string[]) => `M${line.join('')}V${fixed(height)}H${begin}Z`;
  return { used: closed(used), offered: closed(both) };
}

function sameUse(left: ResourceUse, right: ResourceUse): boolean {
  return (['total', 'used', 'offered'] as const).every((part) =>
    SCALAR_KINDS.every((kind) => left[part][kind] === right[part][kind]),
  );
}

function fixed(value: number): string {
  return String(Math.round(value * 100) / 100);
}

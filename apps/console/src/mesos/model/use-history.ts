import { type ChartAmounts, HISTORY_MS, withSample } from '../../shared/step-chart.ts';
import { type ResourceUse, SCALAR_KINDS, type ScalarKind } from './resources.ts';

/** What the cluster used at one moment. */
export interface UseSample {
  readonly timeMs: number;
  readonly use: ResourceUse;
  readonly runningTasks: number;
}

/** The history with one more sample, of the last `windowMs`. */
export function appendSample(
  history: readonly UseSample[],
  sample: UseSample,
  windowMs: number = HISTORY_MS,
): readonly UseSample[] {
  return withSample(history, sample, same, windowMs);
}

/** What a chart of one kind of resources draws: full height is all that the cluster has. */
export function amountsOf(kind: ScalarKind): (sample: UseSample) => ChartAmounts {
  return ({ use }) => ({ used: use.used[kind], offered: use.offered[kind], full: use.total[kind] });
}

function same(left: UseSample, right: UseSample): boolean {
  return left.runningTasks === right.runningTasks && sameUse(left.use, right.use);
}

function sameUse(left: ResourceUse, right: ResourceUse): boolean {
  return (['total', 'used', 'offered'] as const).every((part) =>
    SCALAR_KINDS.every((kind) => left[part][kind] === right[part][kind]),
  );
}

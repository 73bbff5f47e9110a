import type { z } from 'zod';
import type { DispatcherMetrics } from '../../model/views.ts';
import type { statisticsShape } from './shapes.ts';

type Statistics = z.infer<typeof statisticsShape>;

/** What was counted since the process began, with durations as their median and 95th percentile. */
export function statisticsView(metrics: DispatcherMetrics): Statistics {
  const { submissionsTotal, launchesTotal, retriesTotal, killsTotal, offersTotal, offersDeclinedTotal } =
    metrics;
  return {
    submissionsTotal,
    launchesTotal,
    retriesTotal,
    killsTotal,
    offersTotal,
    offersDeclinedTotal,
    endedByTaskState: { ...metrics.endedByTaskState },
    submitToFirstLaunch: durations(metrics.submitToFirstLaunchMs),
    launchToFinish: durations(metrics.launchToFinishMs),
  };
}

function durations(milliseconds: readonly number[]): Statistics['launchToFinish'] {
  const sorted = [...milliseconds].sort((left, right) => left - right);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  const [medianMs, p95Ms] = [at(0.5), at(0.95)];
  return medianMs === undefined || p95Ms === undefined
    ? { count: 0 }
    : { count: sorted.length, medianMs, p95Ms };
}

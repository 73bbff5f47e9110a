import { type ChartAmounts, type Sample, withSample } from '../../shared/step-chart.ts';
import type { QueuesView, StatisticsView } from './overview.ts';

/** How the dispatcher stood at one moment. */
export interface DispatcherSample extends Sample {
  readonly queued: number;
  readonly running: number;
  readonly retrying: number;
  /** All since the dispatcher began. */
  readonly offers: number;
  readonly offersDeclined: number;
  /** Offers in each second since the sample before, taken and declined. */
  readonly takenRate: number;
  readonly declinedRate: number;
}

/** The history with one more sample. */
export function appendDispatcherSample(
  history: readonly DispatcherSample[],
  timeMs: number,
  { queued, running, retrying }: QueuesView,
  { offers, offersDeclined }: StatisticsView,
): readonly DispatcherSample[] {
  const before = history.at(-1);
  const seconds = before ? (timeMs - before.timeMs) / 1000 : 0;
  // A dispatcher that was started anew counts from nothing again.
  const rate = (now: number, then: number) => (seconds > 0 && now >= then ? (now - then) / seconds : 0);
  const declinedRate = rate(offersDeclined, before?.offersDeclined ?? offersDeclined);
  const offerRate = rate(offers, before?.offers ?? offers);
  const sample = {
    timeMs,
    queued,
    running,
    retrying,
    offers,
    offersDeclined,
    takenRate: Math.max(0, offerRate - declinedRate),
    declinedRate,
  };
  return withSample(history, sample, same);
}

/** Drivers that run, and above them those that will be started again. */
export function runningAmounts({ running, retrying }: DispatcherSample): ChartAmounts {
  return { used: running, offered: retrying, full: running + retrying };
}

/** Drivers that wait. */
export function queuedAmounts({ queued }: DispatcherSample): ChartAmounts {
  return { used: 0, offered: queued, full: queued };
}

/** Offers in each second: those that were taken, and above them those that were declined. */
export function offerAmounts({ takenRate, declinedRate }: DispatcherSample): ChartAmounts {
  return { used: takenRate, offered: declinedRate, full: takenRate + declinedRate };
}

/** Offers of the last minute. */
export function offersOfLastMinute(history: readonly DispatcherSample[]): {
  taken: number;
  declined: number;
} {
  const last = history.at(-1);
  if (last === undefined) return { taken: 0, declined: 0 };
  const begin = history.findLast(({ timeMs }) => timeMs <= last.timeMs - 60_000) ?? history[0] ?? last;
  const all = Math.max(0, last.offers - begin.offers);
  const declined = Math.min(all, Math.max(0, last.offersDeclined - begin.offersDeclined));
  return { taken: all - declined, declined };
}

function same(left: DispatcherSample, right: DispatcherSample): boolean {
  return (
    ['queued', 'running', 'retrying', 'offers', 'offersDeclined', 'takenRate', 'declinedRate'] as const
  ).every((field) => left[field] === right[field]);
}

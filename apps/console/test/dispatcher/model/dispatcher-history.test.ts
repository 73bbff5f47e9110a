import { describe, expect, it } from 'vitest';
import {
  appendDispatcherSample,
  type DispatcherSample,
  offersOfLastMinute,
} from '../../../src/dispatcher/model/dispatcher-history.ts';
import { parseQueues, parseStatistics } from '../../../src/dispatcher/model/overview.ts';

const historyOf = (samples: readonly (readonly [number, number, number])[]) =>
  samples.reduce<readonly DispatcherSample[]>(
    (history, [timeMs, offersTotal, offersDeclinedTotal]) =>
      appendDispatcherSample(
        history,
        timeMs,
        parseQueues({ running: 1 }),
        parseStatistics({ offersTotal, offersDeclinedTotal }),
      ),
    [],
  );

describe('the history of offers', () => {
  it('has what was taken and declined in each second', () => {
    const history = historyOf([
      [0, 100, 90],
      [2_000, 110, 96],
    ]);
    expect(history.at(-1)).toMatchObject({ takenRate: 2, declinedRate: 3 });
  });

  it('sums up the last minute, or what is known of it', () => {
    const samples = [
      [0, 0, 0],
      [30_000, 50, 40],
      [60_000, 60, 45],
      [90_000, 80, 55],
    ] as const;
    expect(offersOfLastMinute(historyOf(samples))).toEqual({ taken: 15, declined: 15 });
    expect(offersOfLastMinute(historyOf(samples.slice(0, 2)))).toEqual({ taken: 10, declined: 40 });
    expect(offersOfLastMinute([])).toEqual({ taken: 0, declined: 0 });
  });

  it('begins anew with a dispatcher that was started again', () => {
    const history = historyOf([
      [0, 1_000, 900],
      [2_000, 3, 2],
    ]);
    expect(history.at(-1)).toMatchObject({ takenRate: 0, declinedRate: 0 });
    expect(offersOfLastMinute(history)).toEqual({ taken: 0, declined: 0 });
  });
});

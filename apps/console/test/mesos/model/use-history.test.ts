import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseResources, resourceUse } from '../../../src/mesos/model/resources.ts';
import { amountsOf, appendSample, type UseSample } from '../../../src/mesos/model/use-history.ts';
import { stepChart } from '../../../src/shared/step-chart.ts';

const sample = (timeMs: number, used: number, offered = 0): UseSample => ({
  timeMs,
  use: resourceUse(
    parseResources({ cpus: 10 }),
    parseResources({ cpus: used }),
    parseResources({ cpus: offered }),
  ),
  runningTasks: used,
});
const historyOf = (samples: readonly UseSample[], windowMs: number) =>
  samples.reduce<readonly UseSample[]>((history, next) => appendSample(history, next, windowMs), []);

describe('the history of what is used', () => {
  it('keeps the two ends of a stretch in which nothing changed', () => {
    const history = historyOf([sample(0, 1), sample(1, 1), sample(2, 1), sample(3, 1), sample(4, 2)], 100);
    expect(history.map((entry) => entry.timeMs)).toEqual([0, 3, 4]);
  });

  it('forgets what is older than the window but the sample that reaches into it', () => {
    const history = historyOf([sample(0, 1), sample(50, 2), sample(90, 3), sample(160, 4)], 100);
    expect(history.map((entry) => entry.timeMs)).toEqual([50, 90, 160]);
  });

  it('goes on when the clock is set back', () => {
    const history = historyOf([sample(1000, 1), sample(2000, 2), sample(500, 3)], 10_000);
    expect(history.map((entry) => entry.timeMs)).toEqual([500]);
  });

  it('draws steps in the box, with the latest sample at its right edge', () => {
    const history = historyOf([sample(0, 0), sample(50, 5, 5), sample(100, 10)], 100);
    expect(stepChart(history, amountsOf('cpus'), 100, 10, 100).used).toBe('M0 10H50V5H100V0V10H0Z');
    expect(stepChart(history, amountsOf('cpus'), 100, 10, 100).offered).toBe('M0 10H50V0H100V0V10H0Z');
  });

  it('draws nothing where there is nothing to draw', () => {
    expect(stepChart([], amountsOf('cpus'), 100, 10)).toEqual({ used: '', offered: '' });
    expect(stepChart([sample(0, 1)], amountsOf('gpus'), 100, 10)).toEqual({ used: '', offered: '' });
  });

  it('never draws outside its box and never grows without end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(2000), fc.nat(20), fc.nat(20)), { minLength: 1, maxLength: 50 }),
        (steps) => {
          let now = 0;
          const samples = steps.map(([wait, used, offered]) => {
            now += wait;
            return sample(now, used, offered);
          });
          const history = historyOf(samples, 3000);
          expect(history.length).toBeLessThanOrEqual(samples.length);
          const numbers =
            stepChart(history, amountsOf('cpus'), 100, 10, 3000).offered.match(/-?[\d.]+/g) ?? [];
          for (const number of numbers) {
            expect(Number(number)).toBeGreaterThanOrEqual(0);
            expect(Number(number)).toBeLessThanOrEqual(100);
          }
        },
      ),
    );
  });
});

import { describe, expect, test } from 'vitest';
import { trendOf } from '../../soak/trend.mjs';
import { wrongIn } from '../../soak/work.mjs';

const MINUTE = 60_000;

/** A value each minute. */
const samples = (minutes: number, valueAt: (minute: number) => number) =>
  Array.from({ length: minutes }, (_, minute) => ({ atMs: minute * MINUTE, value: valueAt(minute) }));

const TOLERANCE = { grown: 10, perHour: 5 };

describe('the trend of a value', () => {
  test('is no leak while it settles, nor where it goes up and down', () => {
    const settling = samples(120, (minute) => Math.min(50, minute * 2));
    expect(trendOf(settling, 40 * MINUTE, TOLERANCE)).toMatchObject({ isLeak: false });
    const saw = samples(120, (minute) => 50 + (minute % 7) * 10);
    expect(trendOf(saw, 40 * MINUTE, TOLERANCE)).toMatchObject({ isLeak: false });
  });

  test('is a leak where it never stops to grow', () => {
    const growing = samples(120, (minute) => 50 + minute / 4 + (minute % 3));
    const trend = trendOf(growing, 40 * MINUTE, TOLERANCE);
    expect(trend?.isLeak).toBe(true);
    expect(trend?.perHour).toBeCloseTo(15, 0);
  });

  test('is not known of a few samples', () => {
    expect(
      trendOf(
        samples(3, () => 1),
        0,
        TOLERANCE,
      ),
    ).toBeUndefined();
    expect(trendOf([], 0, TOLERANCE)).toBeUndefined();
  });
});

describe('the result of a job', () => {
  const common = { seed: 3, count: 200, partitions: 2, pauseMs: 0 };

  test('is right only if it is what comes out', () => {
    expect(wrongIn({ ...common, kind: 'pi' }, 'RESULT pi 3.14\n')).toBeUndefined();
    expect(wrongIn({ ...common, kind: 'pi' }, 'RESULT pi 3.4\n')).toContain('not pi');
    expect(wrongIn({ ...common, kind: 'words' }, 'RESULT words w0:1\n')).toContain('and not words w');
    const sorted = wrongIn({ ...common, kind: 'sort' }, 'RESULT sort 200 0\n') ?? '';
    const right = /and not (.*)/.exec(sorted)?.[1];
    expect(wrongIn({ ...common, kind: 'sort' }, `a line before\nRESULT ${right}\n`)).toBeUndefined();
  });

  test('is wrong where there is none, or more than one', () => {
    expect(wrongIn({ ...common, kind: 'pi' }, '')).toBe('0 results');
    expect(wrongIn({ ...common, kind: 'pi' }, 'RESULT pi 3.14\nRESULT pi 3.14\n')).toBe('2 results');
  });
});

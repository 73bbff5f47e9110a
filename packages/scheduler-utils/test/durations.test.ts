import { describe, expect, test } from 'vitest';
import {
  ConfigError,
  declineSeconds,
  formatDuration,
  parseDurationMs,
  parseDurationSeconds,
  shortageSeconds,
} from '../src/index.ts';

describe('durations', () => {
  test.each([
    ['120s', 120_000],
    ['10', 10],
    ['3min', 180_000],
    ['3m', 180_000],
    ['1500us', 1],
    [' 2H ', 7_200_000],
    ['1d', 86_400_000],
  ])('reads %j as Spark does', (text, milliseconds) => {
    expect(parseDurationMs(text)).toBe(milliseconds);
  });

  test('U120: durations of declines have a resolution of seconds, and are seconds without a unit', () => {
    expect(parseDurationSeconds('120')).toBe(120);
    expect(parseDurationSeconds('1500ms')).toBe(1);
    expect(parseDurationSeconds('2min')).toBe(120);
  });

  test.each(['', 's', '1.5s', '1 s', '1y', '1constructor', '9999999999999999d'])('refuses %j', (text) => {
    expect(() => parseDurationMs(text)).toThrowError(ConfigError);
  });

  test('says durations as people do', () => {
    expect([300, 15_000, 120_000, 600_000, 6 * 3_600_000].map(formatDuration)).toEqual([
      '300 ms',
      '15 s',
      '120 s',
      '10 min',
      '6 h',
    ]);
  });
});

describe('decline durations', () => {
  test('U120: the common duration is what the special ones fall back to', () => {
    expect(declineSeconds({ rejectOfferSeconds: 120 })).toMatchObject({
      CONSTRAINTS_UNMET: 120,
      MAX_CORES_REACHED: 120,
    });
    const special = { rejectOfferSeconds: 120, unmetConstraintsSeconds: 7, reachedMaxCoresSeconds: 8 };
    expect(declineSeconds(special)).toMatchObject({ CONSTRAINTS_UNMET: 7, MAX_CORES_REACHED: 8 });
  });

  test('U121, U122: declines for other reasons name no duration', () => {
    expect(declineSeconds({ rejectOfferSeconds: 120 })).toMatchObject({
      NOTHING_WANTED: undefined,
      DOES_NOT_FIT: undefined,
    });
  });

  test('U123: an agent that is too small is asked less and less often', () => {
    expect([0, 1, 2, 3, 4, 5, 1000].map((count) => shortageSeconds(count, 120))).toEqual([
      undefined,
      10,
      20,
      40,
      80,
      120,
      120,
    ]);
  });
});

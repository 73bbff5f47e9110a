import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backOffMs, DEFAULT_BACK_OFF } from '../src/index.ts';

it('doubles with each failure up to the limit, and takes off up to a half', () => {
  const longest = [1, 2, 3, 4, 7, 100].map((failures) => backOffMs(DEFAULT_BACK_OFF, failures, () => 1));
  const shortest = [1, 2, 3, 4, 7, 100].map((failures) => backOffMs(DEFAULT_BACK_OFF, failures, () => 0));
  expect(longest).toEqual([250, 500, 1_000, 2_000, 10_000, 10_000]);
  expect(shortest).toEqual([125, 250, 500, 1_000, 5_000, 5_000]);
});

it('stays within its limits whatever happens', () => {
  fc.assert(
    fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
      const delay = backOffMs(DEFAULT_BACK_OFF, failures, () => random);
      expect(delay).toBeGreaterThan(0);
      expect(delay).toBeLessThanOrEqual(DEFAULT_BACK_OFF.longestDelayMs);
    }),
  );
});

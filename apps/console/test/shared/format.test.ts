import { describe, expect, it } from 'vitest';
import {
  formatAmount,
  formatBytes,
  formatDuration,
  formatMiB,
  formatMoment,
  formatShare,
  shortId,
} from '../../src/shared/format.ts';

describe('formatting', () => {
  it.each([
    [0, '0'],
    [2, '2'],
    [10, '10'],
    [0.5, '0.5'],
    [3.84, '3.8'],
    [0.001, '0.001'],
    [1000, '1000'],
  ])('writes the amount %d as %s', (amount, text) => {
    expect(formatAmount(amount)).toBe(text);
  });

  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [1024 * 1024 * 300, '300 MiB'],
    [2 ** 60, '1024 PiB'],
  ])('writes %d bytes as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it('writes Mesos memory with its binary unit, and nothing as a bare zero', () => {
    expect(formatMiB(1408)).toBe('1.4 GiB');
    expect(formatMiB(64)).toBe('64 MiB');
    expect(formatMiB(0)).toBe('0');
  });

  it('writes shares as percentages and does not call a little nothing', () => {
    expect(formatShare(1, 3)).toBe('33 %');
    expect(formatShare(1, 1000)).toBe('< 1 %');
    expect(formatShare(0, 10)).toBe('0 %');
    expect(formatShare(1, 0)).toBe('0 %');
  });

  it.each([
    [-5, '0 s'],
    [400, '0.4 s'],
    [1_000, '1 s'],
    [42_900, '42 s'],
    [185_000, '3 m 05 s'],
    [7_860_000, '2 h 11 m'],
    [443_000_000, '5 d 3 h'],
  ])('writes a span of %d ms as %s', (span, text) => {
    expect(formatDuration(span)).toBe(text);
  });

  it('writes the clock alone for today and the day before it else', () => {
    const now = new Date(2026, 10, 21, 18, 0, 0).getTime();
    expect(formatMoment(new Date(2026, 10, 21, 9, 5, 7).getTime(), now)).toBe('09:05:07');
    expect(formatMoment(new Date(2026, 10, 20, 9, 5, 7).getTime(), now)).toBe('2026-11-20 09:05:07');
  });

  it('shortens a Mesos id to its telling end and leaves other ids alone', () => {
    expect(shortId('e2a7a185-ddc5-429f-be4a-14b7bbba8b5a-0001')).toBe('0001');
    expect(shortId('e2a7a185-ddc5-429f-be4a-14b7bbba8b5a-S12')).toBe('S12');
    expect(shortId('my-own-id')).toBe('my-own-id');
  });
});

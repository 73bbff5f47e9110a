import { describe, expect, test } from 'vitest';
import { ConfigError, parseExitStatuses } from '../src/index.ts';

describe('parseExitStatuses', () => {
  test('D54: reads single statuses and ranges', () => {
    expect(parseExitStatuses('')).toEqual([]);
    expect(parseExitStatuses('2, 64-78,0')).toEqual([
      { first: 2, last: 2 },
      { first: 64, last: 78 },
      { first: 0, last: 0 },
    ]);
  });

  test.each(['x', '1-', '-1', '78-64', '256', '1-2-3', '1.5'])('refuses %s and says so', (entry) => {
    expect(() => parseExitStatuses(`1,${entry}`)).toThrow(ConfigError);
    expect(() => parseExitStatuses(entry)).toThrow(`'${entry}' is no exit status`);
  });
});

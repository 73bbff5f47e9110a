import { constants } from 'node:os';
import { describe, expect, test } from 'vitest';
import { SUBMIT_ERROR_CODES, SubmitError } from '../src/errors.ts';
import { EXIT_CODES, exitStatusOf } from '../src/exit-codes.ts';

describe('exit codes', () => {
  test('of every error are among them', () => {
    for (const code of SUBMIT_ERROR_CODES) {
      expect(Object.values(EXIT_CODES)).toContain(new SubmitError(code, 'x').exitCode);
    }
  });

  test.each([
    [0, null, 0],
    [42, null, 42],
    [null, 'SIGKILL', 137],
    [null, 'SIGINT', 130],
  ] as const)('of a child that ended with %s and %s is %i', (code, signal, expected) => {
    expect(exitStatusOf(code, signal, constants.signals)).toBe(expected);
  });
});

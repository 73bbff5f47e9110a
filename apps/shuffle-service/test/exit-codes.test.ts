import { readFileSync } from 'node:fs';
import { StoreError } from '@spark-mesos/durable-store';
import { describe, expect, test } from 'vitest';
import { exitCodeOf, SERVICE_ERROR_CODES, ServiceError } from '../src/errors.ts';
import { EXIT_CODES } from '../src/exit-codes.ts';

const page = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('exit codes', () => {
  test('are each in the README, and no others', () => {
    const documented = [...page.matchAll(/^\| *(\d+) *\|/gm)].map(([, code]) => Number(code));
    expect(documented.toSorted()).toEqual(Object.values(EXIT_CODES).toSorted());
  });

  test('of every error are among them', () => {
    for (const code of SERVICE_ERROR_CODES) {
      expect(Object.values(EXIT_CODES)).toContain(exitCodeOf(new ServiceError(code, 'x')));
    }
    expect(exitCodeOf(new StoreError('STORE_LOCKED', 'x'))).toBe(EXIT_CODES.state);
    expect(exitCodeOf(new TypeError('x'))).toBe(EXIT_CODES.internal);
  });
});

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countReport } from '../support/vitest.mjs';
import { ROOT } from '../support/workspace.mjs';

const file = (name: string, status: string, statuses: string[], message?: string) => ({
  name: join(ROOT, name),
  status,
  ...(message === undefined ? {} : { message }),
  assertionResults: statuses.map((result, index) => ({
    fullName: `test ${index}`,
    status: result,
    failureMessages: result === 'failed' ? ['expected 1 to be 2'] : [],
  })),
});

test('counts what passed, failed and was left out', () => {
  const outcome = countReport({
    success: false,
    testResults: [
      file('a.test.ts', 'failed', ['passed', 'failed', 'pending']),
      file('b.test.ts', 'passed', ['passed']),
    ],
  });
  expect(outcome).toMatchObject({ passed: 2, failed: 1, skipped: 1 });
  expect(outcome.failures).toEqual(['a.test.ts\n  test 1\nexpected 1 to be 2']);
});

test('counts a file that cannot be loaded as a failure', () => {
  const outcome = countReport({
    success: false,
    testResults: [file('c.test.ts', 'failed', [], 'Cannot find module')],
  });
  expect(outcome).toMatchObject({ passed: 0, failed: 1 });
  expect(outcome.failures[0]).toContain('Cannot find module');
});

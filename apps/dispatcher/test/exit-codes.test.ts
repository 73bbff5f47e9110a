import { readFileSync } from 'node:fs';
import { DispatcherError } from '@spark-mesos/cluster-dispatcher';
import { StoreError } from '@spark-mesos/durable-store';
import { GatewayError } from '@spark-mesos/spark-gateway';
import { describe, expect, test } from 'vitest';
import { COMMAND_ERROR_CODES, CommandError, exitCodeOf } from '../src/errors.ts';
import { EXIT_CODES } from '../src/exit-codes.ts';

const page = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('exit codes', () => {
  test('are each in the README, and no others', () => {
    const documented = [...page.matchAll(/^\| *(\d+) *\|/gm)].map(([, code]) => Number(code));
    expect(documented.toSorted()).toEqual(Object.values(EXIT_CODES).toSorted());
  });

  test('of every error are among them', () => {
    for (const code of COMMAND_ERROR_CODES) {
      expect(Object.values(EXIT_CODES)).toContain(exitCodeOf(new CommandError(code, 'x')));
    }
    expect(exitCodeOf(new StoreError('STORE_LOCKED', 'x'))).toBe(EXIT_CODES.state);
    expect(exitCodeOf(new DispatcherError('DISPATCHER_SETTINGS', 'x'))).toBe(EXIT_CODES.settings);
    expect(exitCodeOf(new GatewayError('GATEWAY_SPARK_UNREADABLE', 'x'))).toBe(EXIT_CODES.noSpark);
    expect(exitCodeOf(new TypeError('x'))).toBe(EXIT_CODES.internal);
  });
});

import { StoreError } from '@spark-mesos/durable-store';
import { ConfigError } from '@spark-mesos/scheduler-utils';
import { GatewayError, type GatewayProblem } from '@spark-mesos/spark-gateway';
import { describe, expect, test } from 'vitest';
import { EXIT_CODES } from '../src/exit-codes.ts';
import { statusAfterProblem, submitErrorOf } from '../src/failures.ts';

const coded = (code: string, cause?: unknown) => Object.assign(new Error('x', { cause }), { code });

describe('what ended an application', () => {
  const problem = (code: GatewayProblem['code'], cause?: unknown): GatewayProblem => ({
    code,
    message: 'x',
    fatal: true,
    cause,
  });

  test.each([
    [problem('GATEWAY_SETTINGS'), EXIT_CODES.settings],
    [problem('NOT_SUPPORTED'), EXIT_CODES.notSupported],
    [problem('GATEWAY_DRIVER_SILENT'), EXIT_CODES.frameworkLost],
    [problem('GATEWAY_FRAMEWORK_ENDED', coded('MESOS_FORBIDDEN')), EXIT_CODES.masterRefuses],
    [problem('GATEWAY_FRAMEWORK_ENDED', coded('MESOS_UNAUTHENTICATED')), EXIT_CODES.masterRefuses],
    [problem('GATEWAY_FRAMEWORK_ENDED', coded('MESOS_REGISTRATION_TIMEOUT')), EXIT_CODES.noMaster],
    [
      problem('GATEWAY_FRAMEWORK_ENDED', coded('COARSE_SUBSCRIPTION_LOST', coded('MESOS_FORBIDDEN'))),
      EXIT_CODES.masterRefuses,
    ],
    [problem('GATEWAY_FRAMEWORK_ENDED', coded('COARSE_EXECUTORS_CANNOT_START')), EXIT_CODES.frameworkLost],
  ])('%# gives the exit status %i', (ended, expected) => {
    expect(statusAfterProblem(1, ended)).toBe(expected);
  });

  test('does not change the status of a driver that succeeded or was ended by a signal', () => {
    expect(statusAfterProblem(0, problem('GATEWAY_SETTINGS'))).toBe(0);
    expect(statusAfterProblem(130, problem('GATEWAY_SETTINGS'))).toBe(130);
    expect(statusAfterProblem(42, undefined)).toBe(42);
  });
});

describe('an error', () => {
  test.each([
    [new GatewayError('GATEWAY_ADDRESS_UNAVAILABLE', 'x'), EXIT_CODES.portTaken],
    [new GatewayError('GATEWAY_SPARK_UNREADABLE', 'x'), EXIT_CODES.noSpark],
    [new StoreError('STORE_LOCKED', 'x'), EXIT_CODES.state],
    [new ConfigError('CONFIG_MALFORMED', 'x'), EXIT_CODES.settings],
    [new TypeError('x'), EXIT_CODES.internal],
    ['text', EXIT_CODES.internal],
  ])('%# gives the exit code %i', (error, expected) => {
    expect(submitErrorOf(error).exitCode).toBe(expected);
  });
});

import type { GatewayProblem } from '@spark-mesos/spark-gateway';
import { beforeEach, describe, expect, test } from 'vitest';
import { DriverRefusals } from '../src/driver-refusals.ts';

const refusal = (message = 'it has no secret', code = 'SPARK_RPC_AUTHENTICATION_FAILED'): GatewayProblem => ({
  code: 'GATEWAY_DRIVER_REFUSED',
  message,
  fatal: false,
  cause: Object.assign(new Error(message), { code }),
});

let nowMs: number;
let refusals: DriverRefusals;

beforeEach(() => {
  nowMs = 0;
  refusals = new DriverRefusals(() => nowMs);
});

describe('who is not let in', () => {
  test('is a stranger if it knocks in one go, however often', () => {
    for (let knock = 0; knock < 100; knock += 1) {
      refusals.noted(refusal());
      nowMs += 50;
    }
    expect(refusals.problem).toBeUndefined();
  });

  test('is taken for the driver if it comes again as a driver does', () => {
    refusals.noted(refusal());
    nowMs = 20_000;
    refusals.noted(refusal());
    expect(refusals.problem).toEqual(refusal());
  });

  test('is the driver if it is of another Spark', () => {
    refusals.noted(refusal('another Spark', 'SPARK_RPC_SPARK_MISMATCH'));
    expect(refusals.problem?.message).toBe('another Spark');
  });

  test('was none of ours once the driver is in, before and after', () => {
    refusals.noted(refusal());
    nowMs = 20_000;
    refusals.noted(refusal());
    refusals.driverIsIn();
    expect(refusals.problem).toBeUndefined();
    nowMs = 40_000;
    expect(refusals.noted(refusal('another'))).toBe(false);
    expect(refusals.problem).toBeUndefined();
  });

  test('is told of once for each reason', () => {
    expect([refusal(), refusal(), refusal('no TLS')].map((one) => refusals.noted(one))).toEqual([
      true,
      false,
      true,
    ]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeMessage,
  encodeMessage,
  mesos,
  toBigInt,
  toInt64,
  toSafeNumber,
  toUint64,
} from '../src/index.ts';

const { Range } = mesos.v1.Value;
const { TimeInfo } = mesos.v1;

describe('64-bit values', () => {
  it('keep every digit through protobuf', () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, 2n ** 64n - 1n),
        fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
        (unsigned, signed) => {
          const range = decodeMessage(
            Range,
            encodeMessage(Range, { begin: toUint64(unsigned), end: toUint64(0) }),
          );
          const time = decodeMessage(TimeInfo, encodeMessage(TimeInfo, { nanoseconds: toInt64(signed) }));
          expect(toBigInt(range.begin)).toBe(unsigned);
          expect(toBigInt(time.nanoseconds)).toBe(signed);
        },
      ),
    );
  });

  it('become numbers as long as these are exact', () => {
    expect(toSafeNumber(toUint64(31_000))).toBe(31_000);
    expect(toSafeNumber(toInt64(-5))).toBe(-5);
    expect(() => toSafeNumber(toUint64(2n ** 53n))).toThrow(
      expect.objectContaining({ code: 'MESOS_INTEGER_RANGE' }),
    );
  });

  it('are refused when they do not fit or are not exact', () => {
    for (const action of [
      () => toUint64(-1n),
      () => toUint64(2n ** 64n),
      () => toInt64(2n ** 63n),
      () => toInt64(1.5),
      () => toInt64(2 ** 60),
    ]) {
      expect(action).toThrow(expect.objectContaining({ code: 'MESOS_INTEGER_RANGE' }));
    }
  });
});

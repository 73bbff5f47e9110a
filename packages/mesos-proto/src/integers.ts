import type Long from 'long';
import protobuf from 'protobufjs/minimal.js';
import { MesosProtoError } from './errors.ts';

/** A 64-bit field: read as Long, and written from Long or from a number that is exact. */
export type Int64 = number | Long;

/** The exact value of a 64-bit field. */
export function toBigInt(value: Int64): bigint {
  return typeof value === 'number' ? BigInt(value) : value.toBigInt();
}

/**
 * The value of a 64-bit field as a number; throws where digits would be lost.
 *
 * For ports and sizes, which never get that large in an honest message.
 */
export function toSafeNumber(value: Int64): number {
  const number = typeof value === 'number' ? value : value.toNumber();
  if (!Number.isSafeInteger(number)) {
    throw new MesosProtoError('MESOS_INTEGER_RANGE', `${value} is not exact as a number; use toBigInt`);
  }
  return number;
}

const RANGES = {
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
} as const;

/** A value for a field of type int64, such as nanoseconds. */
export function toInt64(value: bigint | number): Long {
  return toLong(value, 'int64');
}

/** A value for a field of type uint64, such as the ends of a range of ports. */
export function toUint64(value: bigint | number): Long {
  return toLong(value, 'uint64');
}

function toLong(value: bigint | number, type: 'int64' | 'uint64'): Long {
  const [least, most] = RANGES[type];
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new MesosProtoError('MESOS_INTEGER_RANGE', `${value} is not an exact integer; hand in a bigint`);
  }
  const exact = BigInt(value);
  if (exact < least || exact > most) {
    throw new MesosProtoError('MESOS_INTEGER_RANGE', `${value} does not fit into ${type}`);
  }
  const unsigned = BigInt.asUintN(64, exact);
  // The class that decoding uses, so that both ways give values of one kind.
  const LongClass = protobuf.util.Long as unknown as typeof Long;
  return LongClass.fromBits(
    Number(unsigned & 0xffff_ffffn) | 0,
    Number(unsigned >> 32n) | 0,
    type === 'uint64',
  );
}

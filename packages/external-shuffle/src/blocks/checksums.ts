import { crc32 } from 'node:zlib';

/** What Spark's writers use (`spark.shuffle.checksum.algorithm`). */
export type ChecksumAlgorithm = 'ADLER32' | 'CRC32';

/** A running checksum. */
export interface Checksum {
  update(bytes: Uint8Array): void;
  /** As Java's `Checksum.getValue`: 32 bits without a sign. */
  value(): number;
}

/** Undefined for an algorithm that Spark's service does not know either. */
export function checksumAlgorithm(name: string): ChecksumAlgorithm | undefined {
  return name === 'ADLER32' || name === 'CRC32' ? name : undefined;
}

/** A checksum of nothing so far. */
export function createChecksum(algorithm: ChecksumAlgorithm): Checksum {
  return algorithm === 'CRC32' ? createCrc32() : createAdler32();
}

function createCrc32(): Checksum {
  let value = 0;
  return {
    update: (bytes) => {
      value = crc32(bytes, value);
    },
    value: () => value,
  };
}

/** The largest prime below 2^16 (RFC 1950). */
const ADLER_MODULUS = 65521;
/** So many bytes can be added up before the sums have to be reduced, within 32 bits. */
const ADLER_RUN_BYTES = 5552;

function createAdler32(): Checksum {
  let low = 1;
  let high = 0;
  return {
    update: (bytes) => {
      for (let start = 0; start < bytes.length; start += ADLER_RUN_BYTES) {
        const end = Math.min(start + ADLER_RUN_BYTES, bytes.length);
        for (let index = start; index < end; index++) {
          low += bytes[index] ?? 0;
          high += low;
        }
        low %= ADLER_MODULUS;
        high %= ADLER_MODULUS;
      }
    },
    value: () => high * 0x1_0000 + low,
  };
}

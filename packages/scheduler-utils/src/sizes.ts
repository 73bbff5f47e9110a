import { ConfigError } from './errors.ts';

/** Bytes of each suffix that Spark knows for sizes (network.util.JavaUtils). */
const BYTES_OF_SUFFIX: ReadonlyMap<string, bigint> = new Map([
  ['b', 1n],
  ['k', 1n << 10n],
  ['kb', 1n << 10n],
  ['m', 1n << 20n],
  ['mb', 1n << 20n],
  ['g', 1n << 30n],
  ['gb', 1n << 30n],
  ['t', 1n << 40n],
  ['tb', 1n << 40n],
  ['p', 1n << 50n],
  ['pb', 1n << 50n],
]);

/** Unit of a size that is written without one. */
export type SizeUnit = 'b' | 'k' | 'm' | 'g';

const BYTES_PER_MIB = 1n << 20n;

/**
 * A size as Spark writes it ('1g', '512m', '1536'), in whole MiB, rounded down as Spark does.
 *
 * A number without suffix counts in `defaultUnit`, which for memory settings is MiB.
 */
export function parseMemoryMiB(text: string, defaultUnit: SizeUnit = 'm'): number {
  return Number(parseBytes(text, defaultUnit) / BYTES_PER_MIB);
}

/** A number of MiB for people: '4 GiB', '1408 MiB', '1.5 GiB'. Only exact conversions are made. */
export function formatMemoryMiB(mebibytes: number): string {
  const gibibytes = mebibytes / 1024;
  const isShort = gibibytes >= 1 && Number.isInteger(gibibytes * 10);
  return isShort ? `${gibibytes} GiB` : `${Math.round(mebibytes * 1000) / 1000} MiB`;
}

/** A size as Spark writes it, in bytes; never more than a number can count. Without a suffix: `defaultUnit`. */
export function parseBytes(text: string, defaultUnit: SizeUnit = 'b'): bigint {
  const match = /^([0-9]+)([a-z]*)$/.exec(text.trim().toLowerCase());
  const factor = match ? BYTES_OF_SUFFIX.get(match[2] || defaultUnit) : undefined;
  if (match === null || factor === undefined) {
    throw new ConfigError(
      'CONFIG_MALFORMED',
      `'${text}' is no size: write a whole number and a unit, such as 512m or 4g (units: b, k, m, g, t, p)`,
    );
  }
  const bytes = BigInt(match[1] ?? '0') * factor;
  if (bytes > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new ConfigError('CONFIG_OUT_OF_RANGE', `'${text}' is more than any machine has`);
  }
  return bytes;
}

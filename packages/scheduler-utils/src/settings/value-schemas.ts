import { z } from 'zod';
import { parseConstraints } from '../constraints-text.ts';
import { parseDurationMs, parseDurationSeconds } from '../durations.ts';
import type { ConfigErrorCode } from '../errors.ts';
import { ConfigError } from '../errors.ts';
import { parseLabels } from '../labels.ts';
import { parseMemoryMiB } from '../sizes.ts';
import { splitList } from '../uris.ts';
import { checkRole } from './role.ts';

/** A schema that turns the text of a setting into its value. */
export type TextSchema<Value> = z.ZodType<Value, string>;

/** Text as it is. */
export const text: TextSchema<string> = z.string();

/** `true` or `false`, in any case of letters. */
export const flag: TextSchema<boolean> = parsedWith((value) => {
  const lowered = value.trim().toLowerCase();
  if (lowered !== 'true' && lowered !== 'false') {
    throw new ConfigError('CONFIG_MALFORMED', `'${value}' is neither true nor false`);
  }
  return lowered === 'true';
});

/** A size in whole MiB: '512', '512m', '4g'. */
export const memoryMiB: TextSchema<number> = parsedWith((value) => parseMemoryMiB(value));

/** A size in whole MiB where a number alone is bytes. */
export const memoryInBytes: TextSchema<number> = parsedWith((value) => parseMemoryMiB(value, 'b'));

/** A size of which there must be some. */
export const positiveMemoryMiB: TextSchema<number> = parsedWith((value) => {
  return atLeast(parseMemoryMiB(value), 1, value);
});

/** A time in milliseconds; a number alone is milliseconds, as Spark has it for such settings. */
export const milliseconds: TextSchema<number> = parsedWith((value) =>
  atLeast(parseDurationMs(value), 0, value),
);

/** A time in whole seconds; a number alone is seconds. */
export const seconds: TextSchema<number> = parsedWith((value) =>
  atLeast(parseDurationSeconds(value), 0, value),
);

/** A list with commas between. */
export const list: TextSchema<readonly string[]> = parsedWith(splitList);

/** Offer constraints, rules U50 and U51. */
export const constraints = parsedWith(parseConstraints);

/** Mesos labels, rule U110. */
export const labels = parsedWith(parseLabels);

/** A role that Mesos accepts. */
export const role: TextSchema<string> = parsedWith(checkRole);

/** A whole number from `least` up. */
export function integer(least: number, most = 2 ** 31 - 1): TextSchema<number> {
  return parsedWith((value) => {
    if (!/^\s*[+-]?\d+\s*$/.test(value)) {
      throw new ConfigError('CONFIG_MALFORMED', `'${value}' is no whole number`);
    }
    return atMost(atLeast(Number(value), least, value), most, value);
  });
}

/** A number with decimals from `least` up. */
export function decimal(least: number): TextSchema<number> {
  return parsedWith((value) => {
    const number = value.trim() === '' ? Number.NaN : Number(value);
    if (!Number.isFinite(number)) {
      throw new ConfigError('CONFIG_MALFORMED', `'${value}' is no number`);
    }
    return atLeast(number, least, value);
  });
}

/** The code that a refused value carries; zod has no place for one but its `params`. */
export function issueCode(issue: z.core.$ZodIssue): ConfigErrorCode {
  const code: unknown = issue.code === 'custom' ? issue.params?.configCode : undefined;
  return code === undefined ? 'CONFIG_MALFORMED' : (code as ConfigErrorCode);
}

function parsedWith<Value>(parse: (value: string) => Value): TextSchema<Value> {
  return z.string().transform((value, context) => {
    try {
      return parse(value);
    } catch (error) {
      if (!(error instanceof ConfigError)) {
        throw error;
      }
      context.addIssue({ code: 'custom', message: error.message, params: { configCode: error.code } });
      return z.NEVER;
    }
  });
}

function atLeast(number: number, least: number, value: string): number {
  if (number < least) {
    throw new ConfigError('CONFIG_OUT_OF_RANGE', `'${value}' is too small: at least ${least}`);
  }
  return number;
}

function atMost(number: number, most: number, value: string): number {
  if (number > most) {
    throw new ConfigError('CONFIG_OUT_OF_RANGE', `'${value}' is too large: at most ${most}`);
  }
  return number;
}

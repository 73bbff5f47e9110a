import { z } from 'zod';
import { parseConstraints } from '../constraints/grammar.ts';
import { parseContainerJson, parseHealthCheckJson } from '../containers/json.ts';
import { parseDockerParameters, parsePortMappings, parseVolumes } from '../containers/texts.ts';
import type { DurationUnit } from '../durations.ts';
import { parseDurationMs, parseDurationSeconds } from '../durations.ts';
import type { ConfigErrorCode } from '../errors.ts';
import { ConfigError } from '../errors.ts';
import { parseExitStatuses } from '../exit-status.ts';
import { parseLabels } from '../labels.ts';
import { fromThousandths, toThousandths } from '../resources/fixed-point.ts';
import { parseMemoryMiB } from '../sizes.ts';
import { parseUris, splitList } from '../uris.ts';
import { parseCapabilities } from './capabilities.ts';
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

/** A time in milliseconds; a number alone is in the unit that Spark has for the setting. */
export function duration(unit: DurationUnit): TextSchema<number> {
  return parsedWith((value) => atLeast(parseDurationMs(value, unit), 0, value));
}

/** A time in whole seconds; a number alone is seconds. */
export const seconds: TextSchema<number> = parsedWith((value) =>
  atLeast(parseDurationSeconds(value), 0, value),
);

/** A list with commas between. */
export const list: TextSchema<readonly string[]> = parsedWith(splitList);

/** Exit statuses, single ones and ranges: '2,64-78'. */
export const exitStatuses = parsedWith(parseExitStatuses);

/** Files for the fetcher, rule U80. */
export const uris = parsedWith(parseUris);

/** Offer constraints, rules U50 and U51. */
export const constraints = parsedWith(parseConstraints);

/** Mesos labels, rule U110. */
export const labels = parsedWith(parseLabels);

/** Volumes of a container, rule U92. */
export const volumes = parsedWith(parseVolumes);

/** Port mappings of a container, rule U93. */
export const portMappings = parsedWith(parsePortMappings);

/** Parameters of `docker run`, rule U94. */
export const parameters = parsedWith(parseDockerParameters);

/** A ContainerInfo in the JSON of Mesos. */
export const containerJson = parsedWith(parseContainerJson);

/** A HealthCheck in the JSON of Mesos. */
export const healthCheckJson = parsedWith(parseHealthCheckJson);

/** A role that Mesos accepts. */
export const role: TextSchema<string> = parsedWith(checkRole);

/** Several of them, with commas between. */
export const roles: TextSchema<readonly string[]> = parsedWith((value) => [
  ...new Set(splitList(value).map(checkRole)),
]);

/** Capabilities of a framework, rule U13. */
export const capabilities = parsedWith(parseCapabilities);

/** One of several words, in any case of letters. */
export function choice<const Word extends string>(...words: readonly Word[]): TextSchema<Word> {
  return parsedWith((value) => {
    const lowered = value.trim().toLowerCase();
    const word = words.find((candidate) => candidate.toLowerCase() === lowered);
    if (word === undefined) {
      throw new ConfigError('CONFIG_MALFORMED', `'${value}' is not one of ${words.join(', ')}`);
    }
    return word;
  });
}

/** `docker` or `mesos`. */
export const containerizer = choice('docker', 'mesos');

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
    const amount = value.trim() === '' ? Number.NaN : Number(value);
    if (!Number.isFinite(amount)) {
      throw new ConfigError('CONFIG_MALFORMED', `'${value}' is no number`);
    }
    return atLeast(amount, least, value);
  });
}

/** Cores, of which Mesos counts thousandths: the nearest number of those. */
export function cores(least: number): TextSchema<number> {
  return decimal(least).transform((amount) => fromThousandths(toThousandths(amount)));
}

/** Any number with decimals. */
export const number: TextSchema<number> = decimal(-Number.MAX_VALUE);

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

function atLeast(amount: number, least: number, value: string): number {
  if (amount < least) {
    throw new ConfigError('CONFIG_OUT_OF_RANGE', `'${value}' is too small: at least ${least}`);
  }
  return amount;
}

function atMost(amount: number, most: number, value: string): number {
  if (amount > most) {
    throw new ConfigError('CONFIG_OUT_OF_RANGE', `'${value}' is too large: at most ${most}`);
  }
  return amount;
}

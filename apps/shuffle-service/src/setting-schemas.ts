import path from 'node:path';
import { type DurationUnit, messageOf, parseBytes, parseDurationMs } from '@spark-mesos/scheduler-utils';
import { z } from 'zod';

/** Turns the text of a setting into its value. */
export type TextSchema<Value> = z.ZodType<Value, string>;

/** `true` or `false`, in any case of letters. */
export const flag: TextSchema<boolean> = parsedWith((text) => {
  const lowered = text.trim().toLowerCase();
  if (lowered !== 'true' && lowered !== 'false') throw new Error(`'${text}' is neither true nor false`);
  return lowered === 'true';
});

/** Text as it is. */
export const anyText: TextSchema<string> = z.string();

/** A number without a fraction, up to `most`. */
export function wholeNumber(least: number, most: number): TextSchema<number> {
  return parsedWith((text) => {
    // Spark's default of some is the greatest long, which no number here can tell from the greatest that it can.
    const value = /^-?\d{1,19}$/.test(text.trim())
      ? Math.min(Number(text), Number.MAX_SAFE_INTEGER)
      : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new Error(`'${text}' is no whole number from ${least} to ${most}`);
  });
}

/** A size in bytes of at least `least`; a number alone is bytes. */
export function byteSize(least: number): TextSchema<number> {
  return parsedWith((text) => {
    const bytes = Number(parseBytes(text, 'b'));
    if (bytes < least) throw new Error(`'${text}' is less than ${least} bytes`);
    return bytes;
  });
}

/** The longest time that a timer of Node can wait. */
const LONGEST_MS = 2 ** 31 - 1;

/** A time in milliseconds, more than none. */
export function duration(unit: DurationUnit): TextSchema<number> {
  return parsedWith((text) => {
    const milliseconds = parseDurationMs(text, unit);
    if (milliseconds > 0 && milliseconds <= LONGEST_MS) return milliseconds;
    throw new Error(`'${text}' is no time from 1ms to 24d`);
  });
}

/** Directories with commas between, each named from the root. */
export const directories: TextSchema<readonly string[]> = parsedWith((text) => {
  const found = text.split(',').flatMap((word) => (word.trim() === '' ? [] : [word.trim()]));
  if (found.length === 0) throw new Error('it names no directory');
  for (const directory of found) {
    if (!path.isAbsolute(directory)) throw new Error(`'${directory}' does not begin with /`);
    if (path.resolve(directory) === '/') throw new Error('/ would let clients delete anywhere');
  }
  return found;
});

/** Words with commas between. */
export const words: TextSchema<readonly string[]> = z
  .string()
  .transform((text) => text.split(',').flatMap((word) => (word.trim() === '' ? [] : [word.trim()])));

/** One of a few words, which mean `values`. */
export function oneOf<Value>(values: Readonly<Record<string, Value>>): TextSchema<Value> {
  return parsedWith((text) => {
    const found = Object.entries(values).find(([word]) => word === text.trim());
    if (found === undefined) throw new Error(`'${text}' is none of ${Object.keys(values).join(', ')}`);
    return found[1];
  });
}

function parsedWith<Value>(parse: (text: string) => Value): TextSchema<Value> {
  return z.string().transform((text, context) => {
    try {
      return parse(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: messageOf(error) });
      return z.NEVER;
    }
  });
}

import { parseArgs } from 'node:util';
import { SubmitError } from './errors.ts';

/** A flag of a command that has no Spark behind it; without `value` it is a switch. */
export interface OwnFlag {
  readonly name: string;
  /** What its value is called in the help. */
  readonly value?: string;
  readonly meaning: string;
  /** Whether it may be said more than once, each time with another value. */
  readonly repeated?: boolean;
}

/** What was said on a command line. */
export interface OwnArguments {
  readonly words: readonly string[];
  /** The last value of each flag. */
  readonly values: ReadonlyMap<string, string>;
  /** All values of those that may be repeated. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
  readonly switches: ReadonlySet<string>;
}

/** Reads the command line of a command that has no Spark behind it; `--help` is a switch of each. */
export function readOwnArguments(flags: readonly OwnFlag[], words: readonly string[]): OwnArguments {
  const options = Object.fromEntries([
    ['help', { type: 'boolean', short: 'h' } as const],
    ...flags.map(({ name, value, repeated = false }) => {
      return [
        name,
        { type: value === undefined ? 'boolean' : 'string', multiple: repeated } as const,
      ] as const;
    }),
  ]);
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
    const said = Object.entries(values);
    return {
      words: positionals,
      values: new Map(said.filter((pair): pair is [string, string] => typeof pair[1] === 'string')),
      lists: new Map(said.filter((pair): pair is [string, string[]] => Array.isArray(pair[1]))),
      switches: new Set(said.filter(([, value]) => value === true).map(([name]) => name)),
    };
  } catch (error) {
    throw new SubmitError('SUBMIT_USAGE', (error as Error).message, { cause: error });
  }
}

/** The help of such a command. */
export function ownHelp(usage: string, text: string, flags: readonly OwnFlag[]): string {
  const names = flags.map(({ name, value }) => `--${name}${value === undefined ? '' : ` ${value}`}`);
  const width = Math.max(...names.map((name) => name.length)) + 2;
  const lines = flags.map(({ meaning }, index) => `  ${(names[index] ?? '').padEnd(width)}${meaning}`);
  return `${text}\n\nUsage: ${usage}\n\n${lines.join('\n')}\n`;
}

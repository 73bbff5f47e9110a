import { parseArgs } from 'node:util';
import { SubmitError } from './errors.ts';
import { suggestion } from './suggestion.ts';

/** A flag of a command that has no Spark behind it; without `value` it is a switch. */
export interface OwnFlag {
  readonly name: string;
  /** What its value is called in the help. */
  readonly value?: string;
  readonly meaning: string;
  /** All values that it can have; several of them with commas between where it says so. */
  readonly choices?: readonly string[];
  /** What of this machine its value names, for completion. */
  readonly names?: 'file' | 'directory';
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
    throw new SubmitError('SUBMIT_USAGE', usageProblem(error as Error, flags), { cause: error });
  }
}

/** In this project's words: Node's explain how a word would be passed that begins with a dash. */
function usageProblem({ code, message }: NodeJS.ErrnoException, flags: readonly OwnFlag[]): string {
  const named = /'(?:-\w, )?(-[^' ]+)/.exec(message)?.[1];
  if (named === undefined) return message;
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const known = flags.map(({ name }) => `--${name}`);
    return `${named} is not known here${suggestion(named, known) || '; --help shows what is'}`;
  }
  const flag = flags.find(({ name }) => `--${name}` === named);
  return flag?.value === undefined ? `${named} takes no value` : `${named} needs a value: ${flag.value}`;
}

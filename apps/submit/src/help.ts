import type { OwnFlag } from './own-arguments.ts';

/** A line that can be typed, and what it does. */
export type CommandExample = readonly [line: string, meaning: string];

/** A command as people are told of it: its help, completion and the list of all commands are made of this. */
export interface CommandDescription {
  readonly name: string;
  /** In the list of all commands; begins small. */
  readonly summary: string;
  readonly usage: string;
  /** What it does, in sentences; lines as they are printed. */
  readonly text: string;
  readonly flags: readonly OwnFlag[];
  readonly examples: readonly CommandExample[];
  /** Words that may stand behind the command. */
  readonly operands?: readonly string[];
  /** Whether everything that `spark-submit` takes is taken too, an application's file among it. */
  readonly takesSparkOptions?: boolean;
}

/** The help of one command. */
export function helpOf({ usage, text, flags, examples, takesSparkOptions }: CommandDescription): string {
  const lines = flags.map(({ name, value, meaning }): readonly [string, string] => [
    `--${name}${value === undefined ? '' : ` ${value}`}`,
    meaning,
  ]);
  const heading = takesSparkOptions === true ? 'Flags of spark-mesos:' : 'Flags:';
  return [
    text,
    '',
    `Usage: ${usage}`,
    ...(lines.length === 0 ? [] : ['', heading, ...columns(lines)]),
    ...(examples.length === 0 ? [] : ['', 'Examples:', ...exampleLines(examples)]),
    '',
  ].join('\n');
}

/** What `spark-mesos --help` says. */
export function rootHelp(commands: readonly CommandDescription[]): string {
  return [
    'Runs any Apache Spark on Apache Mesos.',
    '',
    'Usage: spark-mesos COMMAND [words]',
    '',
    'Commands:',
    ...columns(commands.map(({ name, summary }) => [name, summary])),
    '',
    'Flags:',
    ...columns([
      ['--version', 'print the version of spark-mesos'],
      ['--help', 'print this; spark-mesos help COMMAND tells of one command'],
    ]),
    '',
    'Examples:',
    ...exampleLines([
      [
        "spark-mesos submit --master 'mesos://local[2]' app.py",
        'run a program on an embedded Mesos of this machine',
      ],
      ['spark-mesos doctor --master mesos://10.0.0.1:5050', 'find out whether it would run on that cluster'],
    ]),
    '',
    'spark-mesos ends with the status of Spark, or with 64 to 79 for reasons of its own: docs/reference/exit-codes.md',
    '',
  ].join('\n');
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows.map(([name, meaning]) => `  ${name.padEnd(width)}${meaning}`);
}

/** Lines that are typed stand alone, so that they can be copied. */
function exampleLines(examples: readonly CommandExample[]): string[] {
  return examples.flatMap(([line, meaning]) => [`  # ${meaning}`, `  ${line}`]);
}

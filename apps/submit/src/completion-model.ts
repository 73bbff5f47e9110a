import type { CommandDescription } from './help.ts';
import { OPTIONS_WITH_VALUE, SWITCHES } from './spark-options.ts';

/** An option as a shell completes it. */
export interface CompletedOption {
  /** With its dashes. */
  readonly option: string;
  readonly meaning: string;
  /** Whether a value follows. */
  readonly takesValue: boolean;
  readonly choices: readonly string[];
  readonly names: 'file' | 'directory' | undefined;
}

/** A command as a shell completes it. */
export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  readonly operands: readonly string[];
  /** Whether a file may follow. */
  readonly takesFile: boolean;
}

/** Options of Spark that stand for something a shell can help with. */
const SPARK_FILES: ReadonlySet<string> = new Set([
  '--archives',
  '--files',
  '--jars',
  '--keytab',
  '--properties-file',
  '--py-files',
]);
const SPARK_CHOICES: Readonly<Record<string, readonly string[]>> = {
  '--deploy-mode': ['client', 'cluster'],
  '--master': ['mesos://local', 'mesos://'],
};

const HELP: CompletedOption = {
  option: '--help',
  meaning: 'print help',
  takesValue: false,
  choices: [],
  names: undefined,
};

/** What shells need to know of the commands. */
export function completedCommands(commands: readonly CommandDescription[]): readonly CompletedCommand[] {
  const names = commands.map(({ name }) => name);
  const help = { name: 'help', summary: 'print the help of a command', options: [], operands: names };
  return [...commands.map(completed), { ...help, takesFile: false }];
}

function completed(command: CommandDescription): CompletedCommand {
  const { name, summary, flags, operands = [], takesSparkOptions = false } = command;
  const own = flags.map(({ name, meaning, value, choices = [], names }) => ({
    option: `--${name}`,
    meaning,
    takesValue: value !== undefined,
    choices,
    names,
  }));
  const options = [...own, ...(takesSparkOptions ? sparkOptions() : []), HELP];
  const once = new Map(options.map((option) => [option.option, option]));
  return { name, summary, options: [...once.values()], operands, takesFile: takesSparkOptions };
}

/** What they mean, Spark's own help says. */
function sparkOptions(): CompletedOption[] {
  const withValue = [...OPTIONS_WITH_VALUE].filter((option) => option.startsWith('--'));
  const alone = [...SWITCHES].filter((option) => option.startsWith('--') && option !== '--usage-error');
  const described = (option: string, takesValue: boolean): CompletedOption => ({
    option,
    meaning: "Spark's own",
    takesValue,
    choices: SPARK_CHOICES[option] ?? [],
    names: SPARK_FILES.has(option) ? 'file' : undefined,
  });
  return [
    ...withValue.map((option) => described(option, true)),
    ...alone.map((option) => described(option, false)),
  ];
}

import { completedCommands } from './completion-model.ts';
import { COMPLETED_SHELLS, COMPLETION_SCRIPTS } from './completion-scripts.ts';
import { SubmitError } from './errors.ts';
import { type CommandDescription, helpOf } from './help.ts';
import { readOwnArguments } from './own-arguments.ts';

/** `spark-mesos completion`, as people are told of it. */
export const COMPLETION: CommandDescription = {
  name: 'completion',
  summary: 'print a script that completes commands and options in a shell',
  usage: `spark-mesos completion ${COMPLETED_SHELLS.join('|')}`,
  text: 'Prints a script that completes commands, options and their values in bash, zsh or fish.',
  flags: [],
  operands: COMPLETED_SHELLS,
  examples: [
    ['source <(spark-mesos completion bash)', 'for this bash; in ~/.bashrc for every one'],
    ['spark-mesos completion zsh > ~/.zfunc/_spark-mesos', 'for every zsh, with ~/.zfunc in its fpath'],
    ['spark-mesos completion fish > ~/.config/fish/completions/spark-mesos.fish', 'for every fish'],
  ],
};

/** `spark-mesos completion SHELL`, from its words to its exit status. */
export function runCompletion(
  commands: readonly CommandDescription[],
  words: readonly string[],
  write: (text: string) => void,
): number {
  const said = readOwnArguments(COMPLETION.flags, words);
  if (said.switches.has('help')) {
    write(helpOf(COMPLETION));
    return 0;
  }
  const [word, ...more] = said.words;
  const shell = COMPLETED_SHELLS.find((known) => known === word);
  if (shell === undefined || more.length > 0) {
    throw new SubmitError(
      'SUBMIT_USAGE',
      `completion needs the name of a shell: ${COMPLETED_SHELLS.join(', ')}`,
    );
  }
  write(COMPLETION_SCRIPTS[shell](completedCommands(commands)));
  return 0;
}

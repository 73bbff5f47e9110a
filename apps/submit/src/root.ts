import { COMMANDS, type Command, type CommandSurroundings } from './commands.ts';
import { SubmitError } from './errors.ts';
import { helpOf, rootHelp } from './help.ts';
import { suggestion } from './suggestion.ts';

/** `spark-mesos …`, from all its words to its exit status. */
export async function runRoot(
  [first, ...words]: readonly string[],
  around: CommandSurroundings & { readonly version: string },
): Promise<number> {
  switch (first) {
    case undefined:
      around.writeError(`${overview()}\n`);
      throw new SubmitError('SUBMIT_USAGE', 'a command is missing');
    case '--version':
      around.write(`${around.version}\n`);
      return 0;
    case '--help':
    case '-h':
      around.write(overview());
      return 0;
    case 'help':
      around.write(words[0] === undefined ? overview() : helpOf(commandOf(words[0]).description));
      return 0;
    default:
      return commandOf(first).run(words, around);
  }
}

function overview(): string {
  return rootHelp(COMMANDS.map(({ description }) => description));
}

function commandOf(word: string): Command {
  const found = COMMANDS.find(({ description }) => description.name === word);
  if (found !== undefined) return found;
  const names = COMMANDS.map(({ description }) => description.name);
  const known = word.startsWith('-') ? ['--help', '--version'] : [...names, 'help'];
  const hint = suggestion(word, known) || `; there are ${known.join(', ')}`;
  throw new SubmitError(
    'SUBMIT_USAGE',
    `there is no ${word.startsWith('-') ? 'flag' : 'command'} ${word}${hint}`,
  );
}

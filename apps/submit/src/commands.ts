import { SPARK_COMMANDS } from './command-line.ts';
import { COMPLETION, runCompletion } from './completion-command.ts';
import { DISPATCHER_COMMANDS, runDispatcherCommand } from './dispatcher-commands.ts';
import { DOCTOR, runDoctor } from './doctor-command.ts';
import { EXPLAIN, runExplain } from './explain-command.ts';
import { GATEWAY, type GatewaySurroundings, runGateway } from './gateway-command.ts';
import type { CommandDescription } from './help.ts';
import { type RunSurroundings, runSpark } from './run.ts';
import { SPARK_DESCRIPTIONS } from './spark-commands.ts';

/** What any command may take from its process. */
export type CommandSurroundings = RunSurroundings & GatewaySurroundings;

/** A command: what people are told of it, and what it does. */
export interface Command {
  readonly description: CommandDescription;
  /** From the words behind its name to its exit status. */
  readonly run: (words: readonly string[], around: CommandSurroundings) => Promise<number>;
}

/** All commands of `spark-mesos`, in the order in which they are listed. */
export const COMMANDS: readonly Command[] = [
  ...SPARK_COMMANDS.map(
    (name): Command => ({
      description: SPARK_DESCRIPTIONS[name],
      run: (words, around) => runSpark(name, words, around),
    }),
  ),
  { description: DOCTOR, run: runDoctor },
  { description: EXPLAIN, run: runExplain },
  { description: GATEWAY, run: runGateway },
  ...DISPATCHER_COMMANDS.map(
    (command): Command => ({
      description: command,
      run: (words, around) => runDispatcherCommand(command, words, around),
    }),
  ),
  {
    description: COMPLETION,
    run: async (words, { write }) =>
      runCompletion(
        COMMANDS.map(({ description }) => description),
        words,
        write,
      ),
  },
];

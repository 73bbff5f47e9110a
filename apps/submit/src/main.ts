#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { isatty } from 'node:tty';
import { Command, CommanderError } from 'commander';
import { SPARK_COMMANDS, type SparkCommandName } from './command-line.ts';
import { DISPATCHER_COMMANDS, runDispatcherCommand } from './dispatcher-commands.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { EXPLAIN_SUMMARY, runExplain } from './explain-command.ts';
import { submitErrorOf } from './failures.ts';
import { GATEWAY_SUMMARY, runGateway } from './gateway-command.ts';
import { runSpark } from './run.ts';
import { writeStandardError, writeStandardOutput } from './standard-error.ts';

const SUMMARIES: Readonly<Record<SparkCommandName, string>> = {
  submit: 'run an application (spark-submit)',
  shell: "start Spark's Scala shell (spark-shell)",
  pyspark: "start Spark's Python shell (pyspark)",
  sql: "start Spark's SQL shell (spark-sql)",
};

/** The first error that nobody caught lets the run end in order; a second one, or an end that hangs, does not. */
const crashed = new Promise<never>((_, reject) => {
  process.on('uncaughtException', (error) => {
    if (crashing) end(EXIT_CODES.internal);
    crashing = true;
    setTimeout(() => end(EXIT_CODES.internal), LONGEST_END_MS).unref();
    reject(error);
  });
});
let crashing = false;
const LONGEST_END_MS = 15_000;

/** Everything ends here: the only place that ends the process. */
async function main(): Promise<void> {
  const program = new Command('spark-mesos')
    .description('Runs any Apache Spark on Apache Mesos.')
    .version(ownVersion(), '--version')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'spark-mesos: ')) })
    .showHelpAfterError('see spark-mesos --help')
    .enablePositionalOptions();
  for (const name of SPARK_COMMANDS) {
    program
      .command(name)
      .description(SUMMARIES[name])
      .argument('[words...]', "everything that Spark's own command takes, and the flags of spark-mesos")
      // Every word behind the command is for our own reader: most are Spark's.
      .helpOption(false)
      .allowUnknownOption()
      .passThroughOptions()
      .action(async (words: string[]) => {
        end(await runSpark(name, words, ownSurroundings()));
      });
  }
  // These have no Spark behind them; their words are for readers of their own.
  const alone = [
    ['gateway', GATEWAY_SUMMARY, runGateway],
    ['explain', EXPLAIN_SUMMARY, runExplain],
    ...DISPATCHER_COMMANDS.map((command) => {
      const run = (words: readonly string[], around: OwnSurroundings) =>
        runDispatcherCommand(command, words, around);
      return [command.name, command.summary, run] as const;
    }),
  ] as const;
  for (const [name, summary, run] of alone) {
    program
      .command(name)
      .description(summary)
      .argument('[words...]', `see spark-mesos ${name} --help`)
      .helpOption(false)
      .allowUnknownOption()
      .passThroughOptions()
      .action(async (words: string[]) => {
        end(await run(words, ownSurroundings()));
      });
  }
  try {
    await program.parseAsync();
  } catch (error) {
    // commander has said what is wrong, or has shown its help.
    if (error instanceof CommanderError) end(error.exitCode === 0 ? 0 : EXIT_CODES.usage);
    fail(error);
  }
}

type OwnSurroundings = ReturnType<typeof ownSurroundings>;

function ownSurroundings() {
  return {
    environment: process.env,
    signals: process,
    onTerminal: isatty(0),
    crashed,
    write: writeStandardOutput,
    writeError: writeStandardError,
  };
}

function ownVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}

function fail(error: unknown): never {
  const { message, exitCode } = submitErrorOf(error);
  writeStandardError(`spark-mesos: ${message.replaceAll('\n', '\nspark-mesos: ')}\n`);
  if (exitCode === EXIT_CODES.internal && error instanceof Error) writeStandardError(`${error.stack}\n`);
  end(exitCode);
}

function end(status: number): never {
  process.exit(status);
}

await main();

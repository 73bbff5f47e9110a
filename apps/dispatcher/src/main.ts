import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { CommanderError } from 'commander';
import { type Logger, pino, stdSerializers } from 'pino';
import { type CommandOptions, commandLine, usageProblem } from './command-line.ts';
import { CommandError, exitCodeOf } from './errors.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { linesOfATurn } from './log-lines.ts';
import { checkConfiguration, startByOptions, uninstall } from './run.ts';

const STDOUT = 1;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** A stop that hangs is worse than one without order: the state is safe after either. */
const LONGEST_STOP_MS = 20_000;
/** How long what was begun may take to be written down, as while there is no ZooKeeper. */
const LONGEST_DRAIN_MS = 5_000;

/** Everything ends here: the only file that ends the process. */
function end(status: number): never {
  process.exit(status);
}

/** The first signal, from the first moment on; a second one ends the process at once. */
function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        if (asked) end(128 + constants.signals[signal]);
        asked = true;
        resolve(signal);
      });
    }
  });
}

async function serve(options: CommandOptions): Promise<void> {
  const logger = loggerOf(options);
  const around = { environment: process.env, logger, version: ownVersion() };
  process.on('uncaughtException', (error) => {
    logger.fatal({ error }, 'a fault of the dispatcher itself');
    end(EXIT_CODES.internal);
  });
  if (options.checkConfig) {
    await checkConfiguration(options, around);
    end(EXIT_CODES.stopped);
  }
  const signal = firstSignal();
  if (options.uninstall) {
    await uninstall(options, around);
    end(EXIT_CODES.stopped);
  }
  // One that is half started when the signal comes is finished first, then closed.
  const service = await startByOptions(options, around);
  const reason = await signal;
  logger.info({ signal: reason }, 'stopping');
  setTimeout(() => end(EXIT_CODES.internal), LONGEST_STOP_MS).unref();
  await Promise.race([service.dispatcher.drain(), delay(LONGEST_DRAIN_MS, undefined, { ref: false })]);
  await service.close();
  logger.info({}, 'stopped');
  end(EXIT_CODES.stopped);
}

function loggerOf({ logLevel, verbose }: CommandOptions): Logger {
  const redact = { paths: ['secret', '*.secret', 'authorization', '*.authorization'], censor: '(secret)' };
  const serializers = { error: stdSerializers.err };
  const level = verbose && logLevel === 'info' ? 'debug' : logLevel;
  const lines = linesOfATurn(STDOUT);
  process.on('exit', () => lines.flushSync());
  return pino({ level, base: null, redact, serializers }, lines);
}

function ownVersion(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

function complain(text: string): void {
  for (const line of text.split('\n')) process.stderr.write(`spark-mesos-dispatcher: ${line}\n`);
}

const program = commandLine(ownVersion(), serve);
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // commander has shown what it was asked for.
    if (error.exitCode === 0) end(0);
    complain(usageProblem(error));
    process.stderr.write(program.helpInformation());
    end(EXIT_CODES.usage);
  }
  const status = exitCodeOf(error);
  const { message, stack } = error as Error;
  complain(status === EXIT_CODES.internal ? String(stack) : message);
  // A wrong master is told alone; one that is missing, with the usage (rule D2).
  if (error instanceof CommandError && message === '--master is required') {
    process.stderr.write(program.helpInformation());
  }
  end(status);
}

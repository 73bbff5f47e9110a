import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { CommanderError } from 'commander';
import { destination, type Logger, pino, stdSerializers } from 'pino';
import { type CommandOptions, commandLine } from './command-line.ts';
import { exitCodeOf } from './errors.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { startByOptions } from './run.ts';

const STDOUT = 1;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** A stop that hangs is worse than one without order: the store opens after either. */
const LONGEST_STOP_MS = 10_000;

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
  const signal = firstSignal();
  const logger = loggerOf(options.logLevel);
  process.on('uncaughtException', (error) => {
    logger.fatal({ error }, 'a fault of the service itself');
    end(EXIT_CODES.internal);
  });
  // One that is half started when the signal comes is finished first, then closed.
  const service = await startByOptions(options, process.env, logger);
  const reason = await signal;
  logger.info({ signal: reason }, 'stopping');
  setTimeout(() => end(EXIT_CODES.internal), LONGEST_STOP_MS).unref();
  await service.close();
  logger.info({}, 'stopped');
  end(EXIT_CODES.stopped);
}

function loggerOf(level: string): Logger {
  const redact = { paths: ['secret', '*.secret'], censor: '(secret)' };
  const serializers = { error: stdSerializers.err };
  return pino({ level, base: null, redact, serializers }, destination({ dest: STDOUT, sync: true }));
}

function ownVersion(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

try {
  await commandLine(ownVersion(), serve).parseAsync();
} catch (error) {
  // commander has said what is wrong, or has shown its help.
  if (error instanceof CommanderError) end(error.exitCode === 0 ? 0 : EXIT_CODES.usage);
  const status = exitCodeOf(error);
  const { message, stack } = error as Error;
  const text = status === EXIT_CODES.internal ? String(stack) : message;
  for (const line of text.split('\n')) process.stderr.write(`spark-mesos-shuffle-service: ${line}\n`);
  end(status);
}

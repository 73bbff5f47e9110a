import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import type { LocalCluster } from '@spark-mesos/mesos-local';
import { CommanderError } from 'commander';
import { destination, type Logger, pino } from 'pino';
import { announcement } from './announcement.ts';
import { type CommandOptions, commandLine } from './command-line.ts';
import { exitCodeOf } from './errors.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { startCluster } from './run.ts';

const STDERR = 2;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Everything ends here: the only file that ends the process. */
function end(status: number): never {
  process.exit(status);
}

/** The first signal, from the first moment on; at a second one the reaper has to clean up. */
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
  const { logLevel, logJson } = options;
  const logger = loggerOf(logLevel, logJson);
  // A cluster that is half started when the signal comes is finished first, then closed: nothing is left half.
  const cluster = await startCluster(options, logger);
  announce(cluster, options, logger);
  const reason = await signal;
  logger.info({ signal: reason }, 'stopping');
  await cluster.close();
  end(EXIT_CODES.stopped);
}

function announce(cluster: LocalCluster, options: CommandOptions, logger: Logger): void {
  if (!options.logJson) {
    process.stdout.write(announcement(cluster, options.workDir));
    return;
  }
  const { master, agents } = cluster;
  const line = pino({ base: null }, destination({ dest: 1, sync: true }));
  line.info({ master: master.url, agents: agents.map(({ id, url }) => ({ id, url })) }, 'Mesos is up');
  logger.debug({ workDir: options.workDir }, 'sandboxes');
}

function loggerOf(level: string, asJson: boolean): Logger {
  const stream = destination({ dest: STDERR, sync: true });
  if (asJson) return pino({ level, base: null }, stream);
  return pino({ level, base: null }, { write: (line: string) => stream.write(readable(line)) });
}

/** A log line for people: time, level, phrase, then the fields. */
function readable(line: string): string {
  const { time, level, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const clock = new Date(Number(time)).toISOString().slice(11, 23);
  const label = pino.levels.labels[Number(level)] ?? '';
  const rest = Object.keys(fields).length === 0 ? '' : ` ${JSON.stringify(fields)}`;
  return `${clock} ${label} ${String(msg)}${rest}\n`;
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
  process.stderr.write(`mesos-local: ${status === EXIT_CODES.internal ? stack : message}\n`);
  end(status);
}

import { parseConf } from '@spark-mesos/scheduler-utils';
import { Command, InvalidArgumentError, Option } from 'commander';
import { ServiceError } from './errors.ts';

/** How much is logged, in pino's words. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** What was said on the command line. */
export interface CommandOptions {
  readonly propertiesFile?: string;
  readonly conf: ReadonlyMap<string, string>;
  readonly workDir: string;
  readonly host: string;
  readonly metricsHost: string;
  readonly metricsPort: number;
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

const NOTES = `
Settings are Spark's own: spark.shuffle.service.port (7337), spark.local.dir (or SPARK_LOCAL_DIRS), spark.authenticate,
spark.ssl.rpc.enabled, … They are read from --properties-file, or else from spark-defaults.conf of SPARK_CONF_DIR or
SPARK_HOME/conf; SPARK_SHUFFLE_OPTS goes before the file, and --conf before both.

SIGTERM ends the service; what is registered stays for the next one.
`;

/** Reads the command line; `run` is called unless it is wrong or asks for help. */
export function commandLine(version: string, run: (options: CommandOptions) => Promise<void>): Command {
  return (
    new Command('spark-mesos-shuffle-service')
      .description(
        "Serves the shuffle files of Spark's executors on this host, and deletes them when they are not needed.",
      )
      .version(version, '--version')
      .option('--properties-file <file>', "properties in the manner of Spark's")
      .option('--conf <name=value>', 'a property; again for more', property, new Map<string, string>())
      .option('--work-dir <dir>', 'where registrations are kept', '/var/lib/spark-mesos-shuffle-service')
      .option('--host <address>', 'where the service listens', '0.0.0.0')
      .option('--metrics-host <address>', 'where /metrics and /health listen', '127.0.0.1')
      .option('--metrics-port <port>', 'port of /metrics and /health; 0 for none', portNumber, 7338)
      .addOption(
        new Option('--log-level <level>', 'of the log on standard output')
          .choices(LOG_LEVELS)
          .default('info'),
      )
      .addHelpText('after', NOTES)
      .allowExcessArguments(false)
      // As every other line of this command on standard error begins.
      .configureOutput({
        outputError: (text, write) => write(text.replace(/^error: /, 'spark-mesos-shuffle-service: ')),
      })
      .showHelpAfterError('(spark-mesos-shuffle-service --help shows all options)')
      .exitOverride()
      .action(run)
  );
}

function property(text: string, before: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  try {
    return new Map([...before, parseConf(text)]);
  } catch {
    // An InvalidArgumentError would show the text, which may hold a secret; so does its cause.
    throw new ServiceError('SHUFFLE_SERVICE_USAGE', 'what stands behind --conf has to be NAME=VALUE');
  }
}

function portNumber(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new InvalidArgumentError('It needs a port from 0 to 65535.');
}

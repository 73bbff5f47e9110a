import { parseBytes, parseConf } from '@spark-mesos/scheduler-utils';
import { Command, type CommanderError, InvalidArgumentError, Option } from 'commander';
import { CommandError } from './errors.ts';

/** How much is logged, in pino's words. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** What was said on the command line. */
export interface CommandOptions {
  readonly host?: string;
  readonly port?: number;
  readonly webuiPort: number;
  readonly name: string;
  /** With `mesos://` before it. */
  readonly master?: string;
  readonly zk?: string;
  readonly propertiesFile?: string;
  readonly conf: ReadonlyMap<string, string>;
  readonly workDir: string;
  readonly sparkHome?: readonly string[];
  readonly accessFile?: string;
  readonly allowPlainHttp?: boolean;
  readonly rateLimit?: number;
  readonly maxBody: number;
  readonly checkConfig?: boolean;
  readonly uninstall?: boolean;
  readonly verbose?: boolean;
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

const NOTES = `
Settings are Spark's own: spark.mesos.role, spark.mesos.maxDrivers, spark.mesos.dispatcher.queue.<name>, … They are read from
--properties-file, or else from spark-defaults.conf of SPARK_CONF_DIR or SPARK_HOME/conf; -Dspark.… in SPARK_DAEMON_JAVA_OPTS goes
before the file, and --conf before both.

Drivers are submitted to the port of --port, by Spark's RPC (spark://) and by its REST protocol (spark.master.rest.enabled=true).

SIGTERM ends the dispatcher; its drivers go on, and the next one takes them up.
`;

/** Reads the command line; `run` is called unless it is wrong or asks for help (rules D1, D2). */
export function commandLine(version: string, run: (options: CommandOptions) => Promise<void>): Command {
  return (
    new Command('spark-mesos-dispatcher')
      .description('Takes Spark drivers in cluster mode, queues them, and runs them on Mesos.')
      .version(version, '--version')
      // -h has been the host since ever.
      .helpOption('--help', 'show this')
      .option(
        '-h, --host <host>',
        "where it listens, and is reached; every address, and this host's name, if not given",
        plainHost,
      )
      .option('-p, --port <port>', 'for submissions and drivers (default: 7077)', portNumber)
      .option('--webui-port <port>', 'of the page, the API, metrics and health', portNumber, 8081)
      .option('--name <name>', 'of the framework', 'Spark Cluster')
      .option('-m, --master <uri>', 'the Mesos master: mesos://host:port, or mesos://zk://host:port,…/path')
      .option(
        '-z, --zk <servers>',
        'keeps the state in ZooKeeper, where several stand for election: host:port,host:port',
      )
      .option('--properties-file <file>', "properties in the manner of Spark's")
      .addOption(
        new Option('--conf <name=value>', 'a property; again for more')
          .argParser(property)
          .default(new Map<string, string>(), 'none'),
      )
      .option('--work-dir <dir>', 'where the state is kept', '/var/lib/spark-mesos-dispatcher')
      .addOption(
        new Option(
          '--spark-home <dir>',
          'a Spark that drivers run; again for more, the first is the default (default: that of SPARK_HOME, or on PATH, or all fetched)',
        ).argParser((home: string, before: readonly string[] = []) => [...before, home]),
      )
      .option('--access-file <file>', 'who may do what, in JSON; without it everybody may do everything')
      .option('--allow-plain-http', 'with spark.ssl.mesos.enabled: answer plain HTTP too')
      .option('--rate-limit <number>', 'changes that one client may ask for in a second', positive)
      .addOption(
        new Option('--max-body <size>', 'the longest request').argParser(byteSize).default(1_048_576, '1m'),
      )
      .option('--check-config', 'say what is wrong with the settings, if anything, and end')
      .option('--uninstall', 'end all drivers, remove the framework, and end')
      .option('--verbose', 'log more')
      .addOption(
        new Option('--log-level <level>', 'of the log on standard output')
          .choices(LOG_LEVELS)
          .default('info'),
      )
      .addHelpText('after', NOTES)
      .allowExcessArguments(false)
      .configureOutput({ outputError: () => {} })
      .exitOverride()
      .action(run)
  );
}

/** What is told of a wrong command line, in the words of the original where it had any. */
export function usageProblem(error: CommanderError): string {
  const option = /unknown option '(.*?)'/.exec(error.message)?.[1];
  return option === undefined ? error.message.replace(/^error: /, '') : `Unrecognized option: '${option}'`;
}

/** The master's address, without `mesos://`. */
export function masterOf({ master }: Pick<CommandOptions, 'master'>): string {
  if (master === undefined) throw new CommandError('DISPATCHER_COMMAND_USAGE', '--master is required');
  if (!master.startsWith('mesos://')) {
    throw new CommandError(
      'DISPATCHER_COMMAND_USAGE',
      'Cluster dispatcher only supports mesos (uri begins with mesos://)',
    );
  }
  return master.slice('mesos://'.length);
}

function plainHost(text: string): string {
  const isAddress = /^\[[\da-f:.]+\]$/i.test(text) || /^[\da-f]*:[\da-f:.]*:[\da-f:.]*$/i.test(text);
  if (text !== '' && (isAddress || !/[:/\s]/.test(text))) return text.replace(/^\[|\]$/g, '');
  throw new InvalidArgumentError('It needs a host alone, without a port.');
}

function property(text: string, before: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  try {
    return new Map([...before, parseConf(text)]);
  } catch {
    // An InvalidArgumentError would show the text, which may hold a secret; so does its cause.
    throw new CommandError('DISPATCHER_COMMAND_USAGE', 'what stands behind --conf has to be NAME=VALUE');
  }
}

function portNumber(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new InvalidArgumentError('It needs a port from 0 to 65535.');
}

function positive(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It needs a number above 0.');
}

function byteSize(text: string): number {
  try {
    const bytes = Number(parseBytes(text, 'b'));
    if (bytes >= 1024 && bytes <= 64 * 1024 * 1024) return bytes;
  } catch {
    // Below is what to say about it.
  }
  throw new InvalidArgumentError('It needs a size from 1k to 64m.');
}

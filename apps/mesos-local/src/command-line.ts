import { Command, InvalidArgumentError, Option } from 'commander';

/** How much of the log is shown, in pino's words. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** What was said on the command line. */
export interface CommandOptions {
  readonly agents: number;
  readonly resources?: string;
  readonly attributes?: string;
  readonly host: string;
  readonly hostname?: string;
  readonly port: number;
  readonly masters: number;
  readonly zk?: string;
  readonly workDir?: string;
  readonly credentials?: string;
  readonly executorEnvironment: Readonly<Record<string, string>>;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly logJson: boolean;
}

const EXAMPLES = `
Examples:
  mesos-local                                     2 agents that share out this machine, master on port 5050
  mesos-local --agents 3 --resources 'cpus:4;mem:8192;ports:[31000-32000]' --attributes 'rack:r{n};zone:a,b'
                                                  3 agents of 4 cpus and 8 GiB; racks r1, r2, r3; zones a, b, a
  mesos-local --port 0 --log-json                 on a free port, which the first log line names
  mesos-local --credentials credentials.json      only for those who know a secret

Frameworks connect to mesos://HOST:PORT; the console is at http://HOST:PORT/.
Ctrl-C, or SIGTERM, ends the cluster and every process that a task has started.
`;

function wholeNumber(least: number, most: number, what: string) {
  return (text: string): number => {
    const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It needs ${what} from ${least} to ${most}.`);
  };
}

function variables(text: string, before: Record<string, string>): Record<string, string> {
  return { ...before, ...(text.trimStart().startsWith('{') ? objectOf(text) : variableOf(text)) };
}

/** The form of Mesos's `--executor_environment_variables`. */
function objectOf(text: string): Record<string, string> {
  let parsed: Record<string, unknown>;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new InvalidArgumentError('It needs NAME, NAME=VALUE or a JSON object.');
  }
  const isText = (entry: [string, unknown]): entry is [string, string] => typeof entry[1] === 'string';
  const entries = Object.entries(parsed);
  if (!entries.every(isText)) throw new InvalidArgumentError('Its object must only contain string values.');
  return Object.fromEntries(entries);
}

function variableOf(text: string): Record<string, string> {
  const [, name = '', , value] = /^([A-Za-z_]\w*)(=(.*))?$/s.exec(text) ?? [];
  const found = value ?? process.env[name];
  if (name === '') throw new InvalidArgumentError('It needs NAME, NAME=VALUE or a JSON object.');
  if (found === undefined) throw new InvalidArgumentError(`There is no variable ${name} in the environment.`);
  return { [name]: found };
}

/** Reads the command line; `run` is called unless it is wrong or asks for help. */
export function commandLine(version: string, run: (options: CommandOptions) => Promise<void>): Command {
  return (
    new Command('mesos-local')
      .description(
        'An Apache Mesos on this machine: a master, agents that run real processes, and a console.',
      )
      .version(version, '--version')
      .option('--agents <count>', 'how many agents', wholeNumber(1, 1000, 'a number'), 2)
      .option(
        '--resources <text>',
        'of each agent; the agents share out the ports (default: they share the machine)',
      )
      .option('--attributes <text>', 'of each agent; {n} is its number, values with commas go round')
      .option('--port <port>', "the master's port; 0 is any free one", wholeNumber(0, 65_535, 'a port'), 5050)
      .option(
        '--masters <count>',
        'how many masters, on ports one after the other; one leads, the others send on to it',
        wholeNumber(1, 9, 'a number'),
        1,
      )
      .option('--zk <url>', 'where masters elect their leader: zk://host1:2181,host2:2181/mesos')
      .option('--host <address>', 'where everything listens', '127.0.0.1')
      .option('--hostname <name>', 'what frameworks are told to reach this machine by')
      .option(
        '--work-dir <dir>',
        'for sandboxes; it is kept (default: a temporary folder, removed at the end)',
      )
      .option('--credentials <file>', 'JSON file of the principals that may come in, and their secrets')
      .addOption(
        new Option(
          '--executor-environment <name[=value]>',
          "a variable for executors and tasks, or all as Mesos's JSON object; again for more",
        )
          .argParser(variables)
          .default({}, 'none'),
      )
      .addOption(
        new Option('--log-level <level>', 'of the log on standard error').choices(LOG_LEVELS).default('warn'),
      )
      .option('--log-json', 'log lines, and what is said at the start, as JSON', false)
      .addHelpText('after', EXAMPLES)
      .allowExcessArguments(false)
      // As every other line of this command on standard error begins.
      .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'mesos-local: ')) })
      .showHelpAfterError('(mesos-local --help shows all options)')
      .exitOverride()
      .action(run)
  );
}

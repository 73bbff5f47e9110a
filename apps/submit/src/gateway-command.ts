import path from 'node:path';
import { FileStore } from '@spark-mesos/durable-store';
import { formatDuration, type Logger, parseDurationMs } from '@spark-mesos/scheduler-utils';
import {
  DEFAULT_DRIVER_TIMEOUT_MS,
  DEFAULT_FAILOVER_TIMEOUT,
  findSparks,
  type GatewayObserver,
  SparkGateway,
} from '@spark-mesos/spark-gateway';
import { SubmitError } from './errors.ts';
import { gatewayDirectory, publishGateway } from './gateway-files.ts';
import { type CommandDescription, helpOf } from './help.ts';
import { checkMaster } from './master-check.ts';
import { chooseMaster } from './master-url.ts';
import { type OwnArguments, type OwnFlag, readOwnArguments } from './own-arguments.ts';
import { LOG_LEVELS, type LogLevel } from './own-options.ts';
import { makeLogger } from './own-output.ts';
import { readPropertiesFile } from './properties-file.ts';
import { type SignalSource, Signals } from './signals.ts';

const FLAGS: readonly OwnFlag[] = [
  {
    name: 'master',
    value: 'MASTER',
    meaning: 'the Mesos master: mesos://host:5050, several with commas between',
  },
  { name: 'host', value: 'HOST', meaning: 'the address that drivers connect to (default: 127.0.0.1)' },
  { name: 'port', value: 'PORT', meaning: 'its port (default: 7077, as of a Spark master)' },
  {
    name: 'work-dir',
    value: 'DIR',
    names: 'directory',
    meaning: 'where applications are written down (default: spark-mesos-gateway)',
  },
  {
    name: 'spark-home',
    value: 'DIR',
    names: 'directory',
    repeated: true,
    meaning: 'a Spark of drivers; again for more (else as for submit, or all that were fetched)',
  },
  {
    name: 'failover-timeout',
    value: 'TIME',
    meaning: `how long executors outlive the gateway (default: ${formatDuration(DEFAULT_FAILOVER_TIMEOUT * 1000)})`,
  },
  {
    name: 'driver-timeout',
    value: 'TIME',
    meaning: `how long a driver may be out of reach (default: ${formatDuration(DEFAULT_DRIVER_TIMEOUT_MS)})`,
  },
  { name: 'http-open', meaning: 'answer HTTP (explain) to other machines too' },
  {
    name: 'properties-file',
    value: 'FILE',
    names: 'file',
    meaning:
      'spark.authenticate*, spark.network.crypto.* and spark.ssl.rpc.* of drivers (default: spark-defaults.conf)',
  },
  { name: 'leave', meaning: 'at the end, leave applications and executors to the next gateway' },
  {
    name: 'log-level',
    value: 'LEVEL',
    choices: LOG_LEVELS,
    meaning: `${LOG_LEVELS.join(', ')} (default: info)`,
  },
  { name: 'json', meaning: 'log lines as JSON' },
];

/** `spark-mesos gateway`, as people are told of it. */
export const GATEWAY: CommandDescription = {
  name: 'gateway',
  summary: 'stand between any drivers and a Mesos master until it is ended',
  usage: 'spark-mesos gateway --master MASTER [flags]',
  text:
    'A standing master for Spark drivers: they run with --master spark://HOST:PORT. When it is killed and started again\n' +
    'with the same work directory, applications and executors go on.',
  flags: FLAGS,
  examples: [
    [
      'spark-mesos gateway --master mesos://10.0.0.1:5050 --host 10.0.0.7 --work-dir /var/lib/spark-mesos',
      'for drivers of other machines: spark-shell --master spark://10.0.0.7:7077',
    ],
  ],
};

const DEFAULT_PORT = 7077;
const DEFAULT_WORK_DIRECTORY = 'spark-mesos-gateway';

/** What the command takes from its process. */
export interface GatewaySurroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly signals: SignalSource;
  /** Rejects with an error that nobody caught. */
  readonly crashed: Promise<never>;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
}

interface GatewayOptions {
  readonly master: string;
  readonly host: string;
  readonly port: number;
  readonly workDirectory: string;
  readonly sparkHomes: readonly string[];
  readonly propertiesFile: string | undefined;
  readonly failoverTimeout: number;
  readonly driverTimeoutMs: number;
  readonly httpOpenToAll: boolean;
  readonly leave: boolean;
}

/** `spark-mesos gateway`, from its words to its exit status: it runs until a signal ends it. */
export async function runGateway(words: readonly string[], around: GatewaySurroundings): Promise<number> {
  const said = readOwnArguments(FLAGS, words);
  if (said.switches.has('help')) {
    around.write(helpOf(GATEWAY));
    return 0;
  }
  const options = gatewayOptions(said);
  const logger = makeLogger({
    level: logLevel(said.values.get('log-level')),
    json: said.switches.has('json'),
    write: around.writeError,
  });
  let stop: () => void = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const signals = new Signals(around.signals, (signal) => {
    logger.info({ signal }, options.leave ? 'leaving' : 'ending every application');
    stop();
  });
  try {
    await standGateway(options, around, logger, Promise.race([stopped, around.crashed]));
    return 0;
  } finally {
    signals.close();
  }
}

/** From its start until `stopped`. */
async function standGateway(
  options: GatewayOptions,
  around: GatewaySurroundings,
  logger: Logger,
  stopped: Promise<void>,
): Promise<void> {
  const sparks = await findSparks(options.sparkHomes, around.environment);
  await checkMaster(options.master);
  const store = await FileStore.open({ directory: options.workDirectory, name: 'gateway' });
  try {
    const { leave, workDirectory, propertiesFile, sparkHomes: _, ...settings } = options;
    const homes = sparks.map(({ directory }) => directory);
    const gateway = await SparkGateway.start({
      ...settings,
      sparkHome: homes,
      environment: around.environment,
      sparkProperties: await readPropertiesFile(propertiesFile, homes[0] ?? '', around.environment),
      observer: logObserver(logger),
      store,
      logger,
    });
    const { httpUrl, url } = gateway;
    const { master } = options;
    const unpublish = await publishGateway(gatewayDirectory(around.environment), { httpUrl, master });
    logger.info(
      { url, httpUrl, master, workDirectory, sparkHomes: homes },
      `the gateway takes drivers: --master ${url}`,
    );
    try {
      await stopped;
    } finally {
      await unpublish();
      await (leave ? gateway.leave() : gateway.close());
      logger.info({ url }, 'the gateway has ended');
    }
  } finally {
    await store.close();
  }
}

/** What the libraries' own log does not say. */
function logObserver(logger: Logger): GatewayObserver {
  return {
    driverRefused: ({ code, message }) => logger.warn({ code }, message),
    driverRecalled: ({ id, name }) => logger.info({ appId: id, application: name }, 'driver is back'),
    masterConnection: ({ id, name }, connected, reason) => {
      const fields = { appId: id, application: name, ...(reason === undefined ? {} : { reason }) };
      logger.warn(fields, connected ? 'the Mesos master is back' : 'the Mesos master is lost');
    },
    problem: ({ id, name }, { code, message, fatal }) => {
      logger.warn({ appId: id, application: name, code, fatal }, message);
    },
    applicationFinished: ({ id, name }, reason) =>
      logger.info({ appId: id, application: name, reason }, 'application is over, its framework torn down'),
  };
}

function gatewayOptions({ words, values, lists, switches }: OwnArguments): GatewayOptions {
  if (words.length > 0) throw usage(`gateway takes flags only; what is "${words.join(' ')}"?`);
  const choice = chooseMaster(values.get('master'));
  if (choice.kind === 'local') {
    throw new SubmitError(
      'SUBMIT_NOT_SUPPORTED',
      'a standing gateway needs a Mesos that outlives it: start "npx mesos-local" and say --master mesos://127.0.0.1:5050',
    );
  }
  return {
    master: choice.url,
    host: values.get('host') ?? '127.0.0.1',
    port: portOf(values.get('port')),
    workDirectory: path.resolve(values.get('work-dir') ?? DEFAULT_WORK_DIRECTORY),
    sparkHomes: lists.get('spark-home') ?? [],
    propertiesFile: values.get('properties-file'),
    failoverTimeout:
      timeOf('failover-timeout', values.get('failover-timeout'), DEFAULT_FAILOVER_TIMEOUT * 1000) / 1000,
    driverTimeoutMs: timeOf('driver-timeout', values.get('driver-timeout'), DEFAULT_DRIVER_TIMEOUT_MS),
    httpOpenToAll: switches.has('http-open'),
    leave: switches.has('leave'),
  };
}

function portOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_PORT;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw usage(`--port is "${text}"; it needs a port number from 0 to 65535`);
  return port;
}

function timeOf(name: string, text: string | undefined, defaultMs: number): number {
  if (text === undefined) return defaultMs;
  let milliseconds = 0;
  try {
    milliseconds = parseDurationMs(text, 's');
  } catch (error) {
    throw usage(`--${name}: ${(error as Error).message}`);
  }
  // Without time to come back, executors would end with the gateway.
  if (milliseconds <= 0) throw usage(`--${name} is "${text}"; it needs a time above 0, such as 10min`);
  return milliseconds;
}

function logLevel(text: string | undefined): LogLevel {
  const level = LOG_LEVELS.find((known) => known === (text ?? 'info'));
  if (level === undefined) throw usage(`--log-level is "${text}"; it is one of ${LOG_LEVELS.join(', ')}`);
  return level;
}

function usage(message: string): SubmitError {
  return new SubmitError('SUBMIT_USAGE', message);
}

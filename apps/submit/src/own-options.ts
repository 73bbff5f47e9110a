import { SubmitError } from './errors.ts';
import type { OwnFlag } from './own-arguments.ts';

/** How much of the library's own log is shown, in pino's words. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** One of {@link LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The flags of `spark-mesos` itself; everything else on a command line is Spark's. */
export interface OwnOptions {
  /** The Spark to run; otherwise SPARK_HOME, PATH and the cache are looked at. */
  readonly sparkHome?: string;
  /** Tell on standard error what happens as it happens. */
  readonly progress: boolean;
  /** Whether a terminal may have a line that shows how far the application is. */
  readonly statusLine: boolean;
  /** Where Spark's standard error goes instead of this process's. */
  readonly driverLog?: string;
  /** Keep the embedded cluster up after the application, until Ctrl-C. */
  readonly keep: boolean;
  /** In cluster mode: wait until the driver has ended, and end with its status. */
  readonly wait: boolean;
  /** In cluster mode: what became of the submission is printed as JSON. */
  readonly json: boolean;
  /** In cluster mode: the dispatcher, where `--master` does not name it. */
  readonly dispatcher?: string;
  /** Holds the token that a dispatcher is shown. */
  readonly tokenFile?: string;
  /** In cluster mode: the Spark of the dispatcher's that the driver runs. */
  readonly sparkVersion?: string;
  /** The port on which the driver meets the gateway; 0 is any free one. */
  readonly gatewayPort: number;
  /** `warn` if absent, or `info` with Spark's own `--verbose`. */
  readonly logLevel?: LogLevel;
  /** Log lines as JSON, for machines. */
  readonly logJson: boolean;
}

/** {@link OwnOptions} while they are read. */
export interface OwnOptionsDraft {
  sparkHome?: string;
  progress?: boolean;
  statusLine?: boolean;
  driverLog?: string;
  keep?: boolean;
  wait?: boolean;
  json?: boolean;
  dispatcher?: string;
  tokenFile?: string;
  sparkVersion?: string;
  gatewayPort?: number;
  logLevel?: LogLevel;
  logJson?: boolean;
}

/** The flags themselves: help, completion and the README's table are made of it. */
export const OWN_FLAGS: readonly OwnFlag[] = [
  {
    name: 'spark-home',
    value: 'DIR',
    names: 'directory',
    meaning: 'the Spark to run (else SPARK_HOME, spark-submit on PATH, or one that npm start fetched)',
  },
  { name: 'progress', meaning: 'tell on standard error what happens as it happens' },
  {
    name: 'no-progress',
    meaning: 'leave out the line at the bottom of the terminal that shows how far it is',
  },
  {
    name: 'driver-log',
    value: 'FILE',
    names: 'file',
    meaning: "write Spark's standard error to FILE",
  },
  { name: 'keep', meaning: 'keep the embedded cluster up after the application, until Ctrl-C' },
  {
    name: 'wait',
    meaning: 'with --deploy-mode cluster: wait until the driver has ended, and end with its status',
  },
  { name: 'json', meaning: 'with --deploy-mode cluster: print what became of it as JSON' },
  {
    name: 'dispatcher',
    value: 'URL',
    meaning: 'with --deploy-mode cluster: the dispatcher (else --master, or SPARK_MESOS_DISPATCHER)',
  },
  {
    name: 'token-file',
    value: 'FILE',
    names: 'file',
    meaning: 'holds the token to show to the dispatcher (else SPARK_MESOS_DISPATCHER_TOKEN)',
  },
  {
    name: 'spark-version',
    value: 'VERSION',
    meaning:
      "with --deploy-mode cluster: which of the dispatcher's Sparks the driver runs (default: its first)",
  },
  {
    name: 'gateway-port',
    value: 'PORT',
    meaning: 'the loopback port that the driver connects to (default: any free one)',
  },
  {
    name: 'log-level',
    value: 'LEVEL',
    choices: LOG_LEVELS,
    meaning: `log of spark-mesos itself: ${LOG_LEVELS.join(', ')} (default: warn; info with --verbose)`,
  },
  { name: 'log-json', meaning: 'log lines as JSON' },
];

/** Takes one of our own flags into the draft; answers how many words it took, 0 if it is none of ours. */
export function ownOption(
  draft: OwnOptionsDraft,
  name: string,
  inline: string | undefined,
  next: string | undefined,
): number {
  switch (name) {
    case '--progress':
      draft.progress = flag(name, inline);
      return 1;
    case '--no-progress':
      draft.statusLine = !flag(name, inline);
      return 1;
    case '--keep':
      draft.keep = flag(name, inline);
      return 1;
    case '--wait':
      draft.wait = flag(name, inline);
      return 1;
    case '--json':
      draft.json = flag(name, inline);
      return 1;
    case '--log-json':
      draft.logJson = flag(name, inline);
      return 1;
    case '--spark-home':
      draft.sparkHome = textOf(name, inline, next);
      break;
    case '--spark-version':
      draft.sparkVersion = textOf(name, inline, next);
      break;
    case '--driver-log':
      draft.driverLog = textOf(name, inline, next);
      break;
    case '--dispatcher':
      draft.dispatcher = textOf(name, inline, next);
      break;
    case '--token-file':
      draft.tokenFile = textOf(name, inline, next);
      break;
    case '--gateway-port':
      draft.gatewayPort = portOf(name, textOf(name, inline, next));
      break;
    case '--log-level':
      draft.logLevel = logLevelOf(textOf(name, inline, next));
      break;
    default:
      return 0;
  }
  return inline === undefined ? 2 : 1;
}

/** Fills in what was not said. */
export function ownOptionsOf(draft: OwnOptionsDraft): OwnOptions {
  return {
    progress: false,
    statusLine: true,
    keep: false,
    wait: false,
    json: false,
    gatewayPort: 0,
    logJson: false,
    ...draft,
  };
}

function flag(name: string, inline: string | undefined): true {
  if (inline !== undefined)
    throw new SubmitError('SUBMIT_USAGE', `${name} takes no value; "${inline}" was given`);
  return true;
}

function textOf(name: string, inline: string | undefined, next: string | undefined): string {
  const value = inline ?? next;
  if (value === undefined || value === '') throw new SubmitError('SUBMIT_USAGE', `${name} needs a value`);
  return value;
}

function portOf(name: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) {
    throw new SubmitError('SUBMIT_USAGE', `${name} is "${text}"; it needs a port number from 0 to 65535`);
  }
  return port;
}

function logLevelOf(text: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level === undefined) {
    throw new SubmitError('SUBMIT_USAGE', `--log-level is "${text}"; it is one of ${LOG_LEVELS.join(', ')}`);
  }
  return level;
}

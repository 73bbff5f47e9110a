import { access as checkAccess } from 'node:fs/promises';
import type { ServerOptions } from 'node:https';
import path from 'node:path';
import { type AccessRules, DispatcherError } from '@spark-mesos/cluster-dispatcher';
import {
  ConfigError,
  type Credentials,
  type DispatcherSettings,
  parseDispatcherSettings,
  resolveCredentials,
} from '@spark-mesos/scheduler-utils';
import { findSparks, GatewayError } from '@spark-mesos/spark-gateway';
import { readAccess } from './access.ts';
import { type CommandOptions, masterOf } from './command-line.ts';
import { CommandError } from './errors.ts';
import { type Environment, readAllProperties, readNamed } from './properties.ts';
import { httpsOptions } from './tls.ts';
import { type ZooKeeperPlace, zooKeeperPlace } from './zookeeper.ts';

/** Everything that a dispatcher is started with, read and checked. */
export interface Configuration {
  /** Without `mesos://`. */
  readonly master: string;
  readonly name: string;
  /** Where it listens; undefined: everywhere. */
  readonly host: string | undefined;
  /** Under which name others reach it. */
  readonly publicHost: string | undefined;
  readonly port: number;
  readonly webuiPort: number;
  readonly portMaxRetries: number;
  readonly workDir: string;
  /** Where the state is instead, and several stand for election. */
  readonly zooKeeper: ZooKeeperPlace | undefined;
  /** Those that drivers run; the first is the default. */
  readonly sparkHomes: readonly string[];
  readonly properties: ReadonlyMap<string, string>;
  readonly settings: DispatcherSettings;
  readonly warnings: readonly string[];
  readonly credentials: Credentials | undefined;
  readonly access: AccessRules;
  readonly tls: ServerOptions | undefined;
  readonly plainAllowed: boolean;
  readonly rateLimit: { readonly perSecond: number; readonly burst: number } | undefined;
  readonly maxBodyBytes: number;
}

/** Reads all that was said, on the command line, in files and in the environment; throws with all that is wrong. */
export async function readConfiguration(
  options: CommandOptions,
  environment: Environment,
): Promise<Configuration> {
  const master = masterOf(options);
  const properties = await readAllProperties(options, environment);
  // Where it is said where the Spark is, drivers that do not say otherwise look for it there too (rule D72).
  const typed = options.sparkHome && (await Promise.all(options.sparkHome.map((one) => wholePathOf(one))));
  const homes = typed ?? (await unnamedSparks(properties, environment));
  const [home] = homes;
  if (home !== undefined) properties.set('spark.home', home);
  const problems: string[] = [];
  const parsed = parseDispatcherSettings(properties, { environment });
  if (!parsed.ok) problems.push(...parsed.problems.map(({ message }) => message));
  const settings = parsed.ok ? parsed.settings : undefined;
  const read = <Value>(reading: Promise<Value>) => orProblem(reading, problems);
  const tls = await read(httpsOptions(properties));
  const access = await read(readAccess(options.accessFile, properties));
  const credentials =
    settings && (await read(resolveCredentials(settings, (file) => readNamed('file', file))));
  const zooKeeper = settings && (await read(zooKeeperPlace(settings, environment)));
  if (!parsed.ok || access === undefined || problems.length > 0) {
    throw new CommandError('DISPATCHER_COMMAND_SETTINGS', problems.join('\n'));
  }
  const named = homes.length > 0 ? homes : [parsed.settings.sparkHome];
  const sparkHomes = await Promise.all(named.map((one) => sparkAt(one)));
  const { rateLimit } = options;
  const host = options.host ?? parsed.settings.dispatcherHost;
  return {
    master,
    name: options.name,
    host,
    publicHost: environment.SPARK_PUBLIC_DNS || host,
    port: options.port ?? parsed.settings.dispatcherPort,
    webuiPort: options.webuiPort,
    portMaxRetries: parsed.settings.portMaxRetries,
    workDir: options.workDir,
    zooKeeper,
    sparkHomes: [...new Set(sparkHomes)],
    properties,
    settings: parsed.settings,
    warnings: parsed.warnings,
    credentials,
    access,
    tls,
    plainAllowed: options.allowPlainHttp ?? false,
    rateLimit:
      rateLimit === undefined ? undefined : { perSecond: rateLimit, burst: Math.max(10, 2 * rateLimit) },
    maxBodyBytes: options.maxBody,
  };
}

/** What is wrong with settings is gathered; a file that cannot be read ends it at once. */
async function orProblem<Value>(reading: Promise<Value>, problems: string[]): Promise<Value | undefined> {
  try {
    return await reading;
  } catch (error) {
    const isSetting =
      error instanceof ConfigError ||
      (error instanceof DispatcherError && error.code === 'DISPATCHER_SETTINGS') ||
      (error instanceof CommandError && error.code === 'DISPATCHER_COMMAND_SETTINGS');
    if (!isSetting) throw error;
    problems.push(error.message);
    return undefined;
  }
}

/** Where nobody says which Spark: that of spark-submit on PATH, or all that were fetched, if there are any. */
async function unnamedSparks(
  properties: ReadonlyMap<string, string>,
  environment: Environment,
): Promise<readonly string[]> {
  if (properties.get('spark.home') || environment.SPARK_HOME) return [];
  try {
    return (await findSparks([], environment)).map(({ directory }) => directory);
  } catch (error) {
    // It is told below, with whatever else is wrong.
    if (error instanceof GatewayError) return [];
    throw error;
  }
}

/** Agents look for it from folders of their own; and a pip installation has its Spark one level down. */
async function wholePathOf(sparkHome: string): Promise<string> {
  const absolute = path.resolve(sparkHome);
  const inside = path.join(absolute, 'pyspark');
  return !(await hasJars(absolute)) && (await hasJars(inside)) ? inside : absolute;
}

function hasJars(sparkHome: string): Promise<boolean> {
  return checkAccess(path.join(sparkHome, 'jars')).then(
    () => true,
    () => false,
  );
}

/** The folder of a Spark, if it is one. */
async function sparkAt(sparkHome: string | undefined): Promise<string> {
  if (sparkHome === undefined || sparkHome === '') {
    throw new CommandError(
      'DISPATCHER_COMMAND_NO_SPARK',
      'no Spark: name one with --spark-home, or set SPARK_HOME, or have spark-submit on PATH; ' +
        'drivers run one that the dispatcher has',
    );
  }
  try {
    await checkAccess(path.join(sparkHome, 'jars'));
    return sparkHome;
  } catch (cause) {
    const message = `${sparkHome} is no Spark: it has no folder jars; correct --spark-home`;
    throw new CommandError('DISPATCHER_COMMAND_NO_SPARK', message, { cause });
  }
}

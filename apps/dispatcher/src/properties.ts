import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { mergeProperties, parseJavaOptions, parseProperties } from '@spark-mesos/scheduler-utils';
import { CommandError } from './errors.ts';

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What was said of properties on the command line. */
export interface GivenProperties {
  readonly propertiesFile?: string | undefined;
  readonly conf: ReadonlyMap<string, string>;
  readonly zk?: string | undefined;
}

/**
 * All properties of the dispatcher (rule D1). As in the original, a file is read first: the one that was given, or else
 * `spark-defaults.conf` of SPARK_CONF_DIR or SPARK_HOME/conf; `-Dspark.…` in SPARK_DAEMON_JAVA_OPTS goes before it, `--conf` before both,
 * and `--zk` before all. Only names that begin with `spark.` are kept.
 */
export async function readAllProperties(
  { propertiesFile, conf, zk }: GivenProperties,
  environment: Environment,
): Promise<Map<string, string>> {
  const fromFile =
    propertiesFile === undefined ? await readDefaults(environment) : await readGiven(propertiesFile);
  const ofZooKeeper: [string, string][] =
    zk === undefined
      ? []
      : [
          ['spark.deploy.recoveryMode', 'ZOOKEEPER'],
          ['spark.deploy.zookeeper.url', zk],
        ];
  const ofJava = parseJavaOptions(environment.SPARK_DAEMON_JAVA_OPTS ?? '');
  const all = mergeProperties(fromFile, ofJava, conf, new Map(ofZooKeeper));
  return new Map([...all].filter(([name]) => name.startsWith('spark.')));
}

async function readDefaults({ SPARK_CONF_DIR, SPARK_HOME }: Environment): Promise<Map<string, string>> {
  const directory = SPARK_CONF_DIR || (SPARK_HOME ? path.join(SPARK_HOME, 'conf') : undefined);
  if (directory === undefined) return new Map();
  const file = path.join(directory, 'spark-defaults.conf');
  try {
    return parseProperties(await readFile(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw unreadable('properties file', file, error);
  }
}

async function readGiven(file: string): Promise<Map<string, string>> {
  return parseProperties(await readNamed('properties file', file));
}

/** The text of a file that was named. */
export async function readNamed(what: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(what, file, error);
  }
}

function unreadable(what: string, file: string, cause: unknown): CommandError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CommandError('DISPATCHER_COMMAND_FILE', `the ${what} ${file} cannot be read: ${reason}`, {
    cause,
  });
}

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { mergeProperties, parseJavaOptions, parseProperties } from '@spark-mesos/scheduler-utils';
import { ServiceError } from './errors.ts';

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where Spark's own service gets its Java options from (org.apache.spark.launcher.SparkClassCommandBuilder). */
const OPTION_VARIABLES = ['SPARK_DAEMON_JAVA_OPTS', 'SPARK_SHUFFLE_OPTS'] as const;

/**
 * All properties of the service. As in Spark's own, a file is read first: the one that was given, or else
 * `spark-defaults.conf` of SPARK_CONF_DIR or SPARK_HOME/conf; `-Dspark.…` in SPARK_DAEMON_JAVA_OPTS and
 * SPARK_SHUFFLE_OPTS goes before it, and `--conf` before all.
 */
export async function readAllProperties(
  given: string | undefined,
  conf: ReadonlyMap<string, string>,
  environment: Environment,
): Promise<Map<string, string>> {
  const fromFile = given === undefined ? await readDefaults(environment) : await readGiven(given);
  return mergeProperties(fromFile, javaOptionProperties(environment), conf);
}

/** The `-Dspark.name=value` words among the Java options of all {@link OPTION_VARIABLES}. */
export function javaOptionProperties(environment: Environment): Map<string, string> {
  return mergeProperties(
    ...OPTION_VARIABLES.map((variable) => parseJavaOptions(environment[variable] ?? '')),
  );
}

async function readDefaults({ SPARK_CONF_DIR, SPARK_HOME }: Environment): Promise<Map<string, string>> {
  const directory = SPARK_CONF_DIR || (SPARK_HOME ? path.join(SPARK_HOME, 'conf') : undefined);
  if (directory === undefined) return new Map();
  const file = path.join(directory, 'spark-defaults.conf');
  try {
    return parseProperties(await readFile(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw unreadable(file, error);
  }
}

async function readGiven(file: string): Promise<Map<string, string>> {
  try {
    return parseProperties(await readFile(file, 'utf8'));
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, cause: unknown): ServiceError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ServiceError('SHUFFLE_SERVICE_FILE', `the properties file ${file} cannot be read: ${reason}`, {
    cause,
  });
}

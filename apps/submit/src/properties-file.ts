import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseProperties } from '@spark-mesos/scheduler-utils';
import type { SparkCommandLine } from './command-line.ts';
import { SubmitError } from './errors.ts';

/** More than any properties file that a person writes. */
const MAXIMUM_BYTES = 4 * 1024 * 1024;

/**
 * The properties that Spark would read beside the command line: `--properties-file`, or else
 * `spark-defaults.conf` of SPARK_CONF_DIR or SPARK_HOME/conf; both with Spark 4's `--load-spark-defaults`.
 */
export async function readDefaults(
  line: SparkCommandLine,
  sparkHome: string,
  environment: NodeJS.ProcessEnv,
): Promise<ReadonlyMap<string, string>> {
  const given = line.options.get('--properties-file');
  const properties = await readPropertiesFile(given, sparkHome, environment);
  if (given === undefined || !line.switches.has('--load-spark-defaults')) return properties;
  return new Map([...(await readPropertiesFile(undefined, sparkHome, environment)), ...properties]);
}

/** The properties file that was given, or else `spark-defaults.conf`, which need not be there. */
export async function readPropertiesFile(
  given: string | undefined,
  sparkHome: string,
  environment: NodeJS.ProcessEnv,
): Promise<ReadonlyMap<string, string>> {
  const configuration = environment.SPARK_CONF_DIR ?? path.join(sparkHome, 'conf');
  const defaultsFile = path.join(configuration, 'spark-defaults.conf');
  if (given === undefined) return (await readProperties(defaultsFile)) ?? new Map();
  const properties = await readProperties(given);
  if (properties === undefined) {
    throw new SubmitError(
      'SUBMIT_FILE_NOT_FOUND',
      `the properties file ${given} does not exist; correct --properties-file`,
    );
  }
  return properties;
}

async function readProperties(file: string): Promise<Map<string, string> | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new SubmitError('SUBMIT_FILE_NOT_FOUND', `cannot read ${file}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (bytes.byteLength > MAXIMUM_BYTES) {
    throw new SubmitError(
      'SUBMIT_USAGE',
      `${file} has ${bytes.byteLength} bytes, which is no properties file`,
    );
  }
  return parseProperties(bytes.toString('utf8'));
}

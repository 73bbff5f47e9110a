import { access } from 'node:fs/promises';
import path from 'node:path';
import type { SparkCommandName } from './command-line.ts';

/** What the environment of Spark's program follows from. */
export interface DriverSurroundings {
  readonly command: SparkCommandName;
  readonly sparkHome: string;
  /** Whether the cluster is the embedded one. */
  readonly local: boolean;
  readonly environment: NodeJS.ProcessEnv;
}

/** The environment of Spark's program: the user's own, and little more. */
export async function driverEnvironment(options: DriverSurroundings): Promise<NodeJS.ProcessEnv> {
  const { command, sparkHome, local, environment } = options;
  return {
    ...environment,
    SPARK_HOME: sparkHome,
    // All of an embedded cluster is on this machine: what the host name leads to does not matter.
    ...(local ? { SPARK_LOCAL_IP: environment.SPARK_LOCAL_IP || '127.0.0.1' } : {}),
    ...(command === 'pyspark' ? await pythonPath(sparkHome, environment) : {}),
  };
}

/**
 * bin/pyspark expects its Python package in SPARK_HOME/python, as in a distribution. With pip the package is around
 * SPARK_HOME instead, where Python finds it only if pip has put it into its own place, not into a folder of its own
 * (`pip install --target`). The archive that is meant for Python workers holds the same package; bin/pyspark puts
 * its own entries before it.
 */
async function pythonPath(sparkHome: string, environment: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  if (await exists(path.join(sparkHome, 'python', 'pyspark', '__init__.py'))) return {};
  const archive = path.join(sparkHome, 'python', 'lib', 'pyspark.zip');
  if (!(await exists(archive))) return {};
  return { PYTHONPATH: [environment.PYTHONPATH, archive].filter(Boolean).join(path.delimiter) };
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

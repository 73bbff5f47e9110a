import { execFile } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { access, readdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { findSpark, type SparkHome } from '@spark-mesos/spark-gateway';
import { needsSecurityManager, readSparkFacts, type SparkFacts } from '../spark-facts.ts';

/** A Spark of this machine. */
export interface SparkFound {
  readonly home: SparkHome;
  readonly facts: SparkFacts;
}

/** What Python makes of the pyspark of a Spark. */
export interface PythonFacts {
  readonly program: string;
  /** Absent: the program is not there, or does not run. */
  readonly version?: string;
  /** Of pyspark, which it has imported. */
  readonly pyspark?: string;
  /** Why it has not. */
  readonly reason?: string;
}

/** By what name or address executors are told to reach the driver. */
export interface HostFacts {
  readonly name: string;
  readonly source: 'spark.driver.host' | 'SPARK_LOCAL_IP' | 'SPARK_LOCAL_HOSTNAME' | 'hostname';
  /** Where the name leads. */
  readonly addresses: readonly string[];
  /** Addresses of this machine at which others may reach it. */
  readonly outward: readonly string[];
}

/** A port that was asked for by number. */
export interface PortFacts {
  /** The flag or setting. */
  readonly asked: string;
  readonly port: number;
  readonly state: 'free' | 'taken' | 'forbidden';
}

type Environment = NodeJS.ProcessEnv;
type Properties = ReadonlyMap<string, string>;

/** Finds the Spark as `submit` does. */
export async function probeSpark(named: string | undefined, environment: Environment): Promise<SparkFound> {
  const home = await findSpark(named, environment);
  const [facts, security] = await Promise.all([
    readSparkFacts(home.directory),
    needsSecurityManager(home.directory),
  ]);
  return { home, facts: { ...facts, needsSecurityManager: security } };
}

/** Imports this Spark's pyspark: no table of versions would know as much. */
const IMPORT = `
import json, sys
found = {'version': '%d.%d.%d' % sys.version_info[:3]}
try:
    import pyspark
    found['pyspark'] = str(pyspark.__version__)
except BaseException as error:
    found['reason'] = '%s: %s' % (type(error).__name__, error)
print(json.dumps(found))
`;

/** Asks the Python that a PySpark driver would run in. */
export async function probePython(
  sparkHome: string,
  properties: Properties,
  environment: Environment,
  signal: AbortSignal,
): Promise<PythonFacts> {
  const program =
    properties.get('spark.pyspark.driver.python') ||
    properties.get('spark.pyspark.python') ||
    environment.PYSPARK_DRIVER_PYTHON ||
    environment.PYSPARK_PYTHON ||
    'python3';
  const PYTHONPATH = [...(await pythonPath(sparkHome)), environment.PYTHONPATH]
    .filter(Boolean)
    .join(path.delimiter);
  try {
    const options = { env: { ...environment, PYTHONPATH }, signal };
    const { stdout } = await promisify(execFile)(program, ['-c', IMPORT], options);
    const { version, pyspark, reason } = JSON.parse(stdout) as Partial<Record<string, string>>;
    return {
      program,
      ...(version === undefined ? {} : { version }),
      ...(pyspark === undefined ? {} : { pyspark }),
      ...(reason === undefined ? {} : { reason }),
    };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return {
      program,
      reason: code === 'ENOENT' ? 'there is no such program' : (message.split('\n')[0] ?? ''),
    };
  }
}

/** Where Spark has its own Python: in a distribution as a folder, with pip as archives (bin/pyspark). */
async function pythonPath(sparkHome: string): Promise<readonly string[]> {
  const python = path.join(sparkHome, 'python');
  const archives = await readdir(path.join(python, 'lib')).catch((): string[] => []);
  const inside = archives
    .filter((name) => /^(?:pyspark|py4j-.*)\.zip$/.test(name))
    .map((name) => path.join(python, 'lib', name));
  const isFolder = await access(path.join(python, 'pyspark')).then(
    () => true,
    () => false,
  );
  return isFolder ? [python, ...inside] : inside;
}

/** Looks the driver's address up, in the order in which Spark does (Utils.findLocalInetAddress). */
export async function probeHost(properties: Properties, environment: Environment): Promise<HostFacts> {
  const [name, source] = namedHost(properties, environment);
  const addresses = await lookup(name, { all: true }).catch(() => []);
  const outward = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80'))
    .map(({ address }) => address);
  return { name, source, addresses: [...new Set(addresses.map(({ address }) => address))], outward };
}

function namedHost(
  properties: Properties,
  { SPARK_LOCAL_IP, SPARK_LOCAL_HOSTNAME }: Environment,
): readonly [string, HostFacts['source']] {
  const driverHost = properties.get('spark.driver.host');
  if (driverHost) return [driverHost, 'spark.driver.host'];
  if (SPARK_LOCAL_HOSTNAME) return [SPARK_LOCAL_HOSTNAME, 'SPARK_LOCAL_HOSTNAME'];
  return SPARK_LOCAL_IP ? [SPARK_LOCAL_IP, 'SPARK_LOCAL_IP'] : [hostname(), 'hostname'];
}

/** Listens at each of them for a moment. */
export async function probePorts(
  asked: readonly { readonly asked: string; readonly port: number }[],
): Promise<readonly PortFacts[]> {
  return Promise.all(asked.map(async (one) => ({ ...one, state: await stateOfPort(one.port) })));
}

function stateOfPort(port: number): Promise<PortFacts['state']> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      resolve(code === 'EACCES' ? 'forbidden' : 'taken');
    });
    server.listen(port, () => server.close(() => resolve('free')));
  });
}

import { execFile } from 'node:child_process';
import { access, constants, readdir, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { GatewayError } from './errors.ts';

/** The environment of a command. */
type Environment = Readonly<Record<string, string | undefined>>;

/** A Spark, and who said that it is this one. */
export interface SparkHome {
  readonly directory: string;
  readonly foundBy: '--spark-home' | 'SPARK_HOME' | 'PATH' | 'cache';
}

/** Where a Spark that was fetched for the examples is kept, outside of any working tree. */
export function cacheDirectory(environment: Environment): string {
  const given = environment.SPARK_MESOS_CACHE;
  if (given) return given;
  const base = environment.XDG_CACHE_HOME || path.join(environment.HOME || homedir(), '.cache');
  return path.join(base, 'spark-mesos');
}

/**
 * Finds the Spark of a command: named ones first, then that of `spark-submit` on PATH, then one that was fetched.
 * Throws a GatewayError (`GATEWAY_NO_SPARK`) where there is none, and where a named one is none: that is no reason to go on.
 */
export async function findSpark(named: string | undefined, environment: Environment): Promise<SparkHome> {
  const [found] = await findSparks(named === undefined ? [] : [named], environment);
  return found ?? noSpark(environment);
}

/**
 * Finds the Sparks of a service for many: all that are named; where none is, the same as {@link findSpark}, but all that were
 * fetched where that comes to it, the newest first.
 */
export async function findSparks(
  named: readonly string[],
  environment: Environment,
): Promise<readonly SparkHome[]> {
  if (named.length > 0) {
    const directories = await Promise.all(named.map((directory) => checked('--spark-home', directory)));
    return [...new Set(directories)].map((directory) => ({ directory, foundBy: '--spark-home' }));
  }
  const fromEnvironment = environment.SPARK_HOME;
  if (fromEnvironment) {
    return [{ directory: await checked('SPARK_HOME', fromEnvironment), foundBy: 'SPARK_HOME' }];
  }
  const fromPath = await findOnPath(environment);
  if (fromPath !== undefined) return [{ directory: fromPath, foundBy: 'PATH' }];
  const cached = await findInCache(cacheDirectory(environment));
  if (cached.length === 0) return noSpark(environment);
  return cached.map((directory) => ({ directory, foundBy: 'cache' }));
}

function noSpark(environment: Environment): never {
  throw new GatewayError(
    'GATEWAY_NO_SPARK',
    'no Spark was found: neither --spark-home nor SPARK_HOME is set, there is no spark-submit on PATH, and none in ' +
      `${cacheDirectory(environment)}. Install one (pip install pyspark) or name one with --spark-home DIR`,
  );
}

/** A directory is a Spark if it has the program and the classes. */
async function isSparkHome(directory: string): Promise<boolean> {
  return (
    (await isFile(path.join(directory, 'bin', 'spark-submit'))) &&
    (await isDirectory(path.join(directory, 'jars')))
  );
}

async function checked(source: string, directory: string): Promise<string> {
  const absolute = path.resolve(directory);
  if (await isSparkHome(absolute)) return absolute;
  // A pip installation has its Spark one level down.
  const inside = path.join(absolute, 'pyspark');
  if (await isSparkHome(inside)) return inside;
  throw new GatewayError(
    'GATEWAY_NO_SPARK',
    `${source} is ${directory}, where there is no Spark (bin/spark-submit and jars/ are expected in it); ` +
      'name the directory of a Spark distribution, or of the pyspark package',
  );
}

async function findOnPath(environment: Environment): Promise<string | undefined> {
  for (const directory of (environment.PATH ?? '').split(path.delimiter)) {
    const program = path.join(directory, 'spark-submit');
    if (directory === '' || !(await isExecutable(program))) continue;
    const home = await homeOfProgram(program, environment);
    if (home !== undefined) return home;
  }
  return undefined;
}

/** The Spark that a `spark-submit` belongs to: the directory above it, or what pip's own finder says. */
async function homeOfProgram(program: string, environment: Environment): Promise<string | undefined> {
  const above = path.dirname(path.dirname(await realpath(program)));
  if (await isSparkHome(above)) return above;
  // pip puts the scripts into bin/ and the Spark into site-packages; its finder knows where (find_spark_home.py).
  const finder = path.join(path.dirname(program), 'find_spark_home.py');
  if (!(await isExecutable(finder))) return undefined;
  try {
    const { stdout } = await promisify(execFile)(finder, [], { env: environment, timeout: 10_000 });
    const found = stdout.trim();
    return found !== '' && (await isSparkHome(found)) ? found : undefined;
  } catch {
    // A finder that fails finds nothing; the search goes on.
    return undefined;
  }
}

async function findInCache(directory: string): Promise<readonly string[]> {
  let names: string[];
  try {
    names = await readdir(directory);
  } catch {
    return [];
  }
  const versions = names.filter((name) => /^spark-\d/.test(name)).sort(newestFirst);
  const homes: string[] = [];
  for (const name of versions) {
    const home = path.join(directory, name, 'pyspark');
    if (await isSparkHome(home)) homes.push(home);
  }
  return homes;
}

function newestFirst(left: string, right: string): number {
  return right.localeCompare(left, 'en', { numeric: true });
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (status) => status.isFile(),
    () => false,
  );
}

async function isDirectory(directory: string): Promise<boolean> {
  return stat(directory).then(
    (status) => status.isDirectory(),
    () => false,
  );
}

async function isExecutable(file: string): Promise<boolean> {
  if (!(await isFile(file))) return false;
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

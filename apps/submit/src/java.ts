import { execFile } from 'node:child_process';
import { access, constants, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { SubmitError } from './errors.ts';
import type { SparkFacts } from './spark-facts.ts';

/** The Java that Spark's scripts will run: JAVA_HOME's, else the one on PATH (bin/spark-class). */
export interface JavaRuntime {
  readonly home: string;
  /** 8, 11, 17, … */
  readonly major: number;
  readonly foundBy: 'JAVA_HOME' | 'PATH';
}

/** The first Java without the security manager. */
export const WITHOUT_SECURITY_MANAGER = 24;

const WHAT_TO_INSTALL = 'install a Java 17 (for example openjdk-17-jre-headless) or set JAVA_HOME to one';

/** Finds Java as Spark's own script does, and learns its version. */
export async function findJava(environment: NodeJS.ProcessEnv): Promise<JavaRuntime> {
  const named = environment.JAVA_HOME;
  if (named) {
    const program = path.join(named, 'bin', 'java');
    if (!(await isExecutable(program))) {
      throw new SubmitError(
        'SUBMIT_JAVA',
        `JAVA_HOME is ${named}, where there is no bin/java; correct it, or unset it to use the java on PATH`,
      );
    }
    return { home: path.resolve(named), major: await majorOf(program), foundBy: 'JAVA_HOME' };
  }
  for (const directory of (environment.PATH ?? '').split(path.delimiter)) {
    const program = path.join(directory, 'java');
    if (directory === '' || !(await isExecutable(program))) continue;
    const home = path.dirname(path.dirname(await realpath(program)));
    return { home, major: await majorOf(program), foundBy: 'PATH' };
  }
  throw new SubmitError(
    'SUBMIT_JAVA',
    `no Java was found: JAVA_HOME is not set and there is no java on PATH; ${WHAT_TO_INSTALL}`,
  );
}

/** Reads `17.0.15`, `1.8.0_392` or `21` as a major version. */
export function parseJavaMajor(version: string): number | undefined {
  const match = /^(?:1\.)?(\d+)/.exec(version);
  return match === null ? undefined : Number(match[1]);
}

async function majorOf(program: string): Promise<number> {
  const release = path.join(path.dirname(path.dirname(await realpath(program))), 'release');
  const text = await readFile(release, 'utf8').catch(() => '');
  const written = /^JAVA_VERSION="([^"]+)"/m.exec(text)?.[1];
  const major = written === undefined ? undefined : parseJavaMajor(written);
  return major ?? (await askedMajor(program));
}

/** Asks the program itself: a Java need not have its `release` file where we look for it. */
async function askedMajor(program: string): Promise<number> {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, ['-version'], { timeout: 10_000 });
    const version = /version "([^"]+)"/.exec(`${stderr}\n${stdout}`)?.[1];
    const major = version === undefined ? undefined : parseJavaMajor(version);
    if (major !== undefined) return major;
  } catch (error) {
    throw new SubmitError('SUBMIT_JAVA', `${program} does not run; ${WHAT_TO_INSTALL}`, { cause: error });
  }
  throw new SubmitError('SUBMIT_JAVA', `${program} does not tell its version; ${WHAT_TO_INSTALL}`);
}

/**
 * Refuses a Java on which this Spark cannot run, by facts of the Spark itself.
 *
 * Too old: its classes are of a newer class file version than the Java reads.
 * Too new: Scala 2.11's runtime, and the libraries of that time, know Java 8 only (Spark 2.4); and without
 * the list of module options that Spark has carried since 3.3 (JavaModuleOptions) no Spark gets into the
 * packages that Java 16 and later keep closed, unless the user opens them (`opened`); and Hadoop asked the security
 * manager for its user, which Java 24 no longer has (JEP 486).
 */
export function checkJava(java: JavaRuntime, spark: SparkFacts, opened: boolean): void {
  const needed = spark.classFileMajor - 44;
  const name = spark.version === undefined ? 'this Spark' : `Spark ${spark.version}`;
  const source = `${java.foundBy === 'PATH' ? 'the java on PATH' : 'JAVA_HOME'} (${java.home}) is Java ${java.major}`;
  if (java.major < needed) {
    throw new SubmitError(
      'SUBMIT_JAVA',
      `${name} needs Java ${needed} or newer, and ${source}; set JAVA_HOME to a Java ${needed}, or use an older Spark`,
    );
  }
  if (spark.scalaBinary === '2.11' && java.major > 8) {
    throw new SubmitError(
      'SUBMIT_JAVA',
      `${name} runs on Java 8 only, and ${source}; set JAVA_HOME to a Java 8, or use Spark 3.3 or newer`,
    );
  }
  if (spark.needsSecurityManager === true && java.major >= WITHOUT_SECURITY_MANAGER) {
    throw new SubmitError(
      'SUBMIT_JAVA',
      `${name} does not run on Java ${WITHOUT_SECURITY_MANAGER} or newer, and ${source}; set JAVA_HOME to a Java 17 or 21, ` +
        'or use a newer Spark',
    );
  }
  if (!spark.hasModuleOptions && java.major >= 16 && !opened) {
    throw new SubmitError(
      'SUBMIT_JAVA',
      `${name} does not run on Java 16 or newer, and ${source}; set JAVA_HOME to a Java 8 or 11, or use Spark 3.3 or newer`,
    );
  }
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

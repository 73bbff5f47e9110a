import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { ClassPath } from '@spark-mesos/java-serialization';
import { SubmitError } from './errors.ts';

/** What a Spark's own files tell about it; there is no table of versions. */
export interface SparkFacts {
  /** As in the name of its core jar; only for people. */
  readonly version?: string;
  /** Scala's binary version, e.g. `2.12`. */
  readonly scalaBinary?: string;
  /** Of the launcher's main class: 52 is Java 8, 61 is Java 17. */
  readonly classFileMajor: number;
  /** Whether it brings the options that open Java's modules to it (from Spark 3.3 on). */
  readonly hasModuleOptions: boolean;
  /** Whether its Hadoop needs Java's security manager, which Java 24 has taken out; looked up for those Javas alone. */
  readonly needsSecurityManager?: boolean;
}

const LAUNCHER_MAIN = 'org.apache.spark.launcher.Main';
/** With it Hadoop (from 3.4.2 on) learns who its user is without the security manager. */
const SUBJECTS = 'org.apache.hadoop.security.authentication.util.SubjectUtil';
const MODULE_OPTIONS = 'org.apache.spark.launcher.JavaModuleOptions';

/** Reads them from the names in `jars` and from one jar, the launcher's. */
export async function readSparkFacts(sparkHome: string): Promise<SparkFacts> {
  const jars = path.join(sparkHome, 'jars');
  const names = await readdir(jars);
  const launcher = names.find((name) => /^spark-launcher_.*\.jar$/.test(name));
  const core = names
    .map((name) => /^spark-core_([\d.]+)-(.+)\.jar$/.exec(name))
    .find((match) => match !== null);
  if (launcher === undefined) throw incomplete(sparkHome);
  const classPath = await ClassPath.open(path.join(jars, launcher));
  try {
    const main = await classPath.classFile(LAUNCHER_MAIN);
    if (main === undefined) throw incomplete(sparkHome);
    return {
      classFileMajor: main.majorVersion,
      hasModuleOptions: (await classPath.classFile(MODULE_OPTIONS)) !== undefined,
      ...(core?.[1] === undefined ? {} : { scalaBinary: core[1] }),
      ...(core?.[2] === undefined ? {} : { version: core[2] }),
    };
  } finally {
    await classPath.close();
  }
}

/** The fact that takes some time: Hadoop's jar is large. A Spark that comes without Hadoop is let pass. */
export async function needsSecurityManager(sparkHome: string): Promise<boolean> {
  const jars = path.join(sparkHome, 'jars');
  const hadoop = (await readdir(jars)).filter((name) => /^hadoop-(?:client-api|auth)-.*\.jar$/.test(name));
  if (hadoop.length === 0) return false;
  const classPath = await ClassPath.open(hadoop.map((name) => path.join(jars, name)).join(path.delimiter));
  try {
    return (await classPath.classFile(SUBJECTS)) === undefined;
  } finally {
    await classPath.close();
  }
}

function incomplete(sparkHome: string): SubmitError {
  return new SubmitError(
    'SUBMIT_NO_SPARK',
    `the Spark in ${sparkHome} is not complete: its jars hold no launcher; install it again`,
  );
}

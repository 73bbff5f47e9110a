import { readdir } from 'node:fs/promises';
import path from 'node:path';

const CORE_JAR = /^spark-core_[^-]+-(.+)\.jar$/;

/** Whether a Spark is older than this; one whose version nobody knows counts as new. */
export function isSparkBefore(version: string | undefined, major: number, minor: number): boolean {
  const [, own, ownMinor] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  return Number(own) < major || (Number(own) === major && Number(ownMinor) < minor);
}

/**
 * The version of a Spark by the name of its core jar, as the executors' script finds it on agents; undefined where
 * no jar is named so. What drivers tell of themselves does not name it: messages of 4.1 and 4.3 are alike.
 */
export async function sparkVersionOf(sparkHome: string): Promise<string | undefined> {
  const names = await readdir(path.join(sparkHome, 'jars')).catch(() => []);
  const versions = names.flatMap((name) => CORE_JAR.exec(name)?.[1] ?? []);
  // One that is built from its sources may have jars of tests beside it.
  return versions.find((version) => !/-(tests|sources|javadoc)$/.test(version));
}

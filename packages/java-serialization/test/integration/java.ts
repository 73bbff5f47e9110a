import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { fixturePath } from '../fixtures.ts';

const SPARKS = 'SPARK_MESOS_TEST_SPARKS';

/** One Spark to test against. */
export interface TestSpark {
  readonly version: string;
  readonly jars: string;
}

/** The Sparks that the environment names; without any there is nothing to compare with, and that is an error. */
export function testSparks(): readonly TestSpark[] {
  const homes = (process.env[SPARKS] ?? '').split(delimiter).filter((home) => home !== '');
  if (homes.length === 0) {
    throw new Error(
      `set ${SPARKS} to the SPARK_HOMEs to test against, with "${delimiter}" between them; "npm test" in the root does`,
    );
  }
  return homes.map((home) => {
    const jars = join(home, 'jars');
    const core = readdirSync(jars).find((name) => name.startsWith('spark-core_'));
    const version = /-([^-]+)\.jar$/.exec(core ?? '')?.[1];
    if (version === undefined) throw new Error(`${SPARKS}: ${jars} has no spark-core`);
    return { version, jars };
  });
}

/** Asks a Java what it thinks of classes: one start, one line each, those that it cannot load left out. */
export async function askJava(
  classPath: readonly string[],
  classNames: readonly string[],
): Promise<string[]> {
  const home = process.env.JAVA_HOME;
  const java = home === undefined || home === '' ? 'java' : join(home, 'bin', 'java');
  const path = [fixturePath('classes/expected.jar'), ...classPath].join(delimiter);
  const { stdout } = await promisify(execFile)(java, ['-cp', path, 'Expected', ...classNames], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout.trim().split('\n');
}

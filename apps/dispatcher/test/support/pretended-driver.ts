import { readdirSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path, { delimiter } from 'node:path';

/** The Spark that sent what is recorded in fixtures/: its messages are read by its own classes only. */
const RECORDED = /^spark-core_.*-3\.5\.6\.jar$/;

/** That Spark, from the environment. Its absence is a failure and no reason to pass. */
export function testSpark(): string {
  const homes = (process.env.SPARK_MESOS_TEST_SPARKS ?? '').split(delimiter).filter((home) => home !== '');
  const recorded = homes.find((home) =>
    readdirSync(path.join(home, 'jars')).some((jar) => RECORDED.test(jar)),
  );
  if (recorded !== undefined) return recorded;
  throw new Error(
    `set SPARK_MESOS_TEST_SPARKS to one or more Spark homes with "${delimiter}" between them, 3.5.6 among them: ` +
      'this test reads the classes of a real Spark',
  );
}

/** A Spark that is none: its driver says what it was started with, and does what its last argument says. */
export async function pretendedSpark(folder: string): Promise<string> {
  const home = path.join(folder, 'pretended-spark');
  await mkdir(path.join(home, 'bin'), { recursive: true });
  const program = path.join(home, 'bin', 'spark-submit');
  await writeFile(
    program,
    `#!/bin/sh
for word in "$@"; do printf '%s\\n' "$word"; last=$word; done
case $last in
  sleep) exec sleep 600 ;;
  fail) echo 'it went wrong' >&2; exit 3 ;;
esac
`,
  );
  await chmod(program, 0o755);
  return home;
}

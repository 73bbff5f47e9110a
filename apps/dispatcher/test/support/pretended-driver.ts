import { chmod, mkdir, writeFile } from 'node:fs/promises';

import path, { delimiter } from 'node:path';

/** The first of the Sparks to test with, from the environment. Its absence is a failure and no reason to pass. */
export function testSpark(): string {
  const [home] = (process.env.SPARK_MESOS_TEST_SPARKS ?? '').split(delimiter);
  if (home) return home;
  throw new Error(
    `set SPARK_MESOS_TEST_SPARKS to one or more Spark homes with "${delimiter}" between them: ` +
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

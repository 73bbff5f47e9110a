import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { testJava } from '../../test-java.mjs';

/** A Java that says where it is and prints what it is started with. */
const JAVA = `#!/bin/sh
case "$1" in
-XshowSettings*) printf '    java.home = %s\\n    java.vm.version = 17\\n' "$(dirname "$(dirname "$0")")" >&2 ;;
*) printf '%s\\n' "$@" ;;
esac
`;

/** A shell of Spark that leaves an archive where its JVM would, and counts how often it was run. */
const SHELL = `#!/bin/sh
echo run >>"$SPARK_HOME/runs"
for word; do
  case $word in
  *ArchiveClassesAtExit=*) archive=\${word##*ArchiveClassesAtExit=} && : >"\${archive%\\"}" ;;
  esac
done
`;

let place: string;
let environment: NodeJS.ProcessEnv;
let sparkHome: string;

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'spark-mesos-test-java-'));
  onTestFinished(() => rm(place, { recursive: true }));
  environment = {
    PATH: process.env.PATH,
    SPARK_MESOS_CACHE: join(place, 'the cache'),
    JAVA_HOME: `${place}/java`,
  };
  sparkHome = join(place, 'spark');
  await mkdir(join(place, 'the cache'));
  await mkdir(join(place, 'java', 'bin'), { recursive: true });
  await writeFile(join(place, 'java', 'release'), '');
  await writeFile(join(place, 'java', 'bin', 'java'), JAVA, { mode: 0o755 });
  await mkdir(join(sparkHome, 'bin'), { recursive: true });
  await mkdir(join(sparkHome, 'jars'));
  await writeFile(join(sparkHome, 'jars', 'spark-core_2.13-4.3.0.jar'), 'one');
  await writeFile(join(sparkHome, 'bin', 'spark-shell'), SHELL, { mode: 0o755 });
});

/** What the real Java is started with when somebody starts the other one. */
async function startedWith(javaHome = '', home = sparkHome): Promise<string[]> {
  const { stdout } = await promisify(execFile)(join(javaHome, 'bin', 'java'), ['-cp', 'two words'], {
    env: { ...environment, SPARK_HOME: home },
  });
  return stdout.trimEnd().split('\n');
}

const runs = async () => (await readdir(sparkHome)).includes('runs');

test('java is started with options and the archive of its Spark, and else as it was called', async () => {
  const { javaHome, problems } = await testJava({ sparkHomes: [sparkHome], environment });
  expect(problems).toEqual([]);
  const words = await startedWith(javaHome);
  expect(words).toContain('-XX:+UseSerialGC');
  expect(words).toContain(`-XX:SharedArchiveFile=${javaHome}/archives${sparkHome}/classes.jsa`);
  expect(words.slice(-2)).toEqual(['-cp', 'two words']);
  expect((await startedWith(javaHome, '/another')).join(' ')).not.toContain('SharedArchiveFile');
  expect(await readdir(javaHome ?? '')).toEqual(expect.arrayContaining(['bin', 'release', 'archives']));
});

test('an archive is made once, and anew when the jars are others', async () => {
  const made = () => testJava({ sparkHomes: [sparkHome], environment });
  const first = await made();
  await rm(join(sparkHome, 'runs'));
  expect(await made()).toEqual(first);
  expect(await runs()).toBe(false);
  await writeFile(join(sparkHome, 'jars', 'spark-core_2.13-4.3.0.jar'), 'another');
  await made();
  expect(await runs()).toBe(true);
});

test('a Spark of which no archive can be made is named, and its java starts all the same', async () => {
  await writeFile(join(sparkHome, 'bin', 'spark-shell'), '#!/bin/sh\necho no room >&2\nexit 1\n', {
    mode: 0o755,
  });
  const { javaHome, problems } = await testJava({ sparkHomes: [sparkHome], environment });
  expect(problems).toEqual([`no archive of the classes of ${sparkHome}: no room`]);
  expect(await startedWith(javaHome)).toContain('-XX:TieredStopAtLevel=1');
  expect((await startedWith(javaHome)).join(' ')).not.toContain('SharedArchiveFile');
});

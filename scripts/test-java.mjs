// A Java that starts Spark fast, for the end-to-end tests: they start hundreds of JVMs that live for seconds, and nearly
// all that such a JVM does is to load and compile classes.
// `node scripts/test-java.mjs SPARK_HOME…` makes it, once, and prints its JAVA_HOME.
//
// It is this machine's Java, but for `bin/java`, which adds options: the serial collector and the first compiler only,
// and for each Spark an archive of classes that are loaded already (JEP 350, Java 13 and newer). The archive is found by
// SPARK_HOME:
//   <cache>/test-java-<key>/bin/java
//   <cache>/test-java-<key>/archives/<SPARK_HOME>/classes.jsa

import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from './spark.mjs';
import { runScript } from './support/progress.mjs';
import { javaProgram } from './support/requirements.mjs';
import { run } from './support/run.mjs';
import { lastLines } from './support/workspace.mjs';

/**
 * Warnings of the JVM go to standard output otherwise: one for each that cannot use the archive, such as Spark's
 * launcher, whose class path is another.
 */
const FLAGS = '-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xlog:disable -Xlog:all=error:stderr';

/** A Java that no test has used for so long belongs to flags or a Java that are gone. */
const KEPT_MS = 7 * 24 * 3600 * 1000;

/** Loads what drivers, executors and shells load: the archive holds what has been loaded when this ends. */
const PROGRAM = `
val pairs = sc.parallelize(0 to 10, 2).map(number => (number % 3, number))
println("keys: " + pairs.reduceByKey(_ + _).count)
spark.sql("SELECT sum(id) AS total FROM range(0, 101, 1, 4)").show()
Seq("api.python.PythonGatewayServer", "api.python.PythonRDD", "deploy.PythonRunner", "deploy.worker.WorkerWatcher",
  "executor.CoarseGrainedExecutorBackend", "executor.Executor", "executor.ExecutorMetricsPoller").foreach { name =>
  scala.util.Try(Class.forName("org.apache.spark." + name))
}
:quit
`;

const PREFIX = 'test-java-';
const ARCHIVE = 'classes.jsa';

/** @param {string} text */
const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

/** @param {string} text */
const hashOf = (text) => createHash('sha256').update(text).digest('hex').slice(0, 16);

/**
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<{ home: string, version: string } | undefined>}
 */
async function machineJava(environment) {
  const { output } = await run(javaProgram(environment), ['-XshowSettings:properties', '-version'], {
    env: environment,
  });
  const home = /^\s*java\.home = (.+)$/m.exec(output)?.[1];
  const version = /^\s*java\.vm\.version = (.+)$/m.exec(output)?.[1];
  return home === undefined || version === undefined ? undefined : { home, version };
}

/**
 * The script that stands for `java`. It becomes the real one, so that a process is what it would be without.
 * @param {{ java: string, folder: string }} options
 */
function wrapper({ java, folder }) {
  return `#!/bin/sh
archive=${quoted(join(folder, 'archives'))}$SPARK_HOME/${ARCHIVE}
if [ -n "$SPARK_HOME" ] && [ -f "$archive" ]; then
  exec ${quoted(java)} ${FLAGS} -XX:SharedArchiveFile="$archive" -Xshare:auto "$@"
fi
exec ${quoted(java)} ${FLAGS} "$@"
`;
}

/**
 * Makes the folder, whole or not at all: links to the real Java, and the script.
 * @param {{ javaHome: string, folder: string }} options
 */
async function makeHome({ javaHome, folder }) {
  if (existsSync(folder)) return;
  const work = await mkdtemp(`${folder}.partial-`);
  try {
    await mkdir(join(work, 'bin'));
    for (const name of await readdir(javaHome)) {
      if (name !== 'bin') await symlink(join(javaHome, name), join(work, name));
    }
    for (const name of await readdir(join(javaHome, 'bin'))) {
      if (name !== 'java') await symlink(join(javaHome, 'bin', name), join(work, 'bin', name));
    }
    const java = join(javaHome, 'bin', 'java');
    await writeFile(join(work, 'bin', 'java'), wrapper({ java, folder }), { mode: 0o755 });
    await rename(work, folder).catch((error) => {
      // Another run has made the same in the meantime.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * What a JVM compares before it uses an archive: the jars, their sizes and times.
 * @param {string} sparkHome
 */
async function jarsOf(sparkHome) {
  const folder = join(sparkHome, 'jars');
  const names = (await readdir(folder)).sort();
  return hashOf(
    names
      .map((name) => {
        const { size, mtimeMs } = statSync(join(folder, name));
        return `${name} ${size} ${mtimeMs}`;
      })
      .join('\n'),
  );
}

/**
 * Makes the archive of a Spark unless it is there. It appears whole or not at all.
 * @param {{ folder: string, sparkHome: string, environment: NodeJS.ProcessEnv }} options
 * @returns {Promise<string | undefined>} why there is none
 */
async function makeArchive({ folder, sparkHome, environment }) {
  const place = join(folder, 'archives', sparkHome);
  const key = await jarsOf(sparkHome);
  const madeOf = await readFile(join(place, 'jars'), 'utf8').catch(() => '');
  if (madeOf === key && existsSync(join(place, ARCHIVE))) return undefined;
  await mkdir(place, { recursive: true });
  const work = await mkdtemp(join(place, 'work-'));
  try {
    const program = join(work, 'program.scala');
    const archive = join(work, ARCHIVE);
    await writeFile(program, PROGRAM);
    const settings = {
      'spark.driver.extraJavaOptions': `"-XX:ArchiveClassesAtExit=${archive}"`,
      'spark.sql.warehouse.dir': join(work, 'warehouse'),
    };
    const words = Object.entries(settings).flatMap(([name, value]) => ['--conf', `${name}=${value}`]);
    const shell = [join(sparkHome, 'bin', 'spark-shell'), '--master', 'local[2]', ...words];
    const script = 'program=$1; shift; exec "$@" <"$program"';
    const { output } = await run('/bin/sh', ['-c', script, 'sh', program, ...shell], {
      cwd: work,
      env: {
        ...environment,
        JAVA_HOME: folder,
        SPARK_HOME: sparkHome,
        SPARK_LOCAL_DIRS: work,
        SPARK_LOCAL_IP: '127.0.0.1',
      },
    });
    if (!existsSync(archive)) return lastLines(output, 1);
    await rename(archive, join(place, ARCHIVE));
    await writeFile(join(place, 'jars'), key);
    return undefined;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * Removes what was made for other Javas or flags, once nobody uses it.
 * @param {string} folder
 */
async function removeOld(folder) {
  await utimes(folder, new Date(), new Date());
  const parent = dirname(folder);
  const names = (await readdir(parent)).filter((name) => name.startsWith(PREFIX));
  for (const name of names) {
    const { mtimeMs } = await stat(join(parent, name));
    if (Date.now() - mtimeMs > KEPT_MS) await rm(join(parent, name), { recursive: true, force: true });
  }
}

/**
 * Makes the Java of the tests for these Sparks, unless it is there, and gives its JAVA_HOME. The tests do without what
 * cannot be made: they are slower then, and no different.
 * @param {{ sparkHomes: readonly string[], environment?: NodeJS.ProcessEnv }} options
 * @returns {Promise<{ javaHome: string | undefined, problems: string[] }>}
 */
export async function testJava({ sparkHomes, environment = process.env }) {
  const java = await machineJava(environment);
  if (java === undefined) return { javaHome: undefined, problems: ['the Java does not say where it is'] };
  const key = hashOf([java.home, java.version, FLAGS, PROGRAM].join('\n'));
  const folder = join(cacheFolder(environment), `${PREFIX}${key}`);
  await makeHome({ javaHome: java.home, folder });
  const problems = await Promise.all(
    sparkHomes.map(async (sparkHome) => {
      const problem = await makeArchive({ folder, sparkHome, environment });
      return problem === undefined ? [] : [`no archive of the classes of ${sparkHome}: ${problem}`];
    }),
  );
  await removeOld(folder);
  return { javaHome: folder, problems: problems.flat() };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runScript(async () => {
    const { javaHome, problems } = await testJava({ sparkHomes: process.argv.slice(2) });
    for (const problem of problems) console.error(problem);
    console.log(javaHome ?? '');
    return 0;
  });
}

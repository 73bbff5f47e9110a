// Compiles a Scala program with the compiler that every Spark brings along in its jars, so that no Scala needs
// to be installed. `node scripts/compile-scala.mjs SOURCE [SPARK_HOME]` prints where the jar is.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, fetchSparkShown, newestUsableSpark } from './spark.mjs';
import { runScript, StepError } from './support/progress.mjs';
import { javaProgram } from './support/requirements.mjs';
import { run } from './support/run.mjs';
import { lastLines } from './support/workspace.mjs';

/**
 * Which Spark a folder holds, as its core jar is named: `spark-core_2.13-4.3.0`. A jar compiled for one Scala
 * does not run on another.
 * @param {string} sparkHome
 */
function sparkIdentity(sparkHome) {
  const jar = readdirSync(join(sparkHome, 'jars')).find((name) => /^spark-core_[\d.]+-.*\.jar$/.test(name));
  if (jar === undefined) throw new StepError(`${sparkHome} is no SPARK_HOME: its jars have no spark-core.`);
  return basename(jar, '.jar');
}

/**
 * Compiles a source file, or several into one jar that is named after the first, once per Spark and content; gives the
 * jar's path.
 * @param {{ source: string | readonly string[], sparkHome: string, environment?: NodeJS.ProcessEnv }} options
 * @returns {Promise<string>}
 */
export async function compileScala({ source, sparkHome, environment = process.env }) {
  const sources = [source].flat();
  const hash = createHash('sha256');
  for (const file of sources) hash.update(readFileSync(file));
  const content = hash.digest('hex').slice(0, 16);
  const folder = join(cacheFolder(environment), 'compiled', sparkIdentity(sparkHome));
  const jar = join(folder, `${basename(sources[0] ?? '', '.scala').toLowerCase()}-${content}.jar`);
  if (existsSync(jar)) return jar;
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(folder, 'work-'));
  try {
    const target = join(work, 'program.jar');
    const compiler = ['-Xss4m', '-cp', join(sparkHome, 'jars', '*'), 'scala.tools.nsc.Main', '-usejavacp'];
    const { status, output } = await run(javaProgram(environment), [...compiler, '-d', target, ...sources], {
      env: environment,
    });
    if (status !== 0)
      throw new StepError(`${sources.join(', ')} does not compile (exit ${status}):\n${lastLines(output)}`);
    await rename(target, jar);
    return jar;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runScript(async () => {
    const [source, sparkHome = await fetchSparkShown(await newestUsableSpark())] = process.argv.slice(2);
    if (source === undefined)
      throw new StepError('usage: node scripts/compile-scala.mjs SOURCE [SPARK_HOME]');
    console.log(await compileScala({ source, sparkHome }));
    return 0;
  });
}

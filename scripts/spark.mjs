// Fetches Apache Spark with pip, once per version, into a cache outside the working tree.
// `node scripts/spark.mjs [VERSION…]` fetches and prints each SPARK_HOME.
//
// Where a Spark is (apps/submit looks there when no other Spark is named):
//   ${SPARK_MESOS_CACHE:-${XDG_CACHE_HOME:-~/.cache}/spark-mesos}/spark-<version>/pyspark

import { closeSync, existsSync, openSync, readdirSync, writeSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runScript, StepError, step } from './support/progress.mjs';
import { parseVersion } from './support/requirements.mjs';
import { run } from './support/run.mjs';
import { lastLines } from './support/workspace.mjs';

/**
 * The Sparks that the tests run on, the newest first, with the oldest Python that each one's pip package takes.
 * @type {readonly { version: string, python: readonly [number, number], mebibytes: number }[]}
 */
export const SPARKS = [
  { version: '4.3.0', python: [3, 11], mebibytes: 435 },
  { version: '3.5.6', python: [3, 8], mebibytes: 303 },
];

/**
 * The folder of everything that is fetched or compiled once.
 * @param {NodeJS.ProcessEnv} [environment]
 */
export function cacheFolder(environment = process.env) {
  const { SPARK_MESOS_CACHE: own, XDG_CACHE_HOME: shared } = environment;
  if (own !== undefined && own !== '') return own;
  return join(shared !== undefined && shared !== '' ? shared : join(homedir(), '.cache'), 'spark-mesos');
}

/**
 * The SPARK_HOME of a version in the cache, whether it is there or not.
 * @param {string} version
 * @param {NodeJS.ProcessEnv} [environment]
 */
export function sparkHome(version, environment = process.env) {
  return join(cacheFolder(environment), `spark-${version}`, 'pyspark');
}

/**
 * Whether a folder holds a Spark that can run.
 * @param {string} home
 */
function isComplete(home) {
  const jars = join(home, 'jars');
  return (
    existsSync(join(home, 'bin', 'spark-submit')) &&
    existsSync(jars) &&
    readdirSync(jars).some((name) => name.startsWith('spark-core_'))
  );
}

/**
 * Whether this version has been fetched.
 * @param {string} version
 * @param {NodeJS.ProcessEnv} [environment]
 */
export function isFetched(version, environment = process.env) {
  return isComplete(sparkHome(version, environment));
}

/** The newest Spark whose pip package this machine's Python takes. */
export async function newestUsableSpark() {
  const { output } = await run('python3', ['--version']);
  const [major, minor] = parseVersion(output) ?? [0, 0];
  const usable = SPARKS.find(
    ({ python }) => major > python[0] || (major === python[0] && minor >= python[1]),
  );
  if (usable === undefined)
    throw new StepError(`No Spark runs on ${output.trim()}: Python 3.8 is the oldest.`);
  return usable.version;
}

/**
 * Takes the lock of a version, waiting for another process that fetches it; a dead process's lock is taken over.
 * @param {string} path
 * @param {(detail: string) => void} report
 */
async function lock(path, report) {
  for (;;) {
    try {
      const file = openSync(path, 'wx');
      writeSync(file, String(process.pid));
      closeSync(file);
      return;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    const holder = await lockHolder(path);
    if (holder === undefined) await unlink(path).catch(() => {});
    else report(`waiting for process ${holder}, which fetches it`);
    await delay(500);
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/**
 * The living process that holds a lock.
 * @param {string} path
 * @returns {Promise<number | undefined>}
 */
async function lockHolder(path) {
  const text = await readFile(path, 'utf8').catch(() => '');
  const pid = Number(text);
  if (pid > 0) return isAlive(pid) ? pid : undefined;
  // Its holder has made the file just now and has not yet written its number, or was killed in between.
  const age = await stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  return age < 5_000 ? 0 : undefined;
}

/**
 * The bytes of the files of a folder.
 * @param {string} folder
 * @returns {Promise<number>}
 */
async function sizeOf(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/**
 * Says every second how far pip is: what it last said, and while it downloads, how much is there.
 * @param {{ folder: string, mebibytes: number, phase: () => string, report: (detail: string) => void }} options
 * @returns {() => void} ends it
 */
function watchProgress({ folder, mebibytes, phase, report }) {
  const show = async () => {
    const current = phase();
    if (current !== 'downloading') return report(current);
    const loaded = Math.round((await sizeOf(folder)) / 1024 / 1024);
    report(`downloading ${Math.min(loaded, mebibytes)} of ${mebibytes} MiB`);
  };
  const timer = setInterval(() => void show(), 1_000);
  return () => clearInterval(timer);
}

/** What pip is doing, by the words that its lines begin with. */
const PIP_PHASES = [
  { words: /^\s*(Collecting|Downloading)/, phase: 'downloading' },
  { words: /^\s*(Installing build|Getting requirements|Preparing|Building)/, phase: 'unpacking' },
  { words: /^\s*Installing collected/, phase: 'copying' },
];

/**
 * Installs a version with pip into a folder of its own.
 * @param {{ version: string, work: string, report: (detail: string) => void, signal: AbortSignal }} options
 */
async function installWithPip({ version, work, report, signal }) {
  const temporary = join(work, 'tmp');
  await mkdir(temporary, { recursive: true });
  const mebibytes = SPARKS.find((spark) => spark.version === version)?.mebibytes ?? 450;
  let phase = 'asking the package index';
  const stop = watchProgress({ folder: temporary, mebibytes, phase: () => phase, report });
  const programArguments = [
    '-m',
    'pip',
    'install',
    '--no-deps',
    '--no-compile',
    '--disable-pip-version-check',
  ];
  programArguments.push('--progress-bar', 'off', '--target', join(work, 'target'), `pyspark==${version}`);
  try {
    const { status, output } = await run('python3', programArguments, {
      // pip unpacks below TMPDIR: in our own folder nothing is left behind, and the download can be watched.
      env: { ...process.env, TMPDIR: temporary },
      signal,
      onLine: (line) => {
        phase = PIP_PHASES.find(({ words }) => words.test(line))?.phase ?? phase;
      },
    });
    if (signal.aborted) throw new StepError('Interrupted; nothing of the download is kept.');
    if (status !== 0) {
      throw new StepError(`pip could not install pyspark ${version} (exit ${status}):\n${lastLines(output, 12)}
Check the network (pip must reach its package index) and the space below ${cacheFolder()}, then try again.`);
    }
  } finally {
    stop();
  }
}

/**
 * Removes what processes that were killed have left of this version.
 * @param {string} version
 */
async function removeLeftovers(version) {
  const prefix = `spark-${version}.partial-`;
  const names = (await readdir(cacheFolder())).filter((name) => name.startsWith(prefix));
  const dead = names.filter((name) => !isAlive(Number(name.slice(prefix.length))));
  await Promise.all(dead.map((name) => rm(join(cacheFolder(), name), { recursive: true, force: true })));
}

/**
 * Fetches a Spark unless it is there, and gives its SPARK_HOME. The folder appears whole or not at all, also
 * when several processes ask for it at once or one of them is killed.
 * @param {string} version
 * @param {(detail: string) => void} [report]
 * @returns {Promise<string>}
 */
export async function fetchSpark(version, report = () => {}) {
  const home = sparkHome(version);
  if (isComplete(home)) return home;
  const folder = join(cacheFolder(), `spark-${version}`);
  const work = `${folder}.partial-${process.pid}`;
  await mkdir(cacheFolder(), { recursive: true });
  await lock(`${folder}.lock`, report);
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    if (isComplete(home)) return home;
    await removeLeftovers(version);
    await installWithPip({ version, work, report, signal: interruption.signal });
    if (!isComplete(join(work, 'target', 'pyspark'))) {
      throw new StepError(`pyspark ${version} from pip holds no whole Spark (bin/spark-submit and jars).`);
    }
    await rm(folder, { recursive: true, force: true });
    await rename(join(work, 'target'), folder);
    return home;
  } finally {
    await rm(work, { recursive: true, force: true });
    await unlink(`${folder}.lock`).catch(() => {});
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

/**
 * Fetches a Spark, with its progress shown; says nothing when it is there already.
 * @param {string} version
 */
export async function fetchSparkShown(version) {
  if (isFetched(version)) return sparkHome(version);
  const size = SPARKS.find((spark) => spark.version === version)?.mebibytes ?? 450;
  return await step(`Fetching Spark ${version} (about ${size} MiB, once)`, ({ report }) =>
    fetchSpark(version, report),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runScript(async () => {
    const versions = process.argv.length > 2 ? process.argv.slice(2) : [await newestUsableSpark()];
    for (const version of versions) console.log(await fetchSparkShown(version));
    return 0;
  });
}

// The jobs of a soak: what they are, and with which settings and arguments.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomWork, wordsOf } from './work.mjs';

const PYTHON_WORDS = fileURLToPath(new URL('programs/words.py', import.meta.url));

/**
 * @typedef {import('./world.mjs').World} World
 * @typedef {import('./work.mjs').Work} Work
 *
 * How a job comes to the cluster: with a gateway of its own, by the one that stands, or by the dispatcher.
 * @typedef {'client coarse' | 'client fine' | 'client dynamic' | 'gateway coarse' | 'gateway fine' |
 *   'cluster RPC' | 'cluster REST' | 'cluster API' | 'cluster dynamic' | 'cluster killed'} JobKind
 *
 * @typedef {object} Job
 * @property {string} name of its framework, and in the environment of all its processes
 * @property {JobKind} kind
 * @property {Work} work
 * @property {boolean} inPython
 * @property {string} sparkHome
 * @property {string} jar
 * @property {number} killAfterMs where it is killed
 *
 * A job under way, as faults see it.
 * @typedef {object} RunningJob
 * @property {Job} job
 * @property {number} executorsKilled
 * @property {boolean} driverKilled
 *
 * @typedef {object} Outcome
 * @property {Job} job
 * @property {number} tookMs
 * @property {string} [wrong] what is wrong with its result or its end
 * @property {readonly string[]} leaks
 */

/** @type {readonly JobKind[]} */
export const JOB_KINDS = [
  'client coarse',
  'cluster REST',
  'gateway fine',
  'client dynamic',
  'cluster API',
  'client fine',
  'gateway coarse',
  'cluster RPC',
  'cluster killed',
  'cluster dynamic',
];

/**
 * @param {number} number
 * @param {JobKind} kind
 * @param {import('../scripts/support/random.mjs').Random} random
 * @param {readonly { home: string, jar: string }[]} sparks
 * @returns {Job}
 */
export function randomJob(number, kind, random, sparks) {
  const work = randomWork(random);
  const { home, jar } = random.pick(sparks);
  // spark-submit sends no Python to a cluster.
  const inPython = work.kind === 'words' && !kind.startsWith('cluster');
  const killAfterMs = random.between(500, 12_000);
  // Two soaks on one machine do not take each other's processes for their own.
  const name = `soak-${process.pid}-job-${number}-`;
  return { name, kind, work, inPython, sparkHome: home, jar, killAfterMs };
}

/** What `--conf` says for it. @param {Job} job @param {World} world */
export function settingsOf({ name, kind }, { shufflePort, places }) {
  return {
    'spark.app.name': name,
    'spark.executorEnv.SOAK_JOB': name,
    'spark.driver.memory': '512m',
    'spark.executor.memory': '512m',
    'spark.cores.max': '2',
    // Masters fail over, agents go away, and whoever was there goes on.
    'spark.mesos.driver.failoverTimeout': '120',
    'spark.mesos.coarse.unreachableTimeout': '1s',
    ...(kind.startsWith('cluster')
      ? {
          'spark.mesos.driverEnv.SOAK_JOB': name,
          // A driver that is killed leaves its own files.
          'spark.mesos.driverEnv.SPARK_LOCAL_DIRS': join(places.jobs, name),
          'spark.driver.supervise': 'true',
          'spark.mesos.driver.supervise.unreachableTimeout': '2s',
        }
      : {}),
    ...(kind.endsWith('fine')
      ? { 'spark.mesos.coarse': 'false', 'spark.mesos.mesosExecutor.cores': '0.5' }
      : { 'spark.executor.cores': '1' }),
    ...(kind.endsWith('dynamic')
      ? {
          'spark.dynamicAllocation.enabled': 'true',
          'spark.dynamicAllocation.maxExecutors': '2',
          'spark.dynamicAllocation.executorIdleTimeout': '1s',
          'spark.shuffle.service.enabled': 'true',
          'spark.shuffle.service.port': `${shufflePort}`,
          'spark.shuffle.readHostLocalDisk': 'false',
          'spark.local.dir': places.scratch,
        }
      : {}),
  };
}

/** The program and its arguments, as spark-submit takes them. @param {Job} job */
export function programOf({ inPython, jar, work }) {
  const program = inPython ? [PYTHON_WORDS] : ['--class', 'org.sparkmesos.soak.SoakJob', jar];
  return [...program, ...wordsOf(work)];
}

// Real Spark on the embedded Mesos: empty tasks, and large results, in fine mode and in coarse mode.

import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { compileScala } from '../../scripts/compile-scala.mjs';
import { StepError } from '../../scripts/support/progress.mjs';
import { lastLines } from '../../scripts/support/workspace.mjs';
import { EXECUTOR_PROGRAM } from './processes.mjs';

const ANSWER = 'bench ';

/** Cores for tasks: all of the agent but the executor's own. */
export const TASK_CORES = 3;

/** Results come in status updates, however large they are. */
const LARGE_RESULTS = {
  'spark.task.maxDirectResultSize': '512m',
  'spark.rpc.message.maxSize': '1024',
  'spark.driver.maxResultSize': '0',
};

const SHARED = {
  'spark.executor.memory': '1500m',
  'spark.driver.memory': '1500m',
  'spark.log.level': 'WARN',
  'spark.ui.enabled': 'false',
  ...LARGE_RESULTS,
};

/** The settings of each way to run tasks. */
export const WAYS = {
  slots: { 'spark.mesos.coarse': 'false' },
  slotsOfExecutor: {
    'spark.mesos.coarse': 'false',
    'spark.mesos.fine.carrier': 'executor',
    'spark.mesos.fine.executor.program': EXECUTOR_PROGRAM,
  },
  exact: {
    'spark.mesos.coarse': 'false',
    'spark.mesos.fine.exact': 'true',
    'spark.mesos.fine.carrier': 'executor',
    'spark.mesos.fine.executor.program': EXECUTOR_PROGRAM,
  },
  coarse: { 'spark.cores.max': String(TASK_CORES), 'spark.executor.cores': String(TASK_CORES) },
};

/**
 * What the gateway counted.
 * @typedef {{ cpuMs: number, tasks: number, heldP50Ms: number, heldP99Ms: number }} Figures
 */

/**
 * A gateway in a process of its own.
 * @param {{ master: string, sparkHome: string }} options
 */
export async function startGateway({ master, sparkHome }) {
  const program = fileURLToPath(new URL('gateway.mjs', import.meta.url));
  const child = fork(program, [master, sparkHome]);
  const [{ url }] = await once(child, 'message');
  return {
    url: /** @type {string} */ (url),
    /** @param {'begin' | 'figures' | 'gated' | 'ungated'} request @returns {Promise<Figures>} */
    async ask(request) {
      const answer = once(child, 'message');
      child.send(request);
      return (await answer)[0];
    },
    async close() {
      const ended = once(child, 'exit');
      child.send('close');
      await ended;
    },
  };
}

/**
 * A driver that stays warm, of unmodified Spark.
 * @param {{ gateway: string, sparkHome: string, settings: Readonly<Record<string, string>> }} options
 */
export async function startDriver({ gateway, sparkHome, settings }) {
  const jar = await compileScala({
    source: fileURLToPath(new URL('EmptyTasks.scala', import.meta.url)),
    sparkHome,
  });
  const conf = Object.entries({ ...SHARED, ...settings }).flatMap(([name, value]) => [
    '--conf',
    `${name}=${value}`,
  ]);
  const words = ['--master', gateway, ...conf, '--class', 'EmptyTasks', jar];
  const child = spawn(join(sparkHome, 'bin', 'spark-submit'), words, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, SPARK_HOME: sparkHome, SPARK_LOCAL_IP: '127.0.0.1' },
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    log = (log + text).slice(-20_000);
  });
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new StepError(`The driver has ended:\n${lastLines(log, 30)}`);
      if (value.startsWith(ANSWER)) return value.slice(ANSWER.length);
    }
  };
  await answer();
  return {
    /**
     * Runs a job; returns its milliseconds.
     * @param {'tasks' | 'results'} what @param {number} count @param {number} [size] ms of a task, MiB of a result
     */
    async run(what, count, size = 0) {
      child.stdin.write(`${what} ${count} ${size}\n`);
      return Number(await answer());
    },
    async close() {
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await ended;
      clearTimeout(timer);
    },
  };
}

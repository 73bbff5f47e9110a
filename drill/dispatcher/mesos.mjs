// The embedded Mesos of a drill or a soak, as the process that holds it sees it.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('mesos-process.mjs', import.meta.url));

/**
 * @typedef {{ id: string, isActive: boolean, openTasks: number }} FoundFramework
 * @typedef {Awaited<ReturnType<typeof startMesos>>} Mesos
 */

/**
 * Starts one.
 * @param {object} places
 * @param {string} places.temporary where its sandboxes are, in a folder that it makes and removes
 * @param {string} places.log
 * @param {Partial<import('@spark-mesos/mesos-local').LocalClusterOptions>} [options] where it differs from a drill's
 * @param {object} [preload] what its process is given beside its program
 * @param {readonly string[]} [preload.execArgv]
 * @param {NodeJS.ProcessEnv} [preload.environment]
 */
export async function startMesos({ temporary, log }, options = {}, preload = {}) {
  const child = fork(PROGRAM, [JSON.stringify(options)], {
    // What this process is loaded with is nothing to that one.
    execArgv: [...(preload.execArgv ?? [])],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...preload.environment, TMPDIR: temporary },
  });
  const output = createWriteStream(log);
  child.stdout?.pipe(output, { end: false });
  child.stderr?.pipe(output, { end: false });
  /** @type {Map<number, { resolve: (value: any) => void, reject: (error: Error) => void }>} */
  const open = new Map();
  let last = 0;
  const exited = once(child, 'exit').then(([status, signal]) => {
    for (const { reject } of open.values())
      reject(new Error(`the Mesos has ended with ${status ?? signal}: ${log}`));
    open.clear();
  });
  child.on('message', (message) => {
    const { id, result, problem } = /** @type {{ id: number, result?: unknown, problem?: string }} */ (
      message
    );
    const waiting = open.get(id);
    open.delete(id);
    if (problem === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(problem));
  });
  const answer = (/** @type {number} */ id) =>
    new Promise((resolve, reject) => {
      open.set(id, { resolve, reject });
    });
  await answer(0);
  /**
   * @param {string} name
   * @param {...unknown} words
   * @returns {Promise<any>}
   */
  const ask = (name, ...words) => {
    last += 1;
    const answered = answer(last);
    child.send({ id: last, name, words });
    return answered;
  };
  /** @type {string[]} */
  const masters = await ask('masters');
  return {
    /** As `--master` takes it. */
    master: `mesos://${masters.join(',')}`,
    masters,
    pid: child.pid,
    failOver: () => ask('failOver'),
    stopAgent: (/** @type {number} */ index) => ask('stopAgent', index),
    loseAgent: (/** @type {number} */ index) => ask('loseAgent', index),
    returnAgent: (/** @type {number} */ index) => ask('returnAgent', index),
    loseUpdates: (/** @type {number} */ count) => ask('loseUpdates', count),
    duplicateUpdates: (/** @type {number} */ count) => ask('duplicateUpdates', count),
    /** As an operator does. */
    teardown: (/** @type {string} */ frameworkId) => ask('teardown', frameworkId),
    dropStreams: () => ask('dropStreams'),
    /** @type {(name: string) => Promise<FoundFramework[]>} */
    frameworksNamed: (name) => ask('frameworksNamed', name),
    async close() {
      child.disconnect();
      await exited;
      output.end();
    },
  };
}

// The processes that the bench has beside its own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from '../../scripts/support/workspace.mjs';

/** Where agents of the bench have the Mesos executor of fine mode. */
export const EXECUTOR_PROGRAM = join(ROOT, 'apps', 'fine-executor', 'bin', 'spark-mesos-fine-executor.js');

/**
 * An embedded Mesos with one agent, in a process of its own.
 * @param {{ cpus: number, memMiB: number }} agent
 * @returns {Promise<{ master: string, stop: () => Promise<unknown> }>}
 */
export async function startCluster({ cpus, memMiB }) {
  const program = join(ROOT, 'bench', 'fine', 'cluster.mjs');
  const child = spawn(process.execPath, [program, String(cpus), String(memMiB)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const master = await new Promise((resolve, reject) => {
    child.stdout.setEncoding('utf8').once('data', (text) => resolve(text.trim()));
    void ended.then(() => reject(new Error('the embedded Mesos has ended')));
  });
  return {
    master,
    stop() {
      child.stdin.end();
      return ended;
    },
  };
}

/** @param {number} milliseconds */
export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

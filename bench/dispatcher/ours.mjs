// Our dispatcher, a process of its own as people start it, with its state in files.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { StepError } from '../../scripts/support/progress.mjs';
import { lastLines } from '../../scripts/support/workspace.mjs';

const PROGRAM = fileURLToPath(
  new URL('../../apps/dispatcher/bin/spark-mesos-dispatcher.js', import.meta.url),
);
const PROBE = new URL('probe.mjs', import.meta.url).href;
const LONGEST_START_MS = 60_000;

/**
 * @typedef {object} Ours
 * @property {number} port of submissions
 * @property {number} webPort of page and API
 * @property {number} pid
 * @property {() => Promise<number>} memory bytes that are held
 * @property {(signal?: NodeJS.Signals) => Promise<void>} stop
 */

/**
 * Starts a dispatcher, and waits until it is subscribed.
 * @param {object} options
 * @param {string} options.master
 * @param {string} options.folder
 * @param {string} options.sparkHome
 * @param {Readonly<Record<string, string>>} [options.conf]
 * @param {readonly string[]} [options.nodeOptions]
 * @returns {Promise<Ours>}
 */
export async function startOurs({ master, folder, sparkHome, conf = {}, nodeOptions = [] }) {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `log-${process.hrtime.bigint()}`);
  const log = openSync(file, 'w');
  const limits = { 'spark.mesos.maxQueuedDrivers': '1000000', 'spark.mesos.maxDrivers': '1000000' };
  const child = fork(
    PROGRAM,
    [
      ...['--master', `mesos://${master}`, '--host', '127.0.0.1', '--port', '0', '--webui-port', '0'],
      ...['--work-dir', join(folder, 'state'), '--spark-home', sparkHome],
      ...Object.entries({ ...limits, ...conf }).flatMap(([name, value]) => ['--conf', `${name}=${value}`]),
    ],
    { execArgv: ['--expose-gc', '--import', PROBE, ...nodeOptions], stdio: ['ignore', log, log, 'ipc'] },
  );
  closeSync(log);
  const ended = once(child, 'exit');
  const stop = async (/** @type {NodeJS.Signals} */ signal = 'SIGKILL') => {
    child.kill(signal);
    await ended;
  };
  const deadline = performance.now() + LONGEST_START_MS;
  for (;;) {
    const found = addressesIn(readFileSync(file, 'utf8'));
    if (found !== undefined && (await isReady(found.webPort))) {
      const memory = async () => {
        child.send('memory');
        return (await once(child, 'message'))[0];
      };
      return { ...found, pid: child.pid ?? 0, memory, stop };
    }
    if (child.exitCode !== null || performance.now() > deadline) {
      await stop();
      throw new StepError(`The dispatcher does not start:\n${lastLines(readFileSync(file, 'utf8'), 20)}`);
    }
    await delay(5);
  }
}

/** @param {string} log */
function addressesIn(log) {
  const line = log.split('\n').find((one) => one.includes('"the dispatcher is ready"') && one.endsWith('}'));
  if (line === undefined) return undefined;
  const { url, webUrl } = JSON.parse(line);
  const portOf = (/** @type {string} */ address) => Number(address.slice(address.lastIndexOf(':') + 1));
  return { port: portOf(url), webPort: portOf(webUrl) };
}

/** @param {number} webPort */
async function isReady(webPort) {
  return await fetch(`http://127.0.0.1:${webPort}/readyz`).then(
    ({ status }) => status === 200,
    () => false,
  );
}

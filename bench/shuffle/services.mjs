// The services that are compared, each a process of its own.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { StepError } from '../../scripts/support/progress.mjs';
import { lastLines } from '../../scripts/support/workspace.mjs';

const OURS = fileURLToPath(
  new URL('../../apps/shuffle-service/bin/spark-mesos-shuffle-service.js', import.meta.url),
);
const LONGEST_START_MS = 60_000;
/** What all applications share; no secret of anybody. */
export const SECRET = 'shared-by-the-bench';

/** What both sides are told to let in clients that authenticate themselves and encrypt. */
export const AUTHENTICATED = {
  'spark.authenticate': 'true',
  'spark.authenticate.secret': SECRET,
  'spark.network.crypto.enabled': 'true',
  'spark.network.crypto.authEngineVersion': '1',
  'spark.network.crypto.cipher': 'AES/CTR/NoPadding',
};

/**
 * @typedef {object} Side
 * @property {string} name
 * @property {string} [sparkHome] whose own service it is; without it, ours
 * @property {Readonly<Record<string, string>>} conf
 */

/**
 * @typedef {object} Service
 * @property {Side} side
 * @property {number} port
 * @property {number} pid
 * @property {number} startedMs from its start to its port's being open
 * @property {(signal?: NodeJS.Signals) => Promise<void>} stop
 */

/**
 * Starts a service and waits until its port is open.
 * @param {object} options
 * @param {Side} options.side
 * @param {string} options.root where executors' directories are
 * @param {string} options.folder for what it keeps
 * @param {Readonly<Record<string, string>>} [options.conf]
 * @returns {Promise<Service>}
 */
export async function startService({ side, root, folder, conf = {} }) {
  const port = await freePort();
  mkdirSync(folder, { recursive: true });
  const settings = { 'spark.shuffle.service.port': String(port), ...side.conf, ...conf };
  const started = performance.now();
  const child =
    side.sparkHome === undefined
      ? await spawnOurs(settings, root, folder)
      : spawnSparks(settings, side.sparkHome, root, folder);
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      log = (log + text).slice(-20_000);
    });
  }
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => child.once('close', () => resolve()));
  const stop = async (/** @type {NodeJS.Signals} */ signal = 'SIGKILL') => {
    child.kill(signal);
    await ended;
  };
  while (!(await isOpen(port))) {
    if (child.exitCode !== null || performance.now() - started > LONGEST_START_MS) {
      await stop();
      throw new StepError(`${side.name} does not start:\n${lastLines(log, 20)}`);
    }
    await delay(5);
  }
  return { side, port, pid: child.pid ?? 0, startedMs: performance.now() - started, stop };
}

/** @param {Record<string, string>} settings @param {string} root @param {string} folder */
async function spawnOurs(settings, root, folder) {
  const conf = Object.entries({ ...settings, 'spark.local.dir': root }).flatMap(([name, value]) => [
    '--conf',
    `${name}=${value}`,
  ]);
  const metrics = ['--metrics-port', String(await freePort())];
  const options = ['--host', '127.0.0.1', '--work-dir', folder, ...metrics];
  return spawn(process.execPath, [OURS, ...options, ...conf], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/**
 * @param {Record<string, string>} settings
 * @param {string} sparkHome
 * @param {string} root
 * @param {string} folder
 */
function spawnSparks(settings, sparkHome, root, folder) {
  const words = Object.entries(settings).map(([name, value]) => `-D${name}=${value}`);
  return spawn(join(sparkHome, 'bin', 'spark-class'), ['org.apache.spark.deploy.ExternalShuffleService'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      SPARK_HOME: sparkHome,
      SPARK_CONF_DIR: mkdtempSync(join(folder, 'conf-')),
      // In the first one it keeps its registrations.
      SPARK_LOCAL_DIRS: `${folder},${root}`,
      SPARK_LOCAL_IP: '127.0.0.1',
      SPARK_SHUFFLE_OPTS: words.join(' '),
    },
  });
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/** @param {number} port @returns {Promise<boolean>} */
function isOpen(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (/** @type {boolean} */ open) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}

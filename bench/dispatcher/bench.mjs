// The dispatcher: submissions, status, lists, memory, restart, launches and retries, ours as people start it against the
// last one that Spark brought along, with its own REST server and scheduler on a warm JVM, in the same run.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchSparkShown, SPARKS } from '../../scripts/spark.mjs';
import { step } from '../../scripts/support/progress.mjs';
import { BenchMaster } from '../rpc/master.mjs';
import { measureCreates } from './creates.mjs';
import { measureMemory, measureRestart } from './holding.mjs';
import { measureLaunches, measureRetries } from './launching.mjs';
import { startLoad } from './load.mjs';
import { startPeer } from './peer.mjs';
import { measureReads } from './reads.mjs';

/**
 * What every scenario has.
 * @typedef {object} Surroundings
 * @property {BenchMaster & { address: string }} master
 * @property {ReturnType<typeof startLoad>} load
 * @property {import('./peer.mjs').Peer} peer
 * @property {string} sparkHome
 * @property {string} folder
 * @property {Sizes} sizes
 */

/**
 * How much is measured.
 * @typedef {typeof FULL} Sizes
 */

/** Enough for figures. */
const FULL = {
  rounds: 3,
  createMs: 3000,
  readMs: 2000,
  warmUpMs: 3000,
  warmUpCreates: 4000,
  drivers: 10_000,
  reads: 300,
  live: 22_000,
  restarts: 3,
  launches: 30,
  retried: 10,
};

/** Enough to see that all of it works; the figures are those of programs that are not warm. @type {Sizes} */
const QUICK = {
  rounds: 1,
  createMs: 400,
  readMs: 300,
  warmUpMs: 600,
  warmUpCreates: 500,
  drivers: 1000,
  reads: 50,
  live: 1000,
  restarts: 1,
  launches: 5,
  retried: 3,
};

/** Whether this bench needs the newest Spark; it fetches the one that it needs. */
export const needsSpark = false;

const SCENARIOS = {
  creates: shown('Submissions', measureCreates),
  reads: shown('Status and lists', measureReads),
  memory: shown('Memory of drivers that wait', measureMemory),
  restart: shown('Restarts', measureRestart),
  launches: shown('Launches', measureLaunches),
  retries: shown('Retries', measureRetries),
};

/**
 * A scenario that shows that it goes on.
 * @param {string} title
 * @param {(around: Surroundings) => Promise<import('../harness.mjs').Row[]>} scenario
 */
function shown(title, scenario) {
  return (/** @type {Surroundings} */ around) => step(title, () => scenario(around));
}

/** @param {{ quick: boolean }} options @returns {Promise<import('../harness.mjs').Row[]>} */
export async function measure({ quick }) {
  const version = SPARKS.find((spark) => spark.version.startsWith('3.5.'))?.version ?? '';
  const sparkHome = await fetchSparkShown(version);
  const folder = mkdtempSync(join(tmpdir(), 'spark-mesos-bench-'));
  const master = new BenchMaster();
  const address = await master.listen();
  const load = startLoad();
  const peer = await step('Starting the peer', () => startPeer({ sparkHome, folder }));
  const rows = [];
  try {
    const sizes = quick ? QUICK : FULL;
    const around = { master: Object.assign(master, { address }), load, peer, sparkHome, folder, sizes };
    for (const scenario of Object.values(SCENARIOS)) rows.push(...(await scenario(around)));
  } finally {
    await load.close();
    await peer.close();
    await master.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return rows;
}

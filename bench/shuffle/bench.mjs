// The shuffle service against Spark's own: the same files, fetched by the same load generator, in turn. How much of a
// processor a service takes for a GiB is what counts where both share few processors with the load generator.

import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchSparkShown, SPARKS } from '../../scripts/spark.mjs';
import { fixed, measured, meetsGoal, row, table as tableOf } from '../harness.mjs';
import { cellsOf, isOfOneCell, LINE_HEAD, lineOf, meanRows, nameOf, rowsOf } from './cells.mjs';
import { startClient, startSink } from './client.mjs';
import { SHUFFLES, writeShuffles } from './files.mjs';
import { measureHolding, measureRestarts, memoryRows } from './holding.mjs';
import { AUTHENTICATED, startService } from './services.mjs';

/** @typedef {import('./client.mjs').Cell} Cell @typedef {import('./client.mjs').Fetched} Fetched */
/** @typedef {import('./services.mjs').Side} Side @typedef {import('./services.mjs').Service} Service */

const WHOLE = {
  connections: [1, 16, 64],
  rounds: 3,
  slowRounds: 1,
  duration: { warmMs: 120, measureMs: 400 },
  slowDuration: { warmMs: 150, measureMs: 800 },
};
const QUICK = {
  connections: [16],
  rounds: 1,
  slowRounds: 1,
  duration: { warmMs: 120, measureMs: 400 },
  slowDuration: { warmMs: 100, measureMs: 500 },
};
/** So that Java has compiled what it uses most. */
const WARM_UP = { warmMs: 0, measureMs: 1000 };

/** Both are fetched, whatever Spark is the newest here. */
export const needsSpark = false;

/** @type {Side} */
const OURS = { name: 'spark-mesos', conf: {} };

/**
 * Spark 3.5 has no other default than NIO; what Spark 4 chooses for itself sends files in another way.
 * @returns {Promise<Side[]>}
 */
async function peers() {
  /** @type {Side[]} */
  const sides = [];
  for (const { version } of [...SPARKS].reverse()) {
    const sparkHome = await fetchSparkShown(version);
    const isNio = version.startsWith('3.');
    sides.push({ name: `Spark ${version}${isNio ? ' (NIO, its default)' : ''}`, sparkHome, conf: {} });
    if (!isNio) {
      sides.push({ name: `Spark ${version} (NIO)`, sparkHome, conf: { 'spark.shuffle.io.mode': 'NIO' } });
    }
  }
  return sides;
}

/**
 * @param {{ quick?: boolean }} options
 * @returns {Promise<import('../harness.mjs').Row[]>}
 */
export async function measure({ quick = false }) {
  const plan = quick ? QUICK : WHOLE;
  const others = await peers();
  const [first] = others;
  if (first?.sparkHome === undefined) throw new Error('there is no Spark to be compared with');
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'spark-mesos-bench-')));
  const root = join(folder, 'local');
  const directory = writeShuffles(root);
  const client = await startClient(first.sparkHome);
  const sides = [OURS, ...others];
  try {
    const setting = { client, sides, root, folder, directory, plan };
    const limits = await limitsOf(client, first.sparkHome);
    const rows = [
      ...(await measurePhase({ ...setting, name: 'plain', modes: ['plain'], conf: {}, limits })),
      ...(await measurePhase({
        ...setting,
        name: 'encrypted',
        modes: ['crypto', 'sasl'],
        conf: AUTHENTICATED,
      })),
    ];
    if (!quick) rows.push(...(await measureRestarts({ client, sides: [OURS, first], root, folder })));
    return rows;
  } finally {
    await client.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * What the load generator itself can do, by the size of blocks.
 * @param {import('./client.mjs').Client} client
 * @param {string} sparkHome
 */
async function limitsOf(client, sparkHome) {
  const sink = await startSink(sparkHome);
  /** @type {Map<number, number[]>} */
  const limits = new Map();
  try {
    for (const shuffle of SHUFFLES) {
      // It has only the first block of each kind.
      const cell = cellsOf(['plain'], [16]).find((each) => each.shuffle === shuffle);
      if (cell === undefined) continue;
      const port = await sink.prepare(shuffle);
      const canned = { ...cell, shuffle: { ...shuffle, maps: 1 } };
      const seen = [];
      for (let round = 0; round < 3; round += 1) {
        const { bytes, seconds } = await client.fetch({ port, pid: process.pid }, canned, WHOLE.duration);
        seen.push(bytes / seconds / 1024 / 1024);
      }
      limits.set(shuffle.id, seen);
    }
  } finally {
    await sink.close();
  }
  return limits;
}

/**
 * @typedef {object} Phase all that is measured with one start of all services
 * @property {string} name
 * @property {readonly Cell['mode'][]} modes
 * @property {Readonly<Record<string, string>>} conf
 * @property {import('./client.mjs').Client} client
 * @property {readonly Side[]} sides ours is the first
 * @property {string} root
 * @property {string} folder
 * @property {string} directory
 * @property {typeof WHOLE} plan
 * @property {ReadonlyMap<number, readonly number[]>} [limits] of the load generator
 */

/** @param {Phase} phase */
async function measurePhase(phase) {
  const { name, modes, conf, client, sides, root, folder, directory, plan, limits } = phase;
  /** @type {Service[]} */
  const services = [];
  try {
    for (const [index, side] of sides.entries()) {
      const service = await startService({ side, root, folder: join(folder, `${name}-${index}`), conf });
      services.push(service);
      const mode = modes.includes('plain') ? 'plain' : 'crypto';
      await client.ask('announce', { port: service.port, mode, directory });
    }
    const warmUps = cellsOf(modes, [16]);
    for (const service of services) for (const cell of warmUps) await client.fetch(service, cell, WARM_UP);
    /** @type {import('./cells.mjs').CellRow[]} */
    const cellRows = [];
    /** @type {Map<number, number>} */
    const fastest = new Map();
    for (const cell of cellsOf(modes, plan.connections)) {
      const seen = await measureCell(client, services, cell, plan);
      console.log(`\n${nameOf(cell)}\n${LINE_HEAD}`);
      for (const [index, { side }] of services.entries()) console.log(lineOf(side.name, seen[index] ?? []));
      const [ours = [], ...theirs] = seen;
      for (const [index, peer] of theirs.entries()) {
        cellRows.push(...rowsOf(cell, sides[index + 1]?.name ?? '', ours, peer));
      }
      const best = Math.max(...seen.flat().map(({ bytes, seconds }) => bytes / seconds / 1024 / 1024));
      fastest.set(cell.shuffle.id, Math.max(best, fastest.get(cell.shuffle.id) ?? 0));
    }
    const rows = [...cellRows.map(({ row: each }) => each), ...meanRows(cellRows)];
    if (limits !== undefined) rows.push(...limitRows(limits, fastest));
    const [ours, ...peerServices] = services;
    if (ours !== undefined) {
      rows.push(...memoryRows({ mode: name, ours, peers: peerServices }));
      const [peer] = peerServices;
      if (modes.includes('plain') && peer !== undefined) {
        rows.push(...(await measureHolding({ client, ours, peer })));
      }
    }
    return rows;
  } finally {
    for (const service of services) await service.stop();
  }
}

/**
 * Each service in turn, as often as there are rounds; who goes first changes.
 * @param {import('./client.mjs').Client} client
 * @param {readonly Service[]} services
 * @param {Cell} cell
 * @param {typeof WHOLE} plan
 */
async function measureCell(client, services, cell, plan) {
  const isSlow = cell.mode === 'sasl';
  /** @type {Fetched[][]} */
  const seen = services.map(() => []);
  for (let round = 0; round < (isSlow ? plan.slowRounds : plan.rounds); round += 1) {
    for (let turn = 0; turn < services.length; turn += 1) {
      const index = (turn + round) % services.length;
      const service = services[index];
      if (service === undefined) continue;
      seen[index]?.push(await client.fetch(service, cell, isSlow ? plan.slowDuration : plan.duration));
    }
  }
  return seen;
}

/** @param {ReadonlyMap<number, readonly number[]>} limits @param {ReadonlyMap<number, number>} fastest */
function limitRows(limits, fastest) {
  return SHUFFLES.map(({ id, name }) =>
    row({
      scenario: `plain: ${name}, the load generator from a server without files, 16 connections, against the fastest service`,
      unit: 'MiB/s',
      ours: measured(limits.get(id) ?? [0]),
      peer: fixed(fastest.get(id) ?? Number.NaN),
      better: 'more',
      goal: 1,
    }),
  );
}

/**
 * Hundreds of rows are for the file: what is printed are those that stand for several cells or for none, and whatever
 * misses its goal.
 * @param {readonly import('../harness.mjs').Row[]} rows
 */
export function table(rows) {
  const printed = rows.filter((each) => !isOfOneCell(each) || !meetsGoal(each));
  return `${tableOf(printed)}\n\n${rows.length - printed.length} more rows, of single cells, meet their goals.`;
}

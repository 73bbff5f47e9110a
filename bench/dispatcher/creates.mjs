// Submissions a second, and whether each one that was answered with success is there when the dispatcher is killed at
// once.

import { closeSync, constants, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { FileStore } from '../../packages/durable-store/dist/index.js';
import { fixed, measured, row } from '../harness.mjs';
import { startOurs } from './ours.mjs';
import { processorSeconds } from './processor.mjs';
import { createRequests, SUBMISSION } from './requests.mjs';

const CONNECTIONS = [1, 16, 64];

/** Against the original that keeps everything in memory, and against the one that keeps it in ZooKeeper. */
const MEMORY_GOAL = 0.5;
const ZOOKEEPER_GOAL = 5;
/** What stands between a submission and its answer beside the disk may take as long as the disk does. */
const DISK_GOAL = 0.5;
const DISK_BYTES = 8 * 1024 * 1024;

/** @typedef {import('./bench.mjs').Surroundings} Surroundings */
/** @typedef {'ours' | 'memory' | 'zookeeper'} Side */

/**
 * What was seen over some connections.
 * @typedef {object} Sight
 * @property {number} rate submissions a second
 * @property {number} processorMs of a submission
 * @property {number} generator how busy the load generator was, in percent of a core
 */

/** @param {Surroundings} around @returns {Promise<import('../harness.mjs').Row[]>} */
export async function measureCreates(around) {
  const { rounds } = around.sizes;
  /** @type {Record<Side, Sight[][]>} by the round, then by the number of connections */
  const seen = { ours: [], memory: [], zookeeper: [] };
  /** @type {number[]} */
  const disk = [];
  const kept = { answered: 0, queued: 0 };
  for (let round = 0; round < rounds; round += 1) {
    // Who goes first changes from round to round.
    const sides = [
      async () => seen.ours.push(await ours(around, round)),
      async () => seen.memory.push(await peer(around, 'memory', kept)),
      async () => seen.zookeeper.push(await peer(around, `create-${round}`)),
      async () => disk.push(syncsPerSecond(around)),
    ];
    for (const side of round % 2 === 0 ? sides : sides.reverse()) await side();
  }
  return [...rateRows(seen, disk), ...processorRows(seen), keptRow(kept)];
}

/** @param {Record<Side, Sight[][]>} seen @param {readonly number[]} disk */
function rateRows(seen, disk) {
  const of = (/** @type {Side} */ side, /** @type {number} */ index) =>
    measured(seen[side].map((sights) => sights[index]?.rate ?? 0));
  const common = { unit: 'submissions/s', better: /** @type {const} */ ('more') };
  return [
    ...CONNECTIONS.flatMap((connections, index) => {
      const scenario = `submissions, each fsynced before it is answered, ${connections} connection${connections === 1 ? '' : 's'}, against Spark 3.5`;
      const mine = { ...common, ours: of('ours', index) };
      return [
        row({
          ...mine,
          scenario: `${scenario} with ZooKeeper`,
          peer: of('zookeeper', index),
          goal: ZOOKEEPER_GOAL,
        }),
        row({
          ...mine,
          scenario: `${scenario} in memory only`,
          peer: of('memory', index),
          goal: MEMORY_GOAL,
        }),
      ];
    }),
    row({
      ...common,
      scenario:
        'submissions one after another, against bare writes of as many bytes that this disk syncs one after another',
      ours: of('ours', 0),
      peer: measured(disk),
      goal: DISK_GOAL,
    }),
    row({
      ...common,
      scenario:
        'those bare writes, against Spark 3.5 with ZooKeeper and 1 connection: the most that is possible where each submission is synced',
      ours: measured(disk),
      peer: of('zookeeper', 0),
      goal: 0,
    }),
    row({
      ...common,
      scenario: 'those bare writes, against Spark 3.5 in memory only and 1 connection: the same',
      ours: measured(disk),
      peer: of('memory', 0),
      goal: 0,
    }),
  ];
}

/** What a machine that has other things to do says less about than about rates. @param {Record<Side, Sight[][]>} seen */
function processorRows(seen) {
  const most = CONNECTIONS.length - 1;
  const of = (/** @type {Side} */ side) =>
    measured(seen[side].map((sights) => sights[most]?.processorMs ?? 0));
  const generator = Object.values(seen).flatMap((rounds) => rounds.flat().map((sight) => sight.generator));
  const scenario = `processor time of a submission, ${CONNECTIONS[most]} connections, against Spark 3.5`;
  const common = { unit: 'ms', better: /** @type {const} */ ('less'), ours: of('ours') };
  return [
    row({
      ...common,
      scenario: `${scenario} with ZooKeeper, both processes`,
      peer: of('zookeeper'),
      goal: 1,
    }),
    row({ ...common, scenario: `${scenario} in memory only`, peer: of('memory'), goal: MEMORY_GOAL }),
    row({
      scenario: 'how busy the load generator was, at most, against a core',
      unit: '%',
      ours: fixed(Math.max(...generator)),
      peer: fixed(100),
      better: 'less',
      goal: 1,
    }),
  ];
}

/** @param {{ answered: number, queued: number }} kept */
function keptRow({ answered, queued }) {
  return row({
    scenario:
      'of the submissions answered with success, kept after kill -9 (a single one lost ends the bench), against Spark 3.5, not killed',
    unit: '%',
    ours: fixed(100),
    peer: fixed((100 * queued) / answered),
    better: 'more',
    goal: 1,
  });
}

/**
 * Submits over ever more connections.
 * @param {Surroundings} around
 * @param {number} port
 * @param {readonly number[]} pids whose processor time counts
 */
async function submitAll({ load, sizes }, port, pids) {
  const spent = () => pids.reduce((sum, pid) => sum + processorSeconds(pid), 0);
  const requests = createRequests();
  const sights = [];
  const ids = [];
  for (const connections of CONNECTIONS) {
    const before = spent();
    const sight = await load.run({ port, connections, requests, durationMs: sizes.createMs, ids: true });
    const { count, seconds, cpuSeconds } = sight;
    ids.push(...sight.ids);
    sights.push({
      rate: count / seconds,
      processorMs: (1000 * (spent() - before)) / count,
      generator: (100 * cpuSeconds) / seconds,
    });
  }
  return { sights, ids };
}

/** @param {Surroundings} around @param {number} round */
async function ours(around, round) {
  const { master, folder, sparkHome, load, sizes } = around;
  const own = join(folder, `create-${round}`);
  const { port, pid, stop } = await startOurs({ master: master.address, folder: own, sparkHome });
  const warmUp = { port, connections: 16, requests: createRequests(), count: sizes.warmUpCreates, ids: true };
  try {
    const warm = await load.run(warmUp);
    const { sights, ids } = await submitAll(around, port, [pid]);
    await stop('SIGKILL');
    await assertKept(join(own, 'state'), [...warm.ids, ...ids]);
    return sights;
  } finally {
    await stop('SIGKILL');
  }
}

/** Opens what was left behind and looks for each. @param {string} directory @param {readonly string[]} ids */
async function assertKept(directory, ids) {
  const store = await FileStore.open({ directory, name: 'drivers' });
  try {
    const stored = new Set(
      (await store.entries('submission/')).map(({ key }) => key.slice('submission/'.length)),
    );
    const lost = ids.filter((id) => !stored.has(id));
    if (lost.length > 0)
      throw new Error(`${lost.length} of ${ids.length} submissions are lost: ${lost.slice(0, 3)}`);
    if (new Set(ids).size !== ids.length) throw new Error('two submissions have the same id');
  } finally {
    await store.close();
  }
}

/**
 * @param {Surroundings} around
 * @param {string} state
 * @param {{ answered: number, queued: number }} [kept]
 */
async function peer(around, state, kept) {
  const { peer: spark, load, sizes } = around;
  const { port } = await spark.serve(state);
  const warmUp = { port, connections: 16, requests: createRequests(), durationMs: sizes.warmUpMs };
  const warm = await load.run(warmUp);
  const { sights, ids } = await submitAll(around, port, spark.pids);
  if (kept !== undefined) {
    kept.answered += warm.count + ids.length;
    kept.queued += await spark.queued();
  }
  await spark.stop();
  return sights;
}

/**
 * How many writes of a submission's bytes, one after another, are safe in a second, in a file that has its length already: to sync
 * the bytes is all that the disk has to do.
 * @param {Surroundings} around
 */
function syncsPerSecond({ folder, sizes: { createMs } }) {
  const bytes = Buffer.alloc(Buffer.byteLength(SUBMISSION) + 500, 'x');
  const path = join(folder, 'disk');
  writeFileSync(path, Buffer.alloc(DISK_BYTES), { flush: true });
  const file = openSync(path, constants.O_RDWR | constants.O_DSYNC);
  let count = 0;
  const began = performance.now();
  while (performance.now() - began < createMs / 3) {
    writeSync(file, bytes, 0, bytes.length, (count * bytes.length) % (DISK_BYTES - bytes.length));
    count += 1;
  }
  const seconds = (performance.now() - began) / 1000;
  closeSync(file);
  return count / seconds;
}

// Submissions a second, and whether each one that was answered with success is there when the dispatcher is killed at
// once.

import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { FileStore } from '../../packages/durable-store/dist/index.js';
import { fixed, measured, row } from '../harness.mjs';
import { startOurs } from './ours.mjs';
import { createRequest, SUBMISSION } from './requests.mjs';

const CONNECTIONS = [1, 16, 64];
const ROUNDS = 3;
const MEASURE_MS = 3000;
const WARM_UP = 4000;
/** ZooKeeper takes its time. */
const WARM_UP_MS = 3000;

/** Against the original that keeps everything in memory, and against the one that keeps it in ZooKeeper. */
const MEMORY_GOAL = 0.5;
const ZOOKEEPER_GOAL = 5;
/** What stands between a submission and its answer beside the disk may take as long as the disk does. */
const DISK_GOAL = 0.5;

/** @typedef {import('./bench.mjs').Surroundings} Surroundings */
/** @typedef {'ours' | 'memory' | 'zookeeper'} Side */

/** @param {Surroundings} around @returns {Promise<import('../harness.mjs').Row[]>} */
export async function measureCreates(around) {
  const rounds = around.quick ? 1 : ROUNDS;
  /** @type {Record<Side, number[][]>} submissions a second, by the number of connections */
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
      async () => disk.push(syncsPerSecond(around.folder)),
    ];
    for (const side of round % 2 === 0 ? sides : sides.reverse()) await side();
  }
  const of = (/** @type {Side} */ side, /** @type {number} */ index) =>
    measured(seen[side].map((values) => values[index] ?? 0));
  const common = { unit: 'submissions/s', better: /** @type {const} */ ('more') };
  return [
    ...CONNECTIONS.flatMap((connections, index) => {
      const words = `submissions, each fsynced before it is answered, ${connections} connection${connections === 1 ? '' : 's'}`;
      const mine = of('ours', index);
      return [
        row({
          ...common,
          scenario: `${words}, against Spark 3.5 with ZooKeeper`,
          ours: mine,
          peer: of('zookeeper', index),
          goal: ZOOKEEPER_GOAL,
        }),
        row({
          ...common,
          scenario: `${words}, against Spark 3.5 in memory only`,
          ours: mine,
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
      scenario:
        'of the submissions answered with success, kept after kill -9 (a single one lost ends the bench), against Spark 3.5, not killed',
      unit: '%',
      ours: fixed(100),
      peer: fixed((100 * kept.queued) / kept.answered),
      better: 'more',
      goal: 1,
    }),
  ];
}

/** @param {Surroundings} around @param {number} round */
async function ours({ master, folder, sparkHome, load }, round) {
  const own = join(folder, `create-${round}`);
  const dispatcher = await startOurs({ master: master.address, folder: own, sparkHome });
  const { port } = dispatcher;
  const answered = [];
  const rates = [];
  try {
    const warmUp = { port, connections: 16, requests: [createRequest()], count: WARM_UP, ids: true };
    answered.push(...(await load.run(warmUp)).ids);
    for (const connections of CONNECTIONS) {
      const { ids, count, seconds } = await load.run({
        port,
        connections,
        requests: [createRequest()],
        durationMs: MEASURE_MS,
        ids: true,
      });
      answered.push(...ids);
      rates.push(count / seconds);
    }
  } finally {
    await dispatcher.stop('SIGKILL');
  }
  await assertKept(join(own, 'state'), answered);
  return rates;
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
async function peer({ peer: spark, load }, state, kept) {
  const { port } = await spark.serve(state);
  const requests = [createRequest()];
  const rates = [];
  const warmUp = await load.run({ port, connections: 16, requests, durationMs: WARM_UP_MS });
  let answered = warmUp.count;
  for (const connections of CONNECTIONS) {
    const { count, seconds } = await load.run({ port, connections, requests, durationMs: MEASURE_MS });
    rates.push(count / seconds);
    answered += count;
  }
  if (kept !== undefined) {
    kept.answered += answered;
    kept.queued += await spark.queued();
  }
  await spark.stop();
  return rates;
}

/** How many writes of a submission's bytes, one after another, are safe in a second. @param {string} folder */
function syncsPerSecond(folder) {
  const file = openSync(join(folder, 'disk'), 'w');
  const bytes = Buffer.alloc(Buffer.byteLength(SUBMISSION) + 500, 'x');
  let count = 0;
  const began = performance.now();
  while (performance.now() - began < MEASURE_MS / 3) {
    writeSync(file, bytes);
    fdatasyncSync(file);
    count += 1;
  }
  const seconds = (performance.now() - began) / 1000;
  closeSync(file);
  return count / seconds;
}

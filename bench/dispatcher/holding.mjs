// What a driver that waits holds in memory, and how long a restart takes with 22,000 that are live.

import { join } from 'node:path';
import { fixed, measured, row } from '../harness.mjs';
import { startOurs } from './ours.mjs';
import { ask, createRequest } from './requests.mjs';

/** So that what all drivers share is there before memory is looked at. */
const FIRST = 1000;
const BYTES_GOAL = 2700;

const OFFERS_AT_ONCE = 1000;
const LONGEST_RESTART_MS = 2000;
const LONGEST_WAIT_MS = 120_000;
const OFFER_AGAIN_MS = 3000;

/** @typedef {import('./bench.mjs').Surroundings} Surroundings */

/** @param {Surroundings} around @returns {Promise<import('../harness.mjs').Row[]>} */
export async function measureMemory({ master, folder, sparkHome, load, peer, sizes: { drivers } }) {
  const requests = [createRequest()];
  const dispatcher = await startOurs({ master: master.address, folder: join(folder, 'memory'), sparkHome });
  const create = async (/** @type {number} */ count) => {
    await load.run({ port: dispatcher.port, connections: 16, requests, count });
    return await dispatcher.memory();
  };
  const before = await create(FIRST);
  const ours = measured([((await create(drivers)) - before) / drivers]);
  await dispatcher.stop();
  const { port } = await peer.serve('memory');
  const fill = async (/** @type {number} */ count) => {
    while ((await peer.queued()) < count) await load.run({ port, connections: 4, requests, count: 1000 });
    return { queued: await peer.queued(), bytes: await peer.memory() };
  };
  const first = await fill(FIRST);
  const full = await fill(FIRST + drivers);
  await peer.stop();
  const common = { unit: 'bytes', better: /** @type {const} */ ('less'), ours, goal: 1 };
  return [
    row({ ...common, scenario: 'memory of a driver that waits, against a limit', peer: fixed(BYTES_GOAL) }),
    row({
      ...common,
      scenario: 'memory of a driver that waits, against Spark 3.5 in memory only',
      peer: measured([(full.bytes - first.bytes) / (full.queued - first.queued)]),
    }),
  ];
}

/** @param {Surroundings} around @returns {Promise<import('../harness.mjs').Row[]>} */
export async function measureRestart(around) {
  const ours = measured(await restarts(around));
  const common = { unit: 'ms', better: /** @type {const} */ ('less'), ours, goal: 1 };
  const scenario = `restart with ${around.sizes.live} live drivers, from the start of its process to its being ready`;
  return [
    row({ ...common, scenario: `${scenario}, against a limit`, peer: fixed(LONGEST_RESTART_MS) }),
    row({
      ...common,
      scenario: `${scenario}, against Spark 3.5 with as many in ZooKeeper, in a process that runs already`,
      peer: fixed(await peerRestart(around)),
    }),
  ];
}

/** @param {Surroundings} around */
async function restarts({ master, folder, sparkHome, load, sizes: { live, restarts: rounds } }) {
  const options = { master: master.address, folder: join(folder, 'restart'), sparkHome };
  let dispatcher = await startOurs(options);
  await load.run({ port: dispatcher.port, connections: 16, requests: [createRequest()], count: live });
  const frameworkId = /** @type {string} */ ([...master.frameworks.keys()].at(-1));
  for (let running = 0; running < live; running += OFFERS_AT_ONCE) {
    await untilRunning(dispatcher.webPort, Math.min(live, running + OFFERS_AT_ONCE), (missing) =>
      master.offer(frameworkId, missing),
    );
  }
  const tookMs = [];
  for (let round = 0; round < rounds; round += 1) {
    await dispatcher.stop('SIGKILL');
    const began = performance.now();
    dispatcher = await startOurs(options);
    tookMs.push(performance.now() - began);
    const { running } = await ask(`http://127.0.0.1:${dispatcher.webPort}/api/v2/queues`);
    if (running !== live) throw new Error(`${running} of ${live} drivers are live after a restart`);
  }
  await dispatcher.stop();
  return tookMs;
}

/**
 * Waits until so many drivers run. Offers are made anew after a while: one that comes while a dispatcher subscribes once more is void.
 * @param {number} webPort
 * @param {number} count
 * @param {(missing: number) => void} offer
 */
async function untilRunning(webPort, count, offer) {
  const deadline = performance.now() + LONGEST_WAIT_MS;
  let nextOffer = 0;
  for (;;) {
    // What is seen to run was written down before: a kill may follow at once.
    const { total: running } = await ask(
      `http://127.0.0.1:${webPort}/api/v2/submissions?state=running&limit=1`,
    );
    if (running >= count) return;
    if (performance.now() > deadline) throw new Error(`${running} of ${count} drivers run`);
    if (performance.now() > nextOffer) {
      offer(count - running);
      nextOffer = performance.now() + OFFER_AGAIN_MS;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** @param {Surroundings} around */
async function peerRestart({ load, peer, sizes: { live } }) {
  const { port } = await peer.serve('restart');
  await load.run({ port, connections: 64, requests: [createRequest()], count: live });
  await peer.stop();
  const { startedMs } = await peer.serve('restart');
  await peer.stop();
  return startedMs;
}

// Status of one of 10,000 drivers that wait, and lists and searches of 10,000 that have ended.

import { join } from 'node:path';
import { alternate, fixed, measured, row } from '../harness.mjs';
import { startOurs } from './ours.mjs';
import { ask, createRequest, getRequest } from './requests.mjs';

const DRIVERS = 10_000;
const CONNECTIONS = [1, 16, 64];
const ROUNDS = 3;
const MEASURE_MS = 2000;
const WARM_UP_MS = 2000;
const STATUS_GOAL = 2;

/** A page of a hundred, as the page asks for it each second. */
const READS = 300;
const LONGEST_READ_MS = 50;
const LISTS = {
  'the latest 100': '?limit=100',
  'the last page of 100 by name': '?limit=100&offset=9900&sort=name&order=ascending',
  'a search that finds one': '?search=-09999',
  'a search that finds nothing': '?search=nothing-is-called-so',
};

/** @typedef {import('./bench.mjs').Surroundings} Surroundings */

/** @param {Surroundings} around */
export async function measureReads(around) {
  return [...(await measureStatus(around)), ...(await measureLists(around))];
}

/** Requests in an order that no cache knows. @param {readonly string[]} ids */
function statusRequests(ids) {
  const step = 7919;
  return ids.map((_, index) => getRequest(`/v1/submissions/status/${ids[(index * step) % ids.length]}`));
}

/** @param {Surroundings} around @returns {Promise<import('../harness.mjs').Row[]>} */
async function measureStatus({ master, folder, sparkHome, load, peer, quick }) {
  const dispatcher = await startOurs({ master: master.address, folder: join(folder, 'status'), sparkHome });
  const requests = [createRequest()];
  const mine = await load.run({
    port: dispatcher.port,
    connections: 16,
    requests,
    count: DRIVERS,
    ids: true,
  });
  const theirs = await peer.serve('memory');
  // It takes those of one millisecond for the same.
  while ((await peer.queued()) < DRIVERS) {
    await load.run({ port: theirs.port, connections: 4, requests, count: 2000 });
  }
  const sides = {
    ours: { port: dispatcher.port, requests: statusRequests(mine.ids) },
    peer: { port: theirs.port, requests: statusRequests((await peer.ids()).slice(0, DRIVERS)) },
  };
  for (const side of Object.values(sides))
    await load.run({ ...side, connections: 16, durationMs: WARM_UP_MS });
  const rows = [];
  for (const connections of CONNECTIONS) {
    const rate = async (/** @type {keyof typeof sides} */ side) => {
      const { count, seconds } = await load.run({ ...sides[side], connections, durationMs: MEASURE_MS });
      return count / seconds;
    };
    const scenario = `status with ${DRIVERS} queued, ${connections} connection${connections === 1 ? '' : 's'}, against Spark 3.5`;
    const rounds = quick ? 1 : ROUNDS;
    const seen = await alternate({ rounds, ours: () => rate('ours'), peer: () => rate('peer') });
    rows.push(row({ scenario, unit: 'requests/s', ...seen, better: 'more', goal: STATUS_GOAL }));
  }
  await peer.stop();
  await dispatcher.stop();
  return rows;
}

/** @param {Surroundings} around @returns {Promise<import('../harness.mjs').Row[]>} */
async function measureLists({ master, folder, sparkHome, load }) {
  const conf = { 'spark.mesos.retainedDrivers': String(DRIVERS) };
  const dispatcher = await startOurs({
    master: master.address,
    folder: join(folder, 'list'),
    sparkHome,
    conf,
  });
  const { port, webPort } = dispatcher;
  await load.run({ port, connections: 16, requests: [createRequest()], count: DRIVERS });
  await ask(`http://127.0.0.1:${port}/v1/submissions/killall`, { method: 'POST' });
  const rows = [];
  for (const [name, query] of Object.entries(LISTS)) {
    const path = `/api/v2/submissions${query}`;
    const { total } = await ask(`http://127.0.0.1:${webPort}${path}`);
    if (!query.includes('search') && total !== DRIVERS)
      throw new Error(`${total} of ${DRIVERS} are retained`);
    const requests = [getRequest(path)];
    await load.run({ port: webPort, connections: 1, requests, count: READS });
    const { p99 } = await load.run({ port: webPort, connections: 1, requests, count: READS });
    rows.push(
      row({
        scenario: `list of ${DRIVERS} retained: ${name}, slowest of a hundred, against a limit`,
        unit: 'ms',
        ours: measured([p99]),
        peer: fixed(LONGEST_READ_MS),
        better: 'less',
        goal: 1,
      }),
    );
  }
  await dispatcher.stop();
  return rows;
}

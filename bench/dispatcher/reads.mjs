// Status of one of 10,000 drivers that wait, and lists and searches of 10,000 that have ended.

import { join } from 'node:path';
import { alternate, fixed, measured, row } from '../harness.mjs';
import { startOurs } from './ours.mjs';
import { ask, createRequest, getRequest } from './requests.mjs';

const CONNECTIONS = [1, 16, 64];
const STATUS_GOAL = 2;

/** A page of a hundred, as the page asks for it each second. */
const LONGEST_READ_MS = 50;
/** What is asked for, and how many there are of it. @param {number} drivers */
const lists = (drivers) => ({
  'the latest 100': { query: '?limit=100', found: drivers },
  'the last page of 100 by name': {
    query: `?limit=100&offset=${drivers - 100}&sort=name&order=ascending`,
    found: drivers,
  },
  'a search that finds one': { query: `?search=-${String(drivers / 2).padStart(4, '0')}`, found: 1 },
  'a search that finds nothing': { query: '?search=nothing-is-called-so', found: 0 },
});

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
async function measureStatus({ master, folder, sparkHome, load, peer, sizes }) {
  const { drivers, readMs, warmUpMs, rounds } = sizes;
  const dispatcher = await startOurs({ master: master.address, folder: join(folder, 'status'), sparkHome });
  const requests = [createRequest()];
  const mine = await load.run({
    port: dispatcher.port,
    connections: 16,
    requests,
    count: drivers,
    ids: true,
  });
  const theirs = await peer.serve('memory');
  // It takes those of one millisecond for the same.
  while ((await peer.queued()) < drivers) {
    await load.run({ port: theirs.port, connections: 4, requests, count: 2000 });
  }
  const sides = {
    ours: { port: dispatcher.port, requests: statusRequests(mine.ids) },
    peer: { port: theirs.port, requests: statusRequests((await peer.ids()).slice(0, drivers)) },
  };
  for (const side of Object.values(sides)) await load.run({ ...side, connections: 16, durationMs: warmUpMs });
  const rows = [];
  for (const connections of CONNECTIONS) {
    const rate = async (/** @type {keyof typeof sides} */ side) => {
      const { count, seconds } = await load.run({ ...sides[side], connections, durationMs: readMs });
      return count / seconds;
    };
    const scenario = `status with ${drivers} queued, ${connections} connection${connections === 1 ? '' : 's'}, against Spark 3.5`;
    const seen = await alternate({ rounds, ours: () => rate('ours'), peer: () => rate('peer') });
    rows.push(row({ scenario, unit: 'requests/s', ...seen, better: 'more', goal: STATUS_GOAL }));
  }
  await peer.stop();
  await dispatcher.stop();
  return rows;
}

/** @param {Surroundings} around @returns {Promise<import('../harness.mjs').Row[]>} */
async function measureLists({ master, folder, sparkHome, load, sizes: { drivers, reads } }) {
  const conf = { 'spark.mesos.retainedDrivers': String(drivers) };
  const dispatcher = await startOurs({
    master: master.address,
    folder: join(folder, 'list'),
    sparkHome,
    conf,
  });
  const { port, webPort } = dispatcher;
  await load.run({ port, connections: 16, requests: [createRequest()], count: drivers });
  await ask(`http://127.0.0.1:${port}/v1/submissions/killall`, { method: 'POST' });
  const rows = [];
  for (const [name, { query, found }] of Object.entries(lists(drivers))) {
    const path = `/api/v2/submissions${query}`;
    const { total } = await ask(`http://127.0.0.1:${webPort}${path}`);
    if (total !== found) throw new Error(`${total} instead of ${found} in ${name}`);
    const requests = [getRequest(path)];
    await load.run({ port: webPort, connections: 1, requests, count: reads });
    const { p99 } = await load.run({ port: webPort, connections: 1, requests, count: reads });
    rows.push(
      row({
        scenario: `list of ${drivers} retained: ${name}, slowest of a hundred, against a limit`,
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

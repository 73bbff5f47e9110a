// What a service holds: connections that say nothing, readers that read nothing, and a hundred thousand executors.

import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fixed, measured, residentMemory, row } from '../harness.mjs';
import { wordsOf } from './client.mjs';
import { SHUFFLES } from './files.mjs';
import { startService } from './services.mjs';

const EXECUTORS = 100_000;
const IDLE_CONNECTIONS = 1000;
const SLOW_READERS = 200;
const RESTARTS = 3;
/** In which memory is looked at while readers are slow, some times. */
const SLOW_MS = 3000;

const GOALS = { restartMs: 1000, slowReadersMiB: 40, idleConnectionsMiB: 40, registering: 0.25 };

/** @typedef {import('./client.mjs').Client} Client @typedef {import('./services.mjs').Service} Service */

/** @param {Service} service */
const memory = ({ pid }) => residentMemory(pid)?.now ?? Number.NaN;

/**
 * Memory under connections that do nothing.
 * @param {{ client: Client, ours: Service, peer: Service }} options
 */
export async function measureHolding({ client, ours, peer }) {
  /** @type {Record<string, { idle: number, slow: number }>} */
  const grown = {};
  for (const service of [ours, peer]) {
    const idle = await grownBy(client, service, 'idle', IDLE_CONNECTIONS);
    grown[service.side.name] = { idle, slow: await grownBy(client, service, 'slow', SLOW_READERS) };
  }
  const [mine, theirs] = [grown[ours.side.name], grown[peer.side.name]];
  return [
    row({
      scenario: `memory that ${IDLE_CONNECTIONS} idle connections take; ${peer.side.name} takes ${Math.round(theirs?.idle ?? 0)} MiB; against a limit`,
      unit: 'MiB',
      ours: fixed(mine?.idle ?? Number.NaN),
      peer: fixed(GOALS.idleConnectionsMiB),
      better: 'less',
      goal: 1,
    }),
    row({
      scenario: `memory that ${SLOW_READERS} readers take that asked for 16 MiB each and read nothing; ${peer.side.name} takes ${Math.round(theirs?.slow ?? 0)} MiB; against a limit`,
      unit: 'MiB',
      ours: fixed(mine?.slow ?? Number.NaN),
      peer: fixed(GOALS.slowReadersMiB),
      better: 'less',
      goal: 1,
    }),
  ];
}

/** At least 1: less than that is nothing. @param {Client} client @param {Service} service @param {string} what @param {number} count */
async function grownBy(client, service, what, count) {
  const [shuffle] = SHUFFLES.slice(-1);
  if (shuffle === undefined) throw new Error('there are no blocks');
  const cell = wordsOf({ mode: 'plain', shuffle, layout: 'adjacent', connections: count });
  const before = memory(service);
  await client.ask(what, { port: service.port, count, ...cell });
  let most = 0;
  for (const started = performance.now(); performance.now() - started < SLOW_MS; await delay(100)) {
    most = Math.max(most, memory(service));
  }
  await client.ask('release', {});
  return Math.max(1, most - before);
}

/**
 * A restart with many registrations, after the process was killed.
 * @param {{ client: Client, sides: readonly [import('./services.mjs').Side, import('./services.mjs').Side], root: string, folder: string }} options
 */
export async function measureRestarts({ client, sides, root, folder }) {
  /** @type {{ restartMs: number[], registerSeconds: number, mib: number }[]} */
  const seen = [];
  for (const [index, side] of sides.entries()) {
    const options = { side, root, folder: join(folder, `restart-${index}`) };
    let service = await startService(options);
    const registerSeconds = Number(
      await client.ask('register', { port: service.port, count: EXECUTORS, root }),
    );
    const mib = memory(service);
    const restartMs = [];
    for (let restart = 0; restart < RESTARTS; restart += 1) {
      await service.stop('SIGKILL');
      service = await startService(options);
      restartMs.push(service.startedMs);
    }
    seen.push({ restartMs, registerSeconds, mib });
    await service.stop();
  }
  const [ours, peer] = seen;
  if (ours === undefined || peer === undefined) throw new Error('there are two sides');
  const against = `against ${sides[1].name}`;
  return [
    row({
      scenario: `${EXECUTORS} executors registered over one connection, 64 at a time, each on the disk when it is answered, ${against}, which does not wait for the disk`,
      unit: 's',
      ours: fixed(ours.registerSeconds),
      peer: fixed(peer.registerSeconds),
      better: 'less',
      goal: GOALS.registering,
    }),
    row({
      scenario: `from kill -9 to an open port with ${EXECUTORS} executors, ${against}`,
      unit: 'ms',
      ours: measured(ours.restartMs),
      peer: measured(peer.restartMs),
      better: 'less',
      goal: 1,
    }),
    row({
      scenario: `from kill -9 to an open port with ${EXECUTORS} executors, against a limit`,
      unit: 'ms',
      ours: measured(ours.restartMs),
      peer: fixed(GOALS.restartMs),
      better: 'less',
      goal: 1,
    }),
    row({
      scenario: `memory with ${EXECUTORS} executors, ${against}`,
      unit: 'MiB',
      ours: fixed(ours.mib),
      peer: fixed(peer.mib),
      better: 'less',
      goal: 2,
    }),
  ];
}

/**
 * The most memory that each service has had, after all that was fetched from it.
 * @param {{ mode: string, ours: Service, peers: readonly Service[] }} options
 */
export function memoryRows({ mode, ours, peers }) {
  const highest = (/** @type {Service} */ { pid }) => residentMemory(pid)?.highest ?? Number.NaN;
  return peers.map((peer) =>
    row({
      scenario: `${mode}: most memory while blocks were fetched, against ${peer.side.name}`,
      unit: 'MiB',
      ours: fixed(highest(ours)),
      peer: fixed(highest(peer)),
      better: 'less',
      goal: 2,
    }),
  );
}

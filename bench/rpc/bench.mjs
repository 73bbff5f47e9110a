// Spark's RPC: Java object streams read and written, against Java's own on a warm JVM in the same run; and one gateway
// with 200 applications of 20 executors each, against one with a tenth of them.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchSparkShown, SPARKS } from '../../scripts/spark.mjs';
import { step } from '../../scripts/support/progress.mjs';
import { alternate, measured, row } from '../harness.mjs';
import { startJvm } from '../jvm.mjs';
import { BenchDriver } from './driver.mjs';
import { BenchMaster } from './master.mjs';
import { streams } from './streams.mjs';

const REGISTRATIONS = 2000;
const UPDATES = 100_000;
const WARM_UPS = 2;
const ROUNDS = { whole: 5, quick: 3 };

const MANY_APPLICATIONS = 200;
const FEW_APPLICATIONS = 20;
const EXECUTORS_EACH = 20;
const GATEWAY_ROUNDS = { whole: 3, quick: 1 };
const FIRST_DRIVER_PORT = 20_000;
/** So that what all applications share is there before memory is looked at. */
const WARM_UP_APPLICATIONS = 5;

/** A registration is written by drivers, once each, and by us only here. */
const DRIVERS_WORK_GOAL = 0.5;

/** Beside what all share, an application may cost a quarter more among many, for the collector's sake. */
const MEMORY_GOAL = 0.8;
/** The slowest of a hundred may take twice as long with ten times as many connections. */
const LATENCY_GOAL = 0.5;

/** Whether this bench needs the newest Spark; its messages are those of one that it fetches. */
export const needsSpark = false;

/** @param {{ quick: boolean }} options @returns {Promise<import('../harness.mjs').Row[]>} */
export async function measure({ quick }) {
  const form = quick ? 'quick' : 'whole';
  const version = SPARKS.find((spark) => spark.version.startsWith('3.5.'))?.version ?? '';
  const sparkHome = await fetchSparkShown(version);
  return [
    ...(await measureStreams(sparkHome, ROUNDS[form])),
    ...(await measureGateway(sparkHome, GATEWAY_ROUNDS[form])),
  ];
}

/** @param {string} sparkHome @param {number} rounds */
async function measureStreams(sparkHome, rounds) {
  const { registration, updates } = await streams(sparkHome);
  const jvm = await startJvm({
    source: fileURLToPath(new URL('StreamPeer.scala', import.meta.url)),
    mainClass: 'StreamPeer',
    sparkHome,
    heap: '1g',
  });
  const folder = mkdtempSync(join(tmpdir(), 'spark-mesos-bench-'));
  const rows = [];
  try {
    for (const [name, count, side] of /** @type {const} */ ([
      ['registration', REGISTRATIONS, registration],
      ['updates', UPDATES, updates],
    ])) {
      const file = join(folder, name);
      writeFileSync(file, delimited(side.bytes));
      await jvm.ask(`load ${name} ${file}`);
      writeFileSync(file, delimited(side.bytes.map((_, index) => side.encodeAt(index))));
      const verdict = await jvm.ask(`same ${name} ${file}`);
      if (verdict !== 'same') throw new Error(`what we write of ${name} is not what Java reads: ${verdict}`);
      for (const way of /** @type {const} */ (['decode', 'encode'])) {
        const work = way === 'decode' ? side.decodeAt : side.encodeAt;
        const ours = async () => {
          const started = performance.now();
          for (let index = 0; index < count; index += 1) work(index);
          return count / (performance.now() - started);
        };
        const peer = async () => (count / Number(await jvm.ask(`${way} ${name} ${count}`))) * 1e6;
        const title = `${way} ${wordsOf(name)}, against Java's own object streams`;
        const sides = await step(title, async () => {
          for (let warmUp = 0; warmUp < WARM_UPS; warmUp += 1) {
            await ours();
            await peer();
          }
          return alternate({ rounds, ours, peer });
        });
        rows.push(
          row({
            scenario: title,
            unit: 'messages/ms',
            ...sides,
            better: 'more',
            goal: name === 'registration' && way === 'encode' ? DRIVERS_WORK_GOAL : 1,
          }),
        );
      }
    }
  } finally {
    await jvm.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return rows;
}

/** @param {'registration' | 'updates'} name */
const wordsOf = (name) =>
  name === 'registration' ? 'the registration of an application' : `${UPDATES} executor updates`;

/** Each behind its length in four bytes. @param {readonly Uint8Array[]} messages */
function delimited(messages) {
  return Buffer.concat(
    messages.flatMap((bytes) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

/** @param {string} sparkHome @param {number} rounds */
async function measureGateway(sparkHome, rounds) {
  /** @type {{ few: GatewayFigures[], many: GatewayFigures[] }} */
  const seen = { few: [], many: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const [figures, count] of /** @type {const} */ ([
      [seen.few, FEW_APPLICATIONS],
      [seen.many, MANY_APPLICATIONS],
    ])) {
      const title = `Round ${round + 1} of ${rounds}: a gateway with ${count} applications`;
      figures.push(await step(title, () => gatewayWith(count, sparkHome)));
    }
  }
  const scenario = `of ${MANY_APPLICATIONS} with ${EXECUTORS_EACH} executors each, against ${FEW_APPLICATIONS}`;
  return [
    row({
      scenario: `gateway's memory for each application ${scenario}`,
      unit: 'KiB',
      ours: measured(seen.many.map(({ kibibytesEach }) => kibibytesEach)),
      peer: measured(seen.few.map(({ kibibytesEach }) => kibibytesEach)),
      better: 'less',
      goal: MEMORY_GOAL,
    }),
    row({
      scenario: `from offer to ExecutorAdded, slowest of a hundred ${scenario}`,
      unit: 'ms',
      ours: measured(seen.many.map(({ slowestOfHundredMs }) => slowestOfHundredMs)),
      peer: measured(seen.few.map(({ slowestOfHundredMs }) => slowestOfHundredMs)),
      better: 'less',
      goal: LATENCY_GOAL,
    }),
  ];
}

/** @typedef {{ kibibytesEach: number, slowestOfHundredMs: number }} GatewayFigures */

/**
 * A gateway with so many applications: what each costs in memory, and how long after its offers were sent each of
 * their executors was announced to its driver.
 * @param {number} applications
 * @param {string} sparkHome
 * @returns {Promise<GatewayFigures>}
 */
async function gatewayWith(applications, sparkHome) {
  const master = new BenchMaster();
  const gateway = fork(
    fileURLToPath(new URL('gateway.mjs', import.meta.url)),
    [await master.listen(), sparkHome],
    {
      execArgv: ['--expose-gc'],
    },
  );
  const ask = async (/** @type {string} */ request) => {
    gateway.send(request);
    return (await once(gateway, 'message'))[0];
  };
  const [{ url }] = await once(gateway, 'message');
  try {
    const warmUp = await register(url, WARM_UP_APPLICATIONS, FIRST_DRIVER_PORT - WARM_UP_APPLICATIONS);
    await latencies(master, warmUp);
    const { bytes: before } = await ask('memory');
    const drivers = await register(url, applications, FIRST_DRIVER_PORT);
    const latenciesMs = await latencies(master, drivers);
    const { bytes: after } = await ask('memory');
    await Promise.all([...warmUp, ...drivers].map((driver) => driver.close()));
    return {
      kibibytesEach: (after - before) / applications / 1024,
      slowestOfHundredMs: percentile(latenciesMs, 0.99),
    };
  } finally {
    gateway.send('close');
    await once(gateway, 'exit');
    await master.close();
  }
}

/**
 * One application after another is offered all its executors at once.
 * @param {BenchMaster} master
 * @param {readonly BenchDriver[]} drivers
 */
async function latencies(master, drivers) {
  /** @type {number[]} */
  const found = [];
  for (const driver of drivers) {
    const sentMs = performance.now();
    master.offer(driver.appId, EXECUTORS_EACH);
    await driver.added(EXECUTORS_EACH);
    found.push(...driver.addedAtMs.map((atMs) => atMs - sentMs));
  }
  return found;
}

/** @param {string} url @param {number} count @param {number} firstPort */
async function register(url, count, firstPort) {
  const drivers = Array.from({ length: count }, (_, index) => new BenchDriver(url, firstPort + index));
  await Promise.all(drivers.map((driver) => driver.registered()));
  return drivers;
}

/** @param {readonly number[]} values @param {number} share */
function percentile(values, share) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

// From a submission to its task, and from a failure to the next start.

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LocalCluster } from '../../packages/mesos-local/dist/index.js';
import { fixed, measured, row } from '../harness.mjs';
import { startOurs } from './ours.mjs';
import { ask, SUBMISSION } from './requests.mjs';

/** Offers are asked for at most five times a second. */
const BETWEEN_MS = 300;
const LONGEST_LAUNCH_MS = 100;

const LONGEST_RETRY_MS = 1500;
const LONGEST_WAIT_MS = 60_000;

/** @typedef {import('./bench.mjs').Surroundings} Surroundings */

const now = () => Number(process.hrtime.bigint()) / 1e6;

/** @param {number} port @param {string} [body] @returns {Promise<string>} */
async function submit(port, body = SUBMISSION) {
  const url = `http://127.0.0.1:${port}/v1/submissions/create`;
  const { success, submissionId, message } = await ask(url, { method: 'POST', body });
  if (!success) throw new Error(`a submission was not taken: ${message}`);
  return submissionId;
}

/** @param {Surroundings} around @returns {Promise<import('../harness.mjs').Row[]>} */
export async function measureLaunches(around) {
  const ours = measured(await launches(around));
  const peer = measured(await peerLaunches(around));
  const common = { unit: 'ms', better: /** @type {const} */ ('less'), ours, goal: 1 };
  const scenario = 'from a submission to its task at the master (TASK_STAGING) when offers are free';
  return [
    row({ ...common, scenario: `${scenario}, against a limit`, peer: fixed(LONGEST_LAUNCH_MS) }),
    row({
      ...common,
      scenario: `${scenario}, against Spark 3.5 with ZooKeeper, whose master is in its own process`,
      peer,
    }),
  ];
}

/** @param {Surroundings} around */
async function launches({ master, folder, sparkHome, sizes }) {
  const dispatcher = await startOurs({ master: master.address, folder: join(folder, 'launch'), sparkHome });
  master.onRevive = (frameworkId) => master.offer(frameworkId, 1);
  const tookMs = [];
  try {
    for (let count = 0; count < sizes.launches; count += 1) {
      await delay(BETWEEN_MS);
      const launched = new Promise((resolve) => {
        master.onLaunch = () => resolve(now());
      });
      const began = now();
      await submit(dispatcher.port);
      tookMs.push((await launched) - began);
    }
  } finally {
    master.onRevive = () => {};
    master.onLaunch = () => {};
    await dispatcher.stop();
  }
  return tookMs;
}

/** @param {Surroundings} around */
async function peerLaunches({ peer, sizes }) {
  const { port } = await peer.serve('launch');
  await peer.offersAreFree();
  const tookMs = [];
  for (let count = 0; count < sizes.launches; count += 1) {
    await delay(BETWEEN_MS);
    const before = await peer.launchedAtMs();
    const began = now();
    await submit(port);
    let launched = before;
    while (launched === before) launched = await peer.launchedAtMs();
    tookMs.push(launched - began);
  }
  await peer.stop();
  return tookMs;
}

/** Real time, an embedded Mesos, and drivers whose program fails at once. @param {Surroundings} around */
export async function measureRetries({ folder, sparkHome, sizes: { retried } }) {
  const cluster = await LocalCluster.start({ agents: [{ cpus: retried, memMiB: 2048 * retried }] });
  const home = join(folder, 'failing-spark');
  mkdirSync(join(home, 'bin'), { recursive: true });
  const program = join(home, 'bin', 'spark-submit');
  writeFileSync(program, '#!/bin/sh\nexit 3\n');
  chmodSync(program, 0o755);
  writeFileSync(join(folder, 'app.jar'), 'no jar');
  const { host, port } = cluster.master;
  const dispatcher = await startOurs({ master: `${host}:${port}`, folder: join(folder, 'retry'), sparkHome });
  try {
    const message = JSON.parse(SUBMISSION);
    message.appResource = `file:${join(folder, 'app.jar')}`;
    message.sparkProperties['spark.mesos.executor.home'] = home;
    message.sparkProperties['spark.driver.supervise'] = 'true';
    const body = JSON.stringify(message);
    const ids = await Promise.all(Array.from({ length: retried }, () => submit(dispatcher.port, body)));
    const tookMs = await Promise.all(ids.map((id) => retriedAfterMs(dispatcher.webPort, id)));
    return [
      row({
        scenario: `from the end of a driver to its next start, due in 1 s, slowest of ${retried}, against a limit`,
        unit: 'ms',
        ours: { ...measured(tookMs), median: Math.max(...tookMs) },
        peer: fixed(LONGEST_RETRY_MS),
        better: 'less',
        goal: 1,
      }),
    ];
  } finally {
    await dispatcher.stop();
    await cluster.close();
  }
}

/** @param {number} webPort @param {string} id */
async function retriedAfterMs(webPort, id) {
  const deadline = performance.now() + LONGEST_WAIT_MS;
  for (;;) {
    const { attempts } = await ask(`http://127.0.0.1:${webPort}/api/v2/submissions/${id}`);
    const [first, second] = attempts;
    if (second !== undefined) return Date.parse(second.launchedAt) - Date.parse(first.finishedAt);
    if (performance.now() > deadline) throw new Error(`${id} is not started again`);
    await delay(50);
  }
}

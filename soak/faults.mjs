// What goes wrong in a soak, at random, while jobs are under way.

import { setTimeout as delay } from 'node:timers/promises';
import { driversWith, executorsWith } from '../scripts/support/processes.mjs';
import { AGENTS } from './world.mjs';

/** More kills than this are too many for a job: Spark gives a task up after four failures. */
const MOST_EXECUTORS_KILLED = 2;
const FAULT_EVERY_MS = { least: 3000, most: 9000 };
const AWAY_MS = { least: 500, most: 8000 };

/**
 * @typedef {import('./world.mjs').World} World
 * @typedef {import('./jobs.mjs').RunningJob} RunningJob
 * @typedef {import('../scripts/support/random.mjs').Random} Random
 *
 * @typedef {object} FaultScene
 * @property {World} world
 * @property {Random} random
 * @property {ReadonlySet<RunningJob>} running
 *
 * Does it, and tells whether there was anything to do it to.
 * @typedef {(scene: FaultScene) => Promise<boolean>} Fault
 */

/** @param {number} pid */
function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    // It has just ended by itself.
    return false;
  }
}

/** @type {Fault} */
async function killExecutor({ random, running }) {
  const candidates = [...running].flatMap((one) =>
    one.executorsKilled < MOST_EXECUTORS_KILLED
      ? executorsWith(one.job.name).map((found) => ({ one, found }))
      : [],
  );
  if (candidates.length === 0) return false;
  const { one, found } = random.pick(candidates);
  one.executorsKilled += 1;
  return kill(found.pid);
}

/** A client's driver takes its job with it; one in the cluster is started again. @type {Fault} */
async function killDriver({ random, running }) {
  const candidates = [...running].flatMap((one) =>
    one.driverKilled ? [] : driversWith(one.job.name).map((found) => ({ one, found })),
  );
  if (candidates.length === 0) return false;
  const { one, found } = random.pick(candidates);
  one.driverKilled = true;
  return kill(found.pid);
}

/** @param {import('./world.mjs').ServiceName} name @returns {Fault} */
const killService =
  (name) =>
  async ({ world }) => {
    const service = world.services[name];
    if (service.url === undefined) return false;
    service.killNow();
    return true;
  };

/** Its machine is gone with all that ran there; another one of that name comes in its place. @type {Fault} */
async function loseAgent({ world: { mesos }, random }) {
  const agent = random.below(AGENTS);
  await mesos.loseAgent(agent);
  await delay(random.between(AWAY_MS.least, AWAY_MS.most));
  await mesos.returnAgent(agent);
  return true;
}

/** Its process dies, and comes back before or after it is given up. @type {Fault} */
async function stopAgent({ world: { mesos }, random }) {
  const agent = random.below(AGENTS);
  await mesos.stopAgent(agent);
  await delay(random.between(AWAY_MS.least, AWAY_MS.most));
  await mesos.returnAgent(agent);
  return true;
}

/** Those that may happen at any time. @type {Readonly<Record<string, Fault>>} */
const ALWAYS = {
  'executor killed': killExecutor,
  'driver killed': killDriver,
  'agent lost and back': loseAgent,
  'agent stopped and back': stopAgent,
  'master failed over': async ({ world: { mesos } }) => {
    await mesos.failOver();
    return true;
  },
  'streams dropped': async ({ world: { mesos } }) => {
    await mesos.dropStreams();
    return true;
  },
  'updates lost': async ({ world: { mesos }, random }) => {
    await mesos.loseUpdates(random.between(1, 3));
    return true;
  },
};

/** Those after which a service is another process, whose memory says nothing of the one before. @type {Readonly<Record<string, Fault>>} */
const OF_SERVICES = {
  'dispatcher killed': killService('dispatcher'),
  'gateway killed': killService('gateway'),
  'shuffle service killed': killService('shuffle service'),
};

export const FAULT_KINDS = [...Object.keys(ALWAYS), ...Object.keys(OF_SERVICES)];

/**
 * Lets things go wrong until it is told to stop.
 * @param {FaultScene} scene
 * @param {object} options
 * @param {AbortSignal} options.signal
 * @param {() => boolean} options.servicesMayDie
 * @param {(kind: string) => void} options.happened
 */
export async function letGoWrong(scene, { signal, servicesMayDie, happened }) {
  const { random } = scene;
  const pause = () =>
    delay(random.between(FAULT_EVERY_MS.least, FAULT_EVERY_MS.most), undefined, { signal }).catch(() => {});
  /** Each kind in turn, in an order of chance, so that none is left out. @type {[string, Fault][]} */
  let waiting = [];
  for (await pause(); !signal.aborted; await pause()) {
    if (scene.running.size === 0) continue;
    if (waiting.length === 0) waiting = kinds(servicesMayDie());
    const [[kind, fault] = []] = waiting.splice(random.below(waiting.length), 1);
    if (kind === undefined || fault === undefined || (kind in OF_SERVICES && !servicesMayDie())) continue;
    if (await fault(scene)) happened(kind);
  }
}

/** @param {boolean} servicesMayDie @returns {[string, Fault][]} */
function kinds(servicesMayDie) {
  return [...Object.entries(ALWAYS), ...(servicesMayDie ? Object.entries(OF_SERVICES) : [])];
}

// The drill of the dispatcher: kills it at every point of a driver's life, and at random ones while other things go
// wrong too, and holds what it promised against what happened.

import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ZooKeeperTestServer } from '@spark-mesos/durable-store/testing';
import { randomFrom, seedOfRun } from '../../scripts/support/random.mjs';
import { startMesos } from './mesos.mjs';
import { randomJobs, randomOrders } from './plan.mjs';
import { pretendSpark } from './pretended-spark.mjs';
import { processesIn } from './processes.mjs';
import { carryOut } from './run.mjs';
import { SCENARIOS, scenariosOf } from './scenarios.mjs';
import { everyPoint } from './systematic.mjs';
import { table, titleOf } from './table.mjs';

/**
 * @typedef {import('./run.mjs').Plan} Plan
 * @typedef {import('./run.mjs').Result} Result
 *
 * @typedef {object} DrillOptions
 * @property {string} sparkHome a real Spark, whose jars are read
 * @property {number} runs with random kills
 * @property {number} seed
 * @property {boolean} points whether every point is gone through first
 * @property {number} lanes so many runs at a time, each lane with a Mesos of its own
 * @property {readonly string[]} scenarios names of those that are wanted; all if there are none
 * @property {number} [only] the number of one random run, to do that one alone
 * @property {AbortSignal} [signal] begins no more runs
 * @property {string} artifacts where the logs of runs go that went wrong
 * @property {(line: string) => void} note
 * @property {(detail: string) => void} report
 */

/** @typedef {{ carryOut: (plan: Plan) => Promise<Result>, close: () => Promise<string[]> }} Lane */

/**
 * @param {string} folder
 * @param {string} sparkHome a real Spark
 * @returns {Promise<Lane>}
 */
async function openLane(folder, sparkHome) {
  const temporary = join(folder, 'tmp');
  await mkdir(temporary, { recursive: true });
  const pretended = await pretendSpark(folder, sparkHome);
  const mesos = await startMesos({ temporary, log: join(folder, 'mesos.log') });
  /** @type {ZooKeeperTestServer | undefined} */
  let zooKeeper;
  return {
    carryOut: (plan) =>
      carryOut(plan, {
        folder: join(folder, plan.name),
        sparkHome: pretended,
        mesos,
        zooKeeper: async () => {
          zooKeeper ??= await ZooKeeperTestServer.start({ sparkHome });
          return zooKeeper;
        },
      }),
    close: async () => {
      await zooKeeper?.close();
      await mesos.close();
      const sandboxes = (await readdir(temporary)).map((name) => `folder ${join(temporary, name)}`);
      return [...processesIn(folder).map((found) => `process ${found}`), ...sandboxes];
    },
  };
}

/**
 * The plan of a random run.
 * @param {string} scenario
 * @param {number} number
 * @param {number} seed of the drill
 * @returns {Plan}
 */
function randomPlan(scenario, number, seed) {
  const random = randomFrom(seedOfRun(seed, number));
  const jobs = randomJobs(random, SCENARIOS[scenario]?.jobs);
  const orders = randomOrders(random);
  const uninstalls = random.chance(0.25);
  return { name: `run-${number}`, scenario, jobs, random, uninstalls, nextOrder: () => orders.shift() };
}

/**
 * @param {DrillOptions} options
 * @returns {Promise<{ text: string, violations: number }>}
 */
export async function drill(options) {
  const { sparkHome, runs, seed, points, only, artifacts, note, report } = options;
  const names = options.scenarios.length > 0 ? options.scenarios : Object.keys(SCENARIOS);
  const folder = await mkdtemp(join(tmpdir(), 'drill-'));
  const kept = join(artifacts, `seed-${seed}`);
  await rm(kept, { recursive: true, force: true });
  /** @type {Lane[]} */
  const lanes = [];
  let done = 0;
  /** @param {readonly Plan[]} plans */
  const carryOutAll = async (plans) => {
    /** @type {Result[]} */
    const results = [];
    const waiting = [...plans];
    await Promise.all(
      lanes.map(async (lane) => {
        for (let plan = waiting.shift(); plan !== undefined; plan = waiting.shift()) {
          if (options.signal?.aborted) return;
          const result = await lane.carryOut(plan);
          done += 1;
          report(`${done} runs`);
          results.push(result);
          if (result.violations.length > 0) await keep(result);
          await rm(result.folder, { recursive: true, force: true });
        }
      }),
    );
    return results;
  };
  /** @param {Result} result */
  const keep = async (result) => {
    const place = join(kept, result.plan.name);
    await cp(result.folder, place, { recursive: true });
    note(`✗ ${result.plan.name} (${titleOf(result)}), its logs are in ${place}`);
    for (const { kind, text } of result.violations) note(`    ${kind}: ${text}`);
  };
  /** @type {string[]} */
  const left = [];
  /** @type {Result[]} */
  let systematic = [];
  /** @type {Result[]} */
  let random = [];
  try {
    const numbers = Array.from({ length: options.lanes }, (_, index) => index);
    await Promise.all(
      numbers.map(async (number) => lanes.push(await openLane(join(folder, `lane-${number}`), sparkHome))),
    );
    if (points && only === undefined) {
      systematic = await everyPoint({ random: randomFrom(seed), folder, carryOutAll, note });
    }
    const plans = scenariosOf(runs, names).map((scenario, index) => randomPlan(scenario, index + 1, seed));
    random = await carryOutAll(only === undefined ? plans : plans.slice(only - 1, only));
  } finally {
    for (const lane of lanes) left.push(...(await lane.close()));
    await rm(folder, { recursive: true, force: true });
  }
  for (const text of left) note(`✗ left behind: ${text}`);
  const all = [...systematic, ...random];
  const text = table(all, (result) =>
    systematic.includes(result) ? 'killed at every point' : titleOf(result),
  );
  if (all.some(({ diskWasReal }) => diskWasReal === false)) {
    note('the full disk was pretended: mounting a small one takes the rights of root');
  }
  const violations = all.reduce((sum, { violations: found }) => sum + found.length, left.length);
  return { text, violations };
}

// Empty tasks and large results of unmodified Spark, in slots, exact and in coarse mode, in one run.

import { fetchSparkShown } from '../../scripts/spark.mjs';
import { step } from '../../scripts/support/progress.mjs';
import { alternate, measured, row } from '../harness.mjs';
import {
  besideOriginal,
  COARSE_GOAL,
  EXACT_PER_SECOND,
  HELD_P50_MS,
  HELD_P99_MS,
  limited,
  RELAY_CPU_MS,
  RESULT_GOAL,
  SLOTS_PER_SECOND,
  UNGATED_GOAL,
} from './rows.mjs';
import { startDriver, startGateway, WAYS } from './spark.mjs';

/**
 * How much is run in each way.
 * @typedef {object} Effort
 * @property {number} warmUpJobs of 2,000 tasks, or a tenth of that in exact mode: JVMs get faster for minutes
 * @property {readonly { tasks: number, rounds: number }[]} jobs
 * @property {{ tasks: number, rounds: number }} exact
 * @property {number} results how often a GiB of results is fetched
 */

/** @type {Effort} */
const FULL = {
  warmUpJobs: 4,
  jobs: [
    { tasks: 2000, rounds: 3 },
    { tasks: 10_000, rounds: 1 },
  ],
  exact: { tasks: 1000, rounds: 3 },
  results: 3,
};

/** @type {Effort} */
const QUICK = {
  warmUpJobs: 1,
  jobs: [{ tasks: 2000, rounds: 1 }],
  exact: { tasks: 300, rounds: 1 },
  results: 1,
};

const WARM_UP_TASKS = 2000;
const EXACT_WARM_UP_TASKS = 200;

/**
 * The rows of one Spark.
 * @param {{ version: string, master: string, quick: boolean }} options
 */
export async function measureSpark({ version, master, quick }) {
  const sparkHome = await fetchSparkShown(version);
  const gateway = await startGateway({ master, sparkHome });
  /** @type {<T>(way: keyof typeof WAYS, use: (driver: Awaited<ReturnType<typeof startDriver>>) => Promise<T>) => Promise<T>} */
  const withDriver = (way, use) =>
    step(`Spark ${version}: ${way}`, async () => {
      const driver = await startDriver({ gateway: gateway.url, sparkHome, settings: WAYS[way] });
      try {
        return await use(driver);
      } finally {
        await driver.close();
      }
    });
  const effort = quick ? QUICK : FULL;
  const { warmUpJobs } = effort;
  try {
    const coarse = await withDriver('coarse', async (driver) => {
      await warmUp(driver, warmUpJobs, WARM_UP_TASKS);
      return { rates: await rates(driver, effort.jobs), results: await results(driver, effort.results) };
    });
    const slots = await withDriver('slots', (driver) => measureSlots({ gateway, driver, effort }));
    const exact = await withDriver('exact', async (driver) => {
      await warmUp(driver, warmUpJobs, EXACT_WARM_UP_TASKS);
      return rates(driver, [effort.exact]);
    });
    return sparkRows({ version, coarse, slots, exact });
  } finally {
    await gateway.close();
  }
}

/**
 * Warm, and then each number of tasks with a gate and without, in turn.
 * @param {{ gateway: Awaited<ReturnType<typeof startGateway>>, driver: Awaited<ReturnType<typeof startDriver>>, effort: Effort }} options
 */
async function measureSlots({ gateway, driver, effort }) {
  /** @type {import('./spark.mjs').Figures[]} */
  const figures = [];
  const rate = async (/** @type {'gated' | 'ungated'} */ mode, /** @type {number} */ tasks) => {
    await gateway.ask(mode);
    await gateway.ask('begin');
    const milliseconds = await driver.run('tasks', tasks);
    if (mode === 'gated') figures.push(await gateway.ask('figures'));
    return (tasks / milliseconds) * 1000;
  };
  await warmUp(driver, effort.warmUpJobs, WARM_UP_TASKS);
  const found = [];
  for (const { tasks, rounds } of effort.jobs) {
    /** @type {number[]} */
    const all = [];
    const ours = async () => {
      const found = await rate('gated', tasks);
      all.push(found);
      return found;
    };
    found.push({ tasks, all, ...(await alternate({ rounds, ours, peer: () => rate('ungated', tasks) })) });
  }
  await gateway.ask('gated');
  return { found, figures, results: await results(driver, effort.results) };
}

/** @param {Awaited<ReturnType<typeof startDriver>>} driver @param {number} jobs @param {number} tasks */
async function warmUp(driver, jobs, tasks) {
  for (let job = 0; job < jobs; job += 1) await driver.run('tasks', tasks);
}

/** @param {Awaited<ReturnType<typeof startDriver>>} driver @param {Effort['jobs']} jobs */
async function rates(driver, jobs) {
  /** @type {Map<number, number[]>} */
  const found = new Map();
  for (const { tasks, rounds } of jobs) {
    const values = [];
    for (let round = 0; round < rounds; round += 1) {
      values.push((tasks / (await driver.run('tasks', tasks))) * 1000);
    }
    found.set(tasks, values);
  }
  return found;
}

/** MiB a second of results that come in status updates. @param {Awaited<ReturnType<typeof startDriver>>} driver @param {number} rounds */
async function results(driver, rounds) {
  await driver.run('results', 16, 64);
  const values = [];
  for (let round = 0; round < rounds; round += 1) {
    values.push((1024 / (await driver.run('results', 16, 64))) * 1000);
  }
  return values;
}

/**
 * @param {{ version: string, coarse: { rates: Map<number, number[]>, results: number[] }, slots: Awaited<ReturnType<typeof measureSlots>>, exact: Map<number, number[]> }} options
 */
function sparkRows({ version, coarse, slots, exact }) {
  const spark = `Spark ${version}`;
  const rows = slots.found.flatMap(({ tasks, all, ours, peer }) => {
    const scenario = `${spark}, ${tasks} empty tasks in slots`;
    const unit = 'tasks/s';
    const ofCoarse = measured(coarse.rates.get(tasks) ?? []);
    return [
      besideOriginal({ scenario, values: all, goal: SLOTS_PER_SECOND }),
      row({ scenario: `${scenario}; peer: no gate`, unit, ours, peer, better: 'more', goal: UNGATED_GOAL }),
      row({
        scenario: `${scenario}; peer: coarse mode`,
        unit,
        ours,
        peer: ofCoarse,
        better: 'more',
        goal: COARSE_GOAL,
      }),
    ];
  });
  const { figures } = slots;
  rows.push(
    limited({
      scenario: `${spark}, slots: held, p50; peer: a limit`,
      unit: 'ms',
      values: figures.map(({ heldP50Ms }) => heldP50Ms),
      limit: HELD_P50_MS,
    }),
    limited({
      scenario: `${spark}, slots: held, p99; peer: a limit`,
      unit: 'ms',
      values: figures.map(({ heldP99Ms }) => heldP99Ms),
      limit: HELD_P99_MS,
    }),
    limited({
      scenario: `${spark}, slots: processor time of the whole gateway for a task; peer: a limit`,
      unit: 'ms',
      values: figures.map(({ cpuMs, tasks }) => cpuMs / tasks),
      limit: RELAY_CPU_MS,
    }),
    row({
      scenario: `${spark}: 1 GiB of results in status updates; peer: coarse mode, which has no relay`,
      unit: 'MiB/s',
      ours: measured(slots.results),
      peer: measured(coarse.results),
      better: 'more',
      goal: RESULT_GOAL,
    }),
  );
  for (const [tasks, values] of exact) {
    const scenario = `${spark}, ${tasks} empty tasks, exact`;
    rows.push(besideOriginal({ scenario, values, goal: EXACT_PER_SECOND }));
  }
  return rows;
}

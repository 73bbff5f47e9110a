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
  const sizes = quick ? [2000] : [2000, 10_000];
  const rounds = quick ? 2 : 3;
  try {
    const coarse = await withDriver('coarse', async (driver) => ({
      rates: await rates(driver, sizes, rounds, 2000),
      results: await results(driver, rounds),
    }));
    const slots = await withDriver('slots', (driver) => measureSlots({ gateway, driver, sizes, rounds }));
    const exact = await withDriver('exact', (driver) => rates(driver, quick ? [1000] : [2000], rounds, 1000));
    return sparkRows({ version, sizes, coarse, slots, exact });
  } finally {
    await gateway.close();
  }
}

/**
 * Warm, and then each number of tasks with a gate and without, in turn.
 * @param {{ gateway: Awaited<ReturnType<typeof startGateway>>, driver: Awaited<ReturnType<typeof startDriver>>, sizes: readonly number[], rounds: number }} options
 */
async function measureSlots({ gateway, driver, sizes, rounds }) {
  /** @type {import('./spark.mjs').Figures[]} */
  const figures = [];
  const rate = async (/** @type {'gated' | 'ungated'} */ mode, /** @type {number} */ tasks) => {
    await gateway.ask(mode);
    await gateway.ask('begin');
    const milliseconds = await driver.run('tasks', tasks);
    if (mode === 'gated') figures.push(await gateway.ask('figures'));
    return (tasks / milliseconds) * 1000;
  };
  await warmUp(driver, 2000);
  figures.length = 0;
  const found = [];
  for (const tasks of sizes) {
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
  return { found, figures, results: await results(driver, rounds) };
}

/** The JVMs get faster for minutes. @param {Awaited<ReturnType<typeof startDriver>>} driver @param {number} tasks */
async function warmUp(driver, tasks) {
  for (let job = 0; job < 4; job += 1) await driver.run('tasks', tasks);
}

/** @param {Awaited<ReturnType<typeof startDriver>>} driver @param {readonly number[]} sizes @param {number} rounds @param {number} warmUpTasks */
async function rates(driver, sizes, rounds, warmUpTasks) {
  await warmUp(driver, warmUpTasks);
  /** @type {Map<number, number[]>} */
  const found = new Map();
  for (const tasks of sizes) {
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
 * @param {{ version: string, sizes: readonly number[], coarse: { rates: Map<number, number[]>, results: number[] }, slots: Awaited<ReturnType<typeof measureSlots>>, exact: Map<number, number[]> }} options
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

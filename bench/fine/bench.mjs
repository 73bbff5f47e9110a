// Fine mode: its decisions alone, on an embedded Mesos with executors that do nothing; its relay alone; and both under
// unmodified Spark with empty tasks, beside the same relay without a gate and coarse mode on the same cluster.

import { SPARKS } from '../../scripts/spark.mjs';
import { step } from '../../scripts/support/progress.mjs';
import { alternate, fixed, row } from '../harness.mjs';
import { pause, startCluster } from './processes.mjs';
import { directBytes, relayedBytes, relayedTasks } from './relay.mjs';
import { timeRival } from './rival.mjs';
import {
  besideOriginal,
  EXACT_PER_SECOND,
  HELD_P99_MS,
  limited,
  RELAY_CPU_MS,
  SLOTS_PER_SECOND,
} from './rows.mjs';
import { SimulatedApplication } from './simulated.mjs';
import { measureSlotEnds } from './slot-ends.mjs';
import { TASK_CORES } from './spark.mjs';
import { measureSpark } from './spark-jobs.mjs';

/** How often the original launched an executor anew that could not start. */
const ORIGINAL_LAUNCHES_PER_SECOND = 26;

/** A rival has its share within one lease and this. */
const RIVAL_SLACK_MS = 200;

/**
 * Hard to reach on two processors: sender and receiver do nothing else here and take one each. What Spark's own results
 * lose, whose ends have more to do, is a row of its own.
 */
const BYTES_GOAL = 0.7;

const LEASE_MS = { command: 2500, executor: 250 };
/** Of four cores: as many as the application then has, with its executor's own. */
const FAIR_CORES = 2;
const RIVAL_TASK_MS = 50;
const START_FAILURES_MS = { full: 10_000, quick: 4000 };

/** Executors hold one core, and three are free for tasks. */
const AGENT = { cpus: 1 + TASK_CORES, memMiB: 4096 };

/** Whether this bench needs the newest Spark; it fetches those that it has rows of. */
export const needsSpark = false;

/** @param {{ quick: boolean }} options @returns {Promise<import('../harness.mjs').Row[]>} */
export async function measure({ quick }) {
  const rows = await measureWithoutSpark(quick);
  const cluster = await startCluster(AGENT);
  try {
    for (const { version } of quick ? SPARKS.slice(-1) : [...SPARKS].reverse()) {
      rows.push(...(await measureSpark({ version, master: cluster.master, quick })));
    }
    return rows;
  } finally {
    await cluster.stop();
  }
}

/** What needs no Spark, and no Java. @param {boolean} quick @returns {Promise<import('../harness.mjs').Row[]>} */
export async function measureWithoutSpark(quick) {
  const cluster = await startCluster(AGENT);
  try {
    return [
      ...(await measureAlone(cluster.master, quick)),
      ...(await measureSlotEnds(cluster.master, quick)),
      ...(await measureRivals(cluster.master, quick)),
      ...(await measureFailures(cluster.master, quick ? START_FAILURES_MS.quick : START_FAILURES_MS.full)),
      ...(await measureRelay(quick)),
    ];
  } finally {
    await cluster.stop();
  }
}

/** @param {string} master @param {boolean} quick */
async function measureAlone(master, quick) {
  const rounds = quick ? 1 : 3;
  const rows = [];
  for (const { name, settings, tasks, goal } of [
    { name: 'slots of command tasks', settings: {}, tasks: 10_000, goal: SLOTS_PER_SECOND },
    {
      name: 'slots of our executor',
      settings: { carrier: /** @type {const} */ ('executor') },
      tasks: 10_000,
      goal: SLOTS_PER_SECOND,
    },
    {
      name: 'exact',
      settings: { carrier: /** @type {const} */ ('executor'), exact: true },
      tasks: quick ? 500 : 2000,
      goal: EXACT_PER_SECOND,
    },
  ]) {
    const figures = await step(`Decisions alone: ${name}`, async () => {
      const application = new SimulatedApplication({ master, settings });
      await application.run(tasks);
      const all = [];
      for (let round = 0; round < rounds; round += 1) all.push(await application.run(tasks));
      await application.close();
      return all;
    });
    const scenario = `decisions alone, ${name}, ${tasks} tasks`;
    const rates = figures.map(({ tasksPerSecond }) => tasksPerSecond);
    rows.push(besideOriginal({ scenario, values: rates, goal }));
    if (!('exact' in settings)) {
      const p99 = figures.map(({ heldP99Ms }) => heldP99Ms);
      rows.push(limited({ scenario: `${scenario}: held, p99`, unit: 'ms', values: p99, limit: HELD_P99_MS }));
    }
  }
  return rows;
}

/** @param {string} master @param {boolean} quick */
async function measureRivals(master, quick) {
  const rows = [];
  const carriers = /** @type {const} */ (['executor', 'command']);
  for (const carrier of quick ? carriers.slice(0, 1) : carriers) {
    const leaseMs = LEASE_MS[carrier];
    const waits = await step(`A rival comes: ${carrier}`, async () => {
      const application = new SimulatedApplication({ master, settings: { carrier } });
      await application.ready;
      const job = application.run(1_000_000, RIVAL_TASK_MS);
      const times = [];
      for (let round = 0; round < (quick ? 2 : 5); round += 1) {
        // Not in step with the leases, so that it comes at any point of one.
        await pause(leaseMs + ((round * 0.37) % 1) * leaseMs);
        times.push(await timeRival({ master, cores: FAIR_CORES, patienceMs: 10 * leaseMs }));
      }
      application.finish();
      await job;
      await application.close();
      return times;
    });
    rows.push(
      limited({
        scenario: `a rival framework has its ${FAIR_CORES} of 4 cores, slots of ${carrier}; peer: a lease and ${RIVAL_SLACK_MS} ms`,
        unit: 'ms',
        values: waits,
        limit: leaseMs + RIVAL_SLACK_MS,
      }),
    );
  }
  return rows;
}

/** @param {string} master @param {number} durationMs */
async function measureFailures(master, durationMs) {
  const launches = await step('An executor that cannot start', async () => {
    const settings = {
      maxStartFailures: Number.POSITIVE_INFINITY,
      agentMaxFailures: Number.POSITIVE_INFINITY,
    };
    const application = new SimulatedApplication({ master, settings, command: 'exit 1' });
    await pause(durationMs);
    await application.close();
    return application.launches;
  });
  return [
    row({
      scenario: 'launches of an executor that cannot start; peer: the original',
      unit: 'per s',
      ours: fixed(launches / (durationMs / 1000)),
      peer: fixed(ORIGINAL_LAUNCHES_PER_SECOND),
      better: 'less',
      goal: ORIGINAL_LAUNCHES_PER_SECOND,
    }),
  ];
}

/** @param {boolean} quick */
async function measureRelay(quick) {
  const rounds = quick ? 1 : 5;
  const rows = [];
  for (const spark of quick ? ['4.3.0'] : ['2.4.8', '3.5.6', '4.3.0']) {
    const values = await step(`The relay alone: tasks of Spark ${spark}`, async () => {
      const all = [];
      for (let round = 0; round < rounds; round += 1)
        all.push((await relayedTasks(spark, 5000)).cpuMsPerTask);
      return all;
    });
    const scenario = `the relay alone: processor time of a task of Spark ${spark}; peer: a limit`;
    rows.push(limited({ scenario, unit: 'ms', values, limit: RELAY_CPU_MS }));
  }
  const { ours, peer } = await step('The relay alone: 1 GiB', () =>
    alternate({
      rounds,
      ours: async () => (await relayedBytes(1024)).rate,
      peer: () => directBytes(1024),
    }),
  );
  rows.push(
    row({
      scenario: 'bytes alone, 1 GiB in one frame through the relay; peer: without it',
      unit: 'MiB/s',
      ours,
      peer,
      better: 'more',
      goal: BYTES_GOAL,
    }),
  );
  return rows;
}

// Scale by simulation: the decisions of coarse mode and of the dispatcher, as they are, for 1,000 applications and 50,000
// drivers on clusters of up to 50,000 agents that exist only here. No socket, no process, no real time: what is on the
// clock is the decisions alone, and what there is to decide is the same in each run with the same seed.

import { step } from '../../scripts/support/progress.mjs';
import { alternate, fixed, measured, row } from '../harness.mjs';
import { emptyBytes, fairness, live, place, vainBytes } from './coarse.mjs';
import { drain, offersInVain, queue, waitingBytes } from './dispatcher.mjs';
import { releasedBytes } from './memory.mjs';

/** @typedef {import('../harness.mjs').Row} Row */

const SEED = 20_261;
const APPLICATIONS = 1000;
const WHOLE = { sizes: [1000, 10_000, 50_000], drivers: 50_000, rounds: 3 };
const QUICK = { sizes: [1000, 10_000], drivers: 10_000, rounds: 1 };

/** The least size stands for all others in comparisons. */
const FEW = 1000;
/** Linear is 1; a quarter more is for the processor's caches, which hold few agents and not many. */
const FLAT_GOAL = 0.8;

/** Limits: what a gateway and a dispatcher may take of one processor, and of memory, and still be at ease. */
const LIMITS = {
  placeSeconds: 30,
  placeCpuMsOfAgent: 0.2,
  churnMsOfSecond: 500,
  emptyKiB: 20,
  executorBytes: 600,
  vainMiB: 2,
  leastFairness: 0.95,
  submissionsPerSecond: 5000,
  launchesPerSecond: 2000,
  waitingBytes: 2700,
  vainMs: 10,
};

/** Whether this bench needs a Spark. */
export const needsSpark = false;

/** @param {{ quick: boolean }} options @returns {Promise<Row[]>} */
export async function measure({ quick }) {
  const plan = quick ? QUICK : WHOLE;
  console.log(`seed ${SEED}: every run decides the same`);
  // The first runs are slow until the code is compiled, which says nothing of scale.
  await step('Warming up', async () => {
    for (let round = 0; round < 2; round += 1) {
      await live({ machines: FEW, applications: APPLICATIONS, seed: round });
      await drain(queue({ machines: FEW, drivers: FEW, seed: round }));
    }
  });
  return [...(await measureCoarse(plan)), ...(await measureDispatcher(plan))];
}

/** @param {string} scenario @param {string} unit @param {number | readonly number[]} values @param {number} limit */
function atMost(scenario, unit, values, limit) {
  const ours = typeof values === 'number' ? fixed(values) : measured(values);
  const text = `${scenario}; peer: a limit`;
  return row({ scenario: text, unit, ours, peer: fixed(limit), better: 'less', goal: 1 });
}

/** @param {string} scenario @param {string} unit @param {number} value @param {number} limit */
function atLeast(scenario, unit, value, limit) {
  const text = `${scenario}; peer: a limit`;
  return row({ scenario: text, unit, ours: fixed(value), peer: fixed(limit), better: 'more', goal: 1 });
}

/** @param {typeof WHOLE} plan @returns {Promise<Row[]>} */
async function measureCoarse({ sizes, rounds }) {
  const rows = [];
  const scene = { applications: APPLICATIONS, seed: SEED };
  for (const machines of sizes) {
    const title = `coarse, ${APPLICATIONS} applications on ${machines} agents`;
    const seen = await step(title, async () => live({ ...scene, machines }));
    const { placed, churned, recovered, turnedOver, executors, schedulers } = seen;
    const bytes = releasedBytes(schedulers);
    rows.push(
      row({
        scenario: `${title}: decisions on offers; peer: a master that offers every agent once a second`,
        unit: 'offers/s',
        ours: fixed((placed.offers / placed.offersMs) * 1000),
        peer: fixed(machines),
        better: 'more',
        goal: 1,
      }),
      atMost(
        `${title}: until ${placed.executors} executors run`,
        'simulated s',
        placed.seconds,
        LIMITS.placeSeconds,
      ),
      atMost(`${title}: processor time of that`, 'ms', placed.cpuMs, machines * LIMITS.placeCpuMsOfAgent),
      atMost(
        `${title}: processor time of a second in which agents come and go`,
        'ms',
        churned.cpuMs / churned.seconds,
        LIMITS.churnMsOfSecond,
      ),
      atMost(`${title}: until all run again`, 'simulated s', recovered.seconds, LIMITS.placeSeconds),
      atMost(
        `${title}: until those run that came for others`,
        'simulated s',
        turnedOver.seconds,
        LIMITS.placeSeconds,
      ),
      atMost(
        `${title}: memory of an application with ${Math.round(executors / APPLICATIONS)} executors`,
        'KiB',
        bytes / APPLICATIONS / 1024,
        LIMITS.emptyKiB + ((executors / APPLICATIONS) * LIMITS.executorBytes) / 1024,
      ),
    );
    if (machines > FEW) rows.push(await fairnessRow({ ...scene, machines }));
  }
  rows.push(await offerFlatness(Math.max(...sizes), rounds));
  rows.push(
    atMost(
      'coarse: memory of an application that has nothing yet',
      'KiB',
      emptyBytes({ ...scene, machines: 0 }) / 1024,
      LIMITS.emptyKiB,
    ),
  );
  const most = Math.max(...sizes);
  const vainMiB = vainBytes({ machines: most, applications: 1, seed: SEED }) / 1024 / 1024;
  rows.push(
    atMost(
      `coarse: memory of an application that ${most} agents do not suit`,
      'MiB',
      vainMiB,
      LIMITS.vainMiB,
    ),
  );
  return rows;
}

/** @param {import('./coarse.mjs').Scene} scene */
async function fairnessRow(scene) {
  const title = `coarse, ${scene.applications} equal applications that want all of ${scene.machines} agents`;
  const { jain, least, most } = await step(title, async () => fairness(scene));
  const shares = `the least has ${least.toFixed(2)} of an even share, the most ${most.toFixed(2)}`;
  return row({
    scenario: `${title}: Jain's index (${shares}); peer: all the same`,
    unit: 'of 1',
    ours: fixed(jain),
    peer: fixed(1),
    better: 'more',
    goal: LIMITS.leastFairness,
  });
}

/** What an agent's offer costs among many, against among few. @param {number} machines @param {number} rounds */
function offerFlatness(machines, rounds) {
  const title = `coarse: cost of an agent's offer on ${machines} agents, against ${FEW}`;
  return flatness(title, rounds, machines, async (size, seed) => {
    const { offersMs, offers } = await place({ machines: size, applications: APPLICATIONS, seed });
    return { tookMs: offersMs, count: offers };
  });
}

/** What a launch costs of as many drivers as there are agents, many or few. @param {number} drivers @param {number} rounds */
function launchFlatness(drivers, rounds) {
  const title = `dispatcher: cost of a launch, ${drivers} drivers on as many agents, against ${FEW}`;
  return flatness(title, rounds, drivers, async (size, seed) => {
    const { cpuMs } = await drain(queue({ machines: size, drivers: size, seed }));
    return { tookMs: cpuMs, count: size };
  });
}

/**
 * What one of many costs, against one of few: a tenth as often as there are more, so that what else the machine does
 * meets both.
 * @param {string} title
 * @param {number} rounds
 * @param {number} many
 * @param {(size: number, seed: number) => Promise<{ tookMs: number, count: number }>} measureOne
 */
function flatness(title, rounds, many, measureOne) {
  const costOf = async (
    /** @type {number} */ size,
    /** @type {number} */ times,
    /** @type {number} */ seed,
  ) => {
    const total = { tookMs: 0, count: 0 };
    for (let run = 0; run < times; run += 1) {
      const { tookMs, count } = await measureOne(size, seed + run);
      total.tookMs += tookMs;
      total.count += count;
    }
    return (total.tookMs / total.count) * 1000;
  };
  return step(title, async () => {
    const sides = await alternate({
      rounds,
      ours: (round) => costOf(many, 1, SEED + round),
      peer: (round) => costOf(FEW, Math.max(2, many / FEW / 10), SEED + 10 * round),
    });
    return row({ scenario: title, unit: 'µs', ...sides, better: 'less', goal: FLAT_GOAL });
  });
}

/** @param {typeof WHOLE} plan @returns {Promise<Row[]>} */
async function measureDispatcher({ sizes, drivers, rounds }) {
  const rows = [];
  for (const machines of sizes) {
    const title = `dispatcher, ${drivers} drivers for ${machines} agents`;
    const { seconds, cpuMs } = await step(title, async () => drain(queue({ machines, drivers, seed: SEED })));
    rows.push(
      atLeast(
        `${title}: decisions on launches and their updates, all in ${seconds} simulated s`,
        'drivers/s',
        (drivers / cpuMs) * 1000,
        LIMITS.launchesPerSecond,
      ),
    );
  }
  const { submittedMs, vain } = await step(`dispatcher, a queue of ${drivers}`, async () => {
    const queued = queue({ machines: 0, drivers, seed: SEED });
    return { submittedMs: queued.submittedMs, vain: offersInVain(queued) };
  });
  rows.push(
    atLeast(
      `dispatcher: decisions on ${drivers} submissions`,
      'drivers/s',
      (drivers / submittedMs) * 1000,
      LIMITS.submissionsPerSecond,
    ),
    atMost(`dispatcher: an offer that suits none of ${drivers} that wait`, 'ms', vain, LIMITS.vainMs),
    atMost(
      'dispatcher: memory of a driver that waits',
      'bytes',
      waitingBytes({ drivers, seed: SEED }),
      LIMITS.waitingBytes,
    ),
    await launchFlatness(drivers, rounds),
  );
  return rows;
}

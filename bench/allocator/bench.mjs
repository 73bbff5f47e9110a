// One allocation cycle of the embedded master's allocator: every agent's free resources go to one of 200 frameworks
// in 20 roles. At 1,000 and at 10,000 agents, whose cost must be as ten to one, and against limits that leave the
// second between two cycles to everything else. Only the allocator is at work: no offers are written, nobody reads.

import { Allocator } from '../../packages/mesos-local/dist/allocation/allocator.js';
import { ResourceSet } from '../../packages/mesos-local/dist/resources/resource-set.js';
import { parseResources } from '../../packages/mesos-local/dist/resources/resource-text.js';
import { step } from '../../scripts/support/progress.mjs';
import { alternate, fixed, measured, row } from '../harness.mjs';

const FRAMEWORKS = 200;
const ROLES = 20;
const FEW_AGENTS = 1000;
const MANY_AGENTS = 10_000;
const WARM_UP_CYCLES = 3;
const ROUNDS = 15;

/** At most a tenth of the interval between two cycles, and a hundredth when nobody wants anything. */
const CYCLE_LIMIT_MS = 100;
const IDLE_LIMIT_MS = 10;

/**
 * Linear is 1. A quarter more is for the caches of the processor, which hold 1,000 agents and not 10,000; an
 * algorithm of n log n would be below that, one of n squared at 0.1.
 */
const LINEAR_GOAL = 0.8;

/** @param {number} agents */
function cluster(agents) {
  const allocator = new Allocator(1000);
  for (let index = 0; index < FRAMEWORKS; index += 1) {
    allocator.addFramework(/** @type {any} */ (`framework-${index}`), {
      roles: [`role-${index % ROLES}`],
      suppressedRoles: [],
      takesGpus: false,
    });
  }
  for (let index = 0; index < agents; index += 1) {
    const text = `cpus:${8 + (index % 5)};mem:${16_384 + (index % 7) * 1024};disk:100000;ports:[31000-32000]`;
    allocator.addAgent(/** @type {any} */ (`agent-${index}`), ResourceSet.of(parseResources(text)));
  }
  return allocator;
}

/**
 * The milliseconds of one full cycle. What it has given out is given back afterwards, with no filter.
 * @param {Allocator} allocator
 */
function timeCycle(allocator) {
  const started = performance.now();
  const allocations = allocator.allocate(0);
  const tookMs = performance.now() - started;
  for (const allocation of allocations) allocator.recover(allocation);
  return tookMs;
}

/**
 * A cluster in which every framework has refused every agent for a day.
 * @param {number} agents
 */
function refusedCluster(agents) {
  const allocator = cluster(agents);
  for (;;) {
    const allocations = allocator.allocate(0);
    if (allocations.length === 0) return allocator;
    for (const allocation of allocations) allocator.recover(allocation, { refuseMs: 86_400_000, nowMs: 0 });
  }
}

/** Whether this bench needs a Spark. */
export const needsSpark = false;

/** @returns {Promise<import('../harness.mjs').Row[]>} */
export function measure() {
  return step(`Cycles over ${FEW_AGENTS} and ${MANY_AGENTS} agents`, measureCycles);
}

/** @returns {Promise<import('../harness.mjs').Row[]>} */
async function measureCycles() {
  const [few, many] = [cluster(FEW_AGENTS), cluster(MANY_AGENTS)];
  for (let cycle = 0; cycle < WARM_UP_CYCLES; cycle += 1) {
    timeCycle(few);
    timeCycle(many);
  }
  /** @type {number[]} */
  const cycles = [];
  const perAgent = await alternate({
    rounds: ROUNDS,
    ours: async () => {
      const tookMs = timeCycle(many);
      cycles.push(tookMs);
      return (tookMs / MANY_AGENTS) * 1000;
    },
    // As many agents as on the other side, so that both pay alike for the garbage that they leave.
    peer: async () => {
      let tookMs = 0;
      for (let agents = 0; agents < MANY_AGENTS; agents += FEW_AGENTS) tookMs += timeCycle(few);
      return (tookMs / MANY_AGENTS) * 1000;
    },
  });
  const idle = refusedCluster(FEW_AGENTS);
  const idleCycles = Array.from({ length: ROUNDS }, () => timeCycle(idle));
  return [
    row({
      scenario: `cost of an agent in a cycle over ${MANY_AGENTS}, against one over ${FEW_AGENTS}`,
      unit: 'µs',
      ...perAgent,
      better: 'less',
      goal: LINEAR_GOAL,
    }),
    row({
      scenario: `one cycle over ${MANY_AGENTS} agents and ${FRAMEWORKS} frameworks, against a limit`,
      unit: 'ms',
      ours: measured(cycles),
      peer: fixed(CYCLE_LIMIT_MS),
      better: 'less',
      goal: 1,
    }),
    row({
      scenario: `a cycle over ${FEW_AGENTS} agents that all have refused, against a limit`,
      unit: 'ms',
      ours: measured(idleCycles),
      peer: fixed(IDLE_LIMIT_MS),
      better: 'less',
      goal: 1,
    }),
  ];
}

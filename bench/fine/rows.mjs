// What rows of this bench have in common: limits, and the original's recorded figures.

import { fixed, measured, row } from '../harness.mjs';

/** What the original did in fine mode on a real Mesos with 3 free cores, however short the tasks were. */
const ORIGINAL_TASKS_PER_SECOND = 3.0;

/** The least that is accepted, in slots and with a Mesos task for each. */
export const SLOTS_PER_SECOND = 1000;
export const EXACT_PER_SECOND = 200;
/** Of the same relay when every task passes at once. */
export const UNGATED_GOAL = 0.9;
/** Of coarse mode, whose tasks nobody holds. */
export const COARSE_GOAL = 0.75;
/** Of the speed of large results without a relay. */
export const RESULT_GOAL = 0.7;
export const HELD_P50_MS = 0.1;
export const HELD_P99_MS = 10;
export const RELAY_CPU_MS = 0.15;

/**
 * A row whose peer is a limit.
 * @param {{ scenario: string, unit: string, values: readonly number[], limit: number }} options
 */
export const limited = ({ scenario, unit, values, limit }) =>
  row({ scenario, unit, ours: measured(values), peer: fixed(limit), better: 'less', goal: 1 });

/**
 * A row whose peer is the original; `goal` is in tasks a second.
 * @param {{ scenario: string, values: readonly number[], goal: number }} options
 */
export const besideOriginal = ({ scenario, values, goal }) =>
  row({
    scenario: `${scenario}; peer: the original, as recorded on a real Mesos`,
    unit: 'tasks/s',
    ours: measured(values),
    peer: fixed(ORIGINAL_TASKS_PER_SECOND),
    better: 'more',
    goal: goal / ORIGINAL_TASKS_PER_SECOND,
  });

// Killed at each point of a life, once: first a life without kills tells which points there are, then runs share them
// out. In each, whichever of its points comes first is where a dispatcher dies, and the next one lives for the others.

import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { wholeLife } from './plan.mjs';

/** So many points a run has; a dispatcher dies at each. */
const POINTS_PER_RUN = 6;
/** A point that was not passed, since the deaths before it changed the life, gets further tries, at last alone. */
const TRIES = 4;

/**
 * @typedef {import('./run.mjs').Plan} Plan
 * @typedef {import('./run.mjs').Result} Result
 */

/**
 * @param {object} options
 * @param {import('../../scripts/support/random.mjs').Random} options.random
 * @param {string} options.folder
 * @param {(plans: readonly Plan[]) => Promise<Result[]>} options.carryOutAll
 * @param {(line: string) => void} options.note
 */
export async function everyPoint({ random, folder, carryOutAll, note }) {
  const file = join(folder, 'points');
  await rm(file, { force: true });
  const plan = (/** @type {string} */ name) => ({
    name,
    scenario: 'kill',
    jobs: wholeLife(),
    random,
    uninstalls: false,
  });
  const [first] = await carryOutAll([{ ...plan('points'), points: file, nextOrder: () => undefined }]);
  if (first === undefined) return [];
  const points = [...new Set((await readFile(file, 'utf8')).split('\n').filter((name) => name !== ''))];
  /** @type {Result[]} */
  const results = [first];
  let open = points;
  for (let round = 1; round <= TRIES && open.length > 0; round += 1) {
    const perRun = round === TRIES ? 1 : Math.max(1, Math.floor(POINTS_PER_RUN / round));
    const runs = Math.ceil(open.length / perRun);
    const shares = Array.from({ length: runs }, (_, run) => open.filter((_, index) => index % runs === run));
    const plans = shares.map((names, index) => ({
      ...plan(`points-${round}-${index}`),
      nextOrder: (/** @type {readonly string[]} */ died) => ({
        names: names.filter((name) => !died.includes(name)),
      }),
    }));
    results.push(...(await carryOutAll(plans)));
    const died = new Set(results.flatMap((result) => result.died));
    open = points.filter((name) => !died.has(name));
  }
  note(`killed at ${points.length - open.length} of ${points.length} points of a life`);
  for (const name of open) note(`  not passed again: ${name}`);
  return results;
}

// What happens in a run, by its seed.

/** @typedef {import('./client.mjs').Job} Job */

/** Points that a dispatcher passes in a run, about. */
const POINTS = 70;

/**
 * @param {import('../../scripts/support/random.mjs').Random} random
 * @param {readonly [least: number, most: number]} [count]
 * @returns {Job[]}
 */
export function randomJobs(random, [least, most] = [3, 5]) {
  return Array.from({ length: random.between(least, most) }, (_, index) => {
    const what = random.pick(/** @type {const} */ (['end', 'end', 'end', 'fail', 'flaky', 'kill']));
    return {
      name: `job-${index}`,
      what,
      protocol: what !== 'kill' && random.chance(0.25) ? 'v1' : 'v2',
      seconds: random.below(8) / 10,
      afterMs: random.below(900),
      killAfterMs: random.below(1200),
    };
  });
}

/**
 * One of each kind.
 * @returns {Job[]}
 */
export function wholeLife() {
  return /** @type {const} */ (['flaky', 'end', 'fail', 'kill']).map((what, index) => ({
    name: `job-${index}`,
    what,
    protocol: 'v2',
    seconds: 0.2,
    afterMs: 150 * index,
    killAfterMs: 400,
  }));
}

/**
 * When the dispatchers of a run are killed, one order for each.
 * @param {import('../../scripts/support/random.mjs').Random} random
 * @returns {import('./keeper.mjs').Order[]}
 */
export function randomOrders(random) {
  return Array.from({ length: random.between(1, 3) }, () =>
    random.chance(0.8) ? { number: random.between(1, POINTS) } : { afterMs: random.below(1500) },
  );
}

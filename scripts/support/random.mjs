// Random numbers that are the same ones for the same seed.

/**
 * @typedef {object} Random
 * @property {(end: number) => number} below a whole number from 0 on, below that one
 * @property {(first: number, last: number) => number} between a whole number, either end included
 * @property {(share: number) => boolean} chance true so often
 * @property {<Item>(items: readonly Item[]) => Item} pick one of them
 */

/**
 * mulberry32.
 * @param {number} seed
 * @returns {Random}
 */
export function randomFrom(seed) {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (/** @type {number} */ end) => Math.floor(next() * end);
  return {
    below,
    between: (first, last) => first + below(last - first + 1),
    chance: (share) => next() < share,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError('there is nothing to pick from');
      return item;
    },
  };
}

/**
 * The seed of a run, so that each of them can be repeated alone.
 * @param {number} seed of all
 * @param {number} number of the run
 */
export function seedOfRun(seed, number) {
  return (Math.imul(seed, 0x9e3779b1) + Math.imul(number, 0x85ebca6b)) | 0;
}

// Numbers that look random and are the same in each run with the same seed.

/**
 * Numbers of at least 0 and below 1, by the generator that is called mulberry32.
 * @param {number} seed
 * @returns {() => number}
 */
export function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * One of these, each as likely as the others.
 * @template T
 * @param {readonly T[]} items at least one
 * @param {() => number} random
 * @returns {T}
 */
export function pick(items, random) {
  return /** @type {T} */ (items[Math.floor(random() * items.length)]);
}

// What jobs reckon, and what has to come out.

const WORDS = 97;
const PRIME = 1_000_003;
/** Of some ten thousand points; seven times what chance makes of it. */
const PI_OFF_BY = 0.06;

/** @typedef {'pi' | 'words' | 'sort'} WorkKind */

/**
 * @typedef {object} Work
 * @property {WorkKind} kind
 * @property {number} seed
 * @property {number} count
 * @property {number} partitions
 * @property {number} pauseMs that each task takes at least
 */

/**
 * @param {import('../scripts/support/random.mjs').Random} random
 * @returns {Work}
 */
export function randomWork(random) {
  return {
    kind: random.pick(['pi', 'words', 'sort']),
    seed: random.below(1000),
    count: 20_000 * random.between(2, 6),
    partitions: random.between(4, 8),
    pauseMs: random.pick([50, 300, 800]),
  };
}

/** The arguments of its program. @param {Work} work */
export const wordsOf = ({ kind, seed, count, partitions, pauseMs }) =>
  [kind, seed, count, partitions, pauseMs].map(String);

/**
 * What is wrong with a result; nothing where it is right.
 * @param {Work} work
 * @param {string} output of the job
 * @returns {string | undefined}
 */
export function wrongIn(work, output) {
  const results = output.split('\n').filter((line) => line.startsWith('RESULT '));
  const [line] = results;
  if (line === undefined || results.length > 1) return `${results.length} results`;
  const result = line.slice('RESULT '.length).trimEnd();
  if (work.kind === 'pi') {
    const value = Number(/^pi (\S+)$/.exec(result)?.[1]);
    return Math.abs(value - Math.PI) < PI_OFF_BY ? undefined : `not pi: ${result}`;
  }
  const right = work.kind === 'words' ? countedWords(work) : sortedNumbers(work);
  return result === right ? undefined : `${result.slice(0, 200)} and not ${right.slice(0, 200)}`;
}

/** @param {Work} work */
function countedWords({ seed, count }) {
  const counts = /** @type {number[]} */ (Array.from({ length: WORDS }, () => 0));
  for (let number = 0; number < count; number += 1) {
    const word = (((number % WORDS) * (number % WORDS)) % WORDS) + (seed % WORDS);
    counts[word % WORDS] = (counts[word % WORDS] ?? 0) + 1;
  }
  const found = counts.flatMap((howOften, word) => (howOften > 0 ? [`w${word}:${howOften}`] : []));
  return `words ${found.join(' ')}`;
}

/** @param {Work} work */
function sortedNumbers({ seed, count }) {
  const numbers = Float64Array.from({ length: count }, (_, number) => (number * 7919 + seed * seed) % PRIME);
  numbers.sort();
  const checksum = numbers.reduce((sum, value, at) => (sum + (((at + 1) * value) % PRIME)) % PRIME, 0);
  return `sort ${count} ${checksum}`;
}

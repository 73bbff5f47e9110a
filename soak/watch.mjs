// Memory and descriptors of our processes over the time of a soak, and what is held against them.

import { existsSync, readFileSync } from 'node:fs';
import { trendOf } from './trend.mjs';

const MIB = 1024 * 1024;
/** Classes are loaded and code is compiled for the first jobs of each kind. */
const SETTLES_SHARE = 0.3;
/** Each job of a kind that comes again must cost nothing for good; what comes once per kind and Spark may. */
const TOLERATED = {
  heap: { grown: 12, perHour: 6 },
  rss: { grown: 160, perHour: 60 },
};
/** In a short time every kind and Spark comes for the first time, and histories fill: only gross leaks show then. */
const TOLERATED_IN_SHORT = { ...TOLERATED, heap: { grown: 40, perHour: 6 } };
const SHORT_MS = 20 * 60_000;
/** Connections that are kept for a while, to masters, agents and executors. */
const DESCRIPTORS_TOLERATED = 24;

/**
 * @typedef {object} Sample
 * @property {number} pid
 * @property {number} atMs
 * @property {number} heapUsed
 * @property {number} external
 * @property {number} rss
 * @property {number} descriptors
 *
 * @typedef {object} Life what became of one process
 * @property {string} name
 * @property {number} minutes
 * @property {import('./trend.mjs').Trend} [heap] in MiB
 * @property {import('./trend.mjs').Trend} [rss] in MiB
 * @property {{ start: number, end: number, isLeak: boolean }} [descriptors]
 */

/** @param {string} file @returns {Sample[]} */
function samplesIn(file) {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line));
}

/**
 * The life of a process that is there at the end, from what it has written down itself.
 * @param {string} name
 * @param {number} pid
 * @param {string} file
 * @returns {Life}
 */
export function lifeOf(name, pid, file) {
  const samples = samplesIn(file).filter((sample) => sample.pid === pid);
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return { name, minutes: 0 };
  const lastsMs = last.atMs - first.atMs;
  const series = (/** @type {(sample: Sample) => number} */ read) =>
    samples.map((sample) => ({ atMs: sample.atMs, value: read(sample) }));
  const settlesMs = lastsMs * SETTLES_SHARE;
  const tolerated = lastsMs < SHORT_MS ? TOLERATED_IN_SHORT : TOLERATED;
  const heap = trendOf(
    series(({ heapUsed, external }) => (heapUsed + external) / MIB),
    settlesMs,
    tolerated.heap,
  );
  const rss = trendOf(
    series((sample) => sample.rss / MIB),
    settlesMs,
    tolerated.rss,
  );
  // At both ends there is no job under way.
  const [start, end] = [first.descriptors, last.descriptors];
  const descriptors = { start, end, isLeak: end - start > DESCRIPTORS_TOLERATED };
  return { name, minutes: lastsMs / 60_000, ...(heap && { heap }), ...(rss && { rss }), descriptors };
}

/** @param {Life} life */
export function leaksIn({ name, heap, rss, descriptors }) {
  const grew = (/** @type {string} */ what, /** @type {{ start: number, end: number }} */ { start, end }) =>
    `${name}: ${what} grew from ${Math.round(start)} to ${Math.round(end)}`;
  return [
    ...(heap?.isLeak ? [grew('heap in MiB', heap)] : []),
    ...(rss?.isLeak ? [grew('resident memory in MiB', rss)] : []),
    ...(descriptors?.isLeak ? [grew('open descriptors', descriptors)] : []),
  ];
}

// Whether something grows: a straight line through what was measured, and how much of its growth is tolerated.

/**
 * The straight line that comes nearest, by least squares.
 * @param {readonly { x: number, y: number }[]} points
 * @returns {{ slope: number, at: (x: number) => number }}
 */
export function lineThrough(points) {
  const count = Math.max(1, points.length);
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / count;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / count;
  const covariance = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
  const variance = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  const slope = variance === 0 ? 0 : covariance / variance;
  return { slope, at: (x) => meanY + slope * (x - meanX) };
}

/**
 * @typedef {object} Trend
 * @property {number} start of the line, not of the points: one of them says little
 * @property {number} end
 * @property {number} perHour
 * @property {boolean} isLeak
 *
 * @typedef {object} Tolerance
 * @property {number} grown so much more at the end than at the start is no leak, however fast it came
 * @property {number} perHour and neither is a growth that is slower
 */

/**
 * What became of a value in the time after it has settled.
 * @param {readonly { atMs: number, value: number }[]} samples of one process, in order
 * @param {number} settlesMs so long after its first sample it is not looked at
 * @param {Tolerance} tolerance
 * @returns {Trend | undefined} nothing where too little is left
 */
export function trendOf(samples, settlesMs, tolerance) {
  const [first] = samples;
  if (first === undefined) return undefined;
  const settled = samples.filter(({ atMs }) => atMs - first.atMs >= settlesMs);
  if (settled.length < 4) return undefined;
  const hours = (/** @type {number} */ atMs) => (atMs - first.atMs) / 3_600_000;
  const { slope, at } = lineThrough(settled.map(({ atMs, value }) => ({ x: hours(atMs), y: value })));
  const [start, end] = [settled[0], settled.at(-1)].map((sample) => at(hours(sample?.atMs ?? 0)));
  if (start === undefined || end === undefined) return undefined;
  const isLeak = end - start > tolerance.grown && slope > tolerance.perHour;
  return { start, end, perHour: slope, isLeak };
}

// The table at the end.

import { SCENARIOS } from './scenarios.mjs';

const COLUMNS = [
  'scenario',
  'runs',
  'kills',
  'submissions',
  'refused',
  'lost',
  'twice',
  'leftovers',
  'wrong',
];

/**
 * @param {readonly import('./run.mjs').Result[]} results
 * @param {(result: import('./run.mjs').Result) => string} titleOf
 */
export function table(results, titleOf) {
  const titles = [...new Set(results.map(titleOf))];
  const rows = [...titles, undefined].map((title) => {
    const own = results.filter((result) => title === undefined || titleOf(result) === title);
    const sum = (/** @type {(result: import('./run.mjs').Result) => number} */ count) =>
      own.reduce((total, result) => total + count(result), 0);
    const violations = (/** @type {string} */ kind) =>
      sum(({ violations: found }) => found.filter((one) => one.kind === kind).length);
    return [
      title ?? 'all',
      own.length,
      sum(({ kills }) => kills),
      sum(({ submissions }) => submissions),
      sum(({ refusals }) => refusals),
      violations('lost'),
      violations('twice'),
      violations('left'),
      violations('wrong'),
    ].map(String);
  });
  const widths = COLUMNS.map((column, at) =>
    Math.max(column.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const line = (/** @type {readonly string[]} */ cells) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ');
  return [line(COLUMNS), ...rows.map(line)].join('\n');
}

/** @param {import('./run.mjs').Result} result */
export function titleOf({ plan }) {
  return SCENARIOS[plan.scenario]?.title ?? plan.scenario;
}

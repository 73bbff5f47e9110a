// What every bench uses: runs ours and its peer in turn, takes medians, prints a table, writes the results.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { run } from '../scripts/support/run.mjs';

/**
 * What was measured of one side, several times.
 * @typedef {object} Measured
 * @property {number} median
 * @property {number} least
 * @property {number} most
 */

/**
 * One line of a bench's result. `ratio` is above 1 when ours is better, whatever the unit; `goal` is the least
 * ratio that is accepted. The scenario's text names the peer.
 * @typedef {object} Row
 * @property {string} scenario
 * @property {string} unit
 * @property {number} ours
 * @property {number} peer
 * @property {number} ratio
 * @property {number} goal
 * @property {{ ours: [number, number], peer: [number, number] }} spread the least and the most of each side
 */

/**
 * @param {readonly number[]} values at least one
 * @returns {Measured}
 */
export function measured(values) {
  if (values.length === 0) throw new Error('nothing was measured');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const at = (/** @type {number} */ index) => /** @type {number} */ (sorted[index]);
  const median = sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
  return { median, least: at(0), most: at(sorted.length - 1) };
}

/** A side's value of one round; and whoever shows that we are still here has a moment. @param {Promise<number>} value */
async function inTurn(value) {
  const one = await value;
  await turn();
  return one;
}

/**
 * Measures both sides in turn, so that whatever else the machine does meets both alike; who goes first changes
 * from round to round.
 * @param {{ rounds: number, ours: (round: number) => Promise<number>, peer: (round: number) => Promise<number> }} options
 * @returns {Promise<{ ours: Measured, peer: Measured }>}
 */
export async function alternate({ rounds, ours, peer }) {
  /** @type {{ ours: number[], peer: number[] }} */
  const values = { ours: [], peer: [] };
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) values.ours.push(await inTurn(ours(round)));
    values.peer.push(await inTurn(peer(round)));
    if (round % 2 === 1) values.ours.push(await inTurn(ours(round)));
  }
  return { ours: measured(values.ours), peer: measured(values.peer) };
}

/** A value that stands for itself, such as a limit. @param {number} value @returns {Measured} */
export const fixed = (value) => ({ median: value, least: value, most: value });

/**
 * @param {object} options
 * @param {string} options.scenario
 * @param {string} options.unit
 * @param {Measured} options.ours
 * @param {Measured} options.peer
 * @param {'less' | 'more'} options.better which values are the better ones
 * @param {number} options.goal
 * @returns {Row}
 */
export function row({ scenario, unit, ours, peer, better, goal }) {
  const ratio = better === 'less' ? peer.median / ours.median : ours.median / peer.median;
  return {
    scenario,
    unit,
    ours: round(ours.median),
    peer: round(peer.median),
    ratio: round(ratio),
    goal: round(goal),
    spread: { ours: [round(ours.least), round(ours.most)], peer: [round(peer.least), round(peer.most)] },
  };
}

/** Three digits behind the point are more than any of these measurements is good for. @param {number} value */
function round(value) {
  return Math.round(value * 1000) / 1000;
}

/** @param {Row} row */
export const meetsGoal = ({ ratio, goal }) => ratio >= goal;

/**
 * The rows as a table for people.
 * @param {readonly Row[]} rows
 */
export function table(rows) {
  const side = (/** @type {number} */ value, /** @type {[number, number]} */ [least, most]) =>
    least === most ? shortly(value) : `${shortly(value)} (${shortly(least)} to ${shortly(most)})`;
  const lines = rows.map((line) => [
    line.scenario,
    line.unit,
    side(line.ours, line.spread.ours),
    side(line.peer, line.spread.peer),
    shortly(line.ratio),
    `${shortly(line.goal)} ${meetsGoal(line) ? 'met' : 'MISSED'}`,
  ]);
  return columns(['scenario', 'unit', 'ours', 'peer', 'ratio', 'goal'], lines);
}

/** So wide is a scenario in the table of all: what is longer goes on in the next line. */
const SCENARIO_WIDTH = 72;

/**
 * The rows of several benches as one table, and how many goals are met.
 * @param {readonly { name: string, rows: readonly Row[] }[]} results
 */
export function summary(results) {
  const lines = results.flatMap(({ name, rows }) =>
    rows.flatMap((line) => {
      const [first = '', ...others] = wrapped(line.scenario, SCENARIO_WIDTH);
      const sides = [`${shortly(line.ours)} ${line.unit}`, shortly(line.peer)];
      const verdict = [shortly(line.ratio), shortly(line.goal), meetsGoal(line) ? 'yes' : 'NO'];
      return [[name, first, ...sides, ...verdict], ...others.map((words) => ['', `  ${words}`])];
    }),
  );
  const all = results.flatMap(({ rows }) => rows);
  const met = all.filter(meetsGoal).length;
  const heads = ['bench', 'scenario', 'ours', 'peer', 'ratio', 'goal', 'met?'];
  return `${columns(heads, lines)}\n\n${met} of ${all.length} goals are met.`;
}

/** @param {number} value */
const shortly = (value) => String(Number(value.toPrecision(4)));

/** @param {readonly string[]} heads @param {readonly (readonly string[])[]} lines */
function columns(heads, lines) {
  const widths = heads.map((title, column) =>
    Math.max(title.length, ...lines.map((line) => (line[column] ?? '').length)),
  );
  const print = (/** @type {readonly string[]} */ cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [print(heads), widths.map((width) => '-'.repeat(width)).join('  '), ...lines.map(print)].join('\n');
}

/** Lines of whole words. @param {string} text @param {number} width */
function wrapped(text, width) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** What the numbers were measured on. */
export async function machine() {
  const java = await run('java', ['-version']);
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memMiB: Math.round(totalmem() / 1024 / 1024),
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    java: /version "([^"]+)"/.exec(java.output)?.[1] ?? 'none',
    loadAtEnd: round(loadavg()[0] ?? 0),
  };
}

/** Where a bench's results are. @param {string} root @param {string} name */
export const resultsFile = (root, name) => join(root, 'bench', 'results', `${name}.json`);

/**
 * Writes `bench/results/NAME.json`.
 * @param {{ root: string, name: string, rows: readonly Row[], quick: boolean }} options
 */
export async function writeResults({ root, name, rows, quick }) {
  const file = resultsFile(root, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ machine: await machine(), quick, rows }, null, 2)}\n`);
  return file;
}

/** The rows that a bench has written. @param {string} root @param {string} name @returns {Row[]} */
export function readResults(root, name) {
  return JSON.parse(readFileSync(resultsFile(root, name), 'utf8')).rows;
}

/**
 * The resident memory of a process, now and at its highest, in MiB; undefined when it has ended.
 * @param {number} pid
 * @returns {{ now: number, highest: number } | undefined}
 */
export function residentMemory(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kibibytes = (/** @type {string} */ field) =>
      Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]);
    const now = kibibytes('VmRSS') / 1024;
    return Number.isNaN(now) ? undefined : { now, highest: kibibytes('VmHWM') / 1024 };
  } catch {
    return undefined;
  }
}

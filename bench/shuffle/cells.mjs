// Which blocks are fetched in which way, by whom it is served, and what is said of it.

import { fixed, measured, row } from '../harness.mjs';
import { SHUFFLES } from './files.mjs';

const MIB = 1024 * 1024;

/** What a prototype of the service reached against Spark's own, without encryption: by the size of blocks. */
const THROUGHPUT_GOALS = [4, 1.5, 1, 1];
/** With fewer fetches than that, nothing can be said of how long they take. */
const FEWEST_FETCHES = 5;

/** @typedef {import('./client.mjs').Cell} Cell @typedef {import('./client.mjs').Fetched} Fetched */

/** @type {Readonly<Record<Cell['mode'], string>>} */
const MODE_NAMES = { plain: 'plain', crypto: 'AuthEngine, AES-CTR', sasl: 'SASL, 3DES' };

/**
 * @param {readonly Cell['mode'][]} modes
 * @param {readonly number[]} connectionCounts
 * @returns {Cell[]}
 */
export function cellsOf(modes, connectionCounts) {
  /** @type {Cell[]} */
  const cells = [];
  for (const mode of modes) {
    for (const shuffle of SHUFFLES) {
      for (const connections of connectionCounts) {
        cells.push({ mode, shuffle, layout: 'adjacent', connections });
      }
    }
  }
  const spread = connectionCounts.includes(16) && modes.includes('plain');
  for (const shuffle of spread ? SHUFFLES.slice(0, 2) : []) {
    cells.push({ mode: 'plain', shuffle, layout: 'spread', connections: 16 });
  }
  return cells;
}

/** @param {Cell} cell */
export function nameOf({ mode, shuffle, layout, connections }) {
  const many = layout === 'spread' ? ` from ${shuffle.reducers} files` : '';
  return `${MODE_NAMES[mode]}: ${shuffle.name}${many}, ${connections} connection${connections === 1 ? '' : 's'}`;
}

/**
 * What one figure of a cell is, and which of its values are the better ones.
 * @typedef {object} Figure
 * @property {string} name
 * @property {string} unit
 * @property {'less' | 'more'} better
 * @property {(fetched: Fetched) => number} value
 * @property {(cell: Cell) => number} goal
 */

/** @type {readonly Figure[]} */
const FIGURES = [
  {
    name: 'processor',
    unit: 's of CPU per GiB',
    better: 'less',
    value: ({ serverCpu, bytes }) => serverCpu / (bytes / MIB / 1024),
    goal: () => 1,
  },
  {
    // What a service has queued is sent when the client's acknowledgements come, at the expense of whoever runs then.
    name: 'processor of both ends',
    unit: 's of CPU per GiB',
    better: 'less',
    value: ({ serverCpu, clientCpu, bytes }) => (serverCpu + clientCpu) / (bytes / MIB / 1024),
    goal: () => 1,
  },
  {
    name: 'throughput',
    unit: 'MiB/s',
    better: 'more',
    value: ({ bytes, seconds }) => bytes / MIB / seconds,
    goal: ({ mode, shuffle }) => (mode === 'plain' ? (THROUGHPUT_GOALS[shuffle.id] ?? 1) : 1),
  },
  { name: 'half of the fetches', unit: 'ms', better: 'less', value: ({ p50 }) => p50, goal: () => 1 },
  { name: '99 of 100 fetches', unit: 'ms', better: 'less', value: ({ p99 }) => p99, goal: () => 1 },
];

/** Whether a figure can be told of all the rounds of a cell. @param {Figure} figure @param {readonly Fetched[]} rounds */
function canBeTold({ unit }, rounds) {
  return unit !== 'ms' || rounds.every(({ fetches }) => fetches >= FEWEST_FETCHES);
}

/**
 * @typedef {object} CellRow
 * @property {Cell} cell
 * @property {string} peerName
 * @property {Figure} figure
 * @property {import('../harness.mjs').Row} row
 */

/**
 * The rows of one cell against one peer.
 * @param {Cell} cell
 * @param {string} peerName
 * @param {readonly Fetched[]} ours
 * @param {readonly Fetched[]} peer
 * @returns {CellRow[]}
 */
export function rowsOf(cell, peerName, ours, peer) {
  return FIGURES.filter((figure) => canBeTold(figure, [...ours, ...peer])).map((figure) => {
    const scenario = `${nameOf(cell)}, ${figure.name}, against ${peerName}`;
    const goal = figure.goal(cell);
    const sides = { ours: measured(ours.map(figure.value)), peer: measured(peer.map(figure.value)) };
    return { cell, peerName, figure, row: row({ scenario, ...figure, ...sides, goal }) };
  });
}

/**
 * A row for all numbers of connections together: the geometric mean, so that each of them has the same weight.
 * @param {readonly CellRow[]} rows
 */
export function meanRows(rows) {
  /** @type {Map<string, CellRow[]>} */
  const groups = new Map();
  for (const each of rows) {
    const { cell, peerName, figure } = each;
    const key = [cell.mode, cell.layout, cell.shuffle.id, peerName, figure.name].join();
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined || group.length === 1) return [];
    const { cell, peerName, figure } = first;
    const mean = (/** @type {(of: CellRow) => number} */ value) =>
      fixed(Math.exp(group.reduce((sum, each) => sum + Math.log(value(each)), 0) / group.length));
    const counts = group.map((each) => each.cell.connections).join(', ');
    return row({
      scenario: `${MODE_NAMES[cell.mode]}: ${cell.shuffle.name}, mean of ${counts} connections: ${figure.name}, against ${peerName}`,
      unit: figure.unit,
      ours: mean((each) => each.row.ours),
      peer: mean((each) => each.row.peer),
      better: figure.better,
      goal: figure.goal(cell),
    });
  });
}

/** @param {import('../harness.mjs').Row} row */
export function isOfOneCell({ scenario }) {
  return FIGURES.some(({ name }) => scenario.includes(`, ${name}, against`));
}

/**
 * A line for each service, for those who watch.
 * @param {string} name
 * @param {readonly Fetched[]} rounds
 */
export function lineOf(name, rounds) {
  const words = FIGURES.map((figure) => {
    if (!canBeTold(figure, rounds)) return '-'.padStart(10);
    const { median } = measured(rounds.map(figure.value));
    return median.toPrecision(4).padStart(10);
  });
  const busy = measured(rounds.map(({ clientCpu, seconds }) => (100 * clientCpu) / seconds)).median;
  return `  ${name.padEnd(32)}${words.join('')}${`${Math.round(busy)}%`.padStart(10)}`;
}

/** The head of those lines. */
export const LINE_HEAD = `  ${''.padEnd(32)}${['CPU s/GiB', 'both', 'MiB/s', 'p50 ms', 'p99 ms', 'client']
  .map((word) => word.padStart(10))
  .join('')}`;

// The load generator, and what it can do at most.

import { fileURLToPath } from 'node:url';
import { startJvm } from '../jvm.mjs';
import { SECRET } from './services.mjs';

/** The application whose blocks are fetched. */
const APPLICATION = 'app-bench';

/**
 * @typedef {object} Fetched what was seen in one cell
 * @property {number} bytes
 * @property {number} seconds
 * @property {number} fetches that were finished; 0 where blocks are larger than what comes in that time
 * @property {number} p50 milliseconds of a whole fetch; -1 where there was none
 * @property {number} p99
 * @property {number} serverCpu seconds
 * @property {number} clientCpu
 */

/**
 * @typedef {object} Cell
 * @property {'plain' | 'crypto' | 'sasl'} mode
 * @property {import('./files.mjs').Shuffle} shuffle
 * @property {'adjacent' | 'spread'} layout the blocks of one map's output, or one block of each of many
 * @property {number} connections
 */

const source = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));

/** @param {string} sparkHome whose Scala compiles and runs it */
export async function startClient(sparkHome) {
  const jvm = await startJvm({
    source: [source('LoadClient.scala'), source('Wire.scala')],
    mainClass: 'LoadClient',
    sparkHome,
    heap: '512m',
  });
  /** @param {string} what @param {Readonly<Record<string, string | number>>} options */
  const ask = async (what, options) => {
    const words = Object.entries({ app: APPLICATION, secret: SECRET, ...options });
    const answer = await jvm.ask([what, ...words.map(([name, value]) => `${name}=${value}`)].join(' '));
    if (answer.startsWith('failed')) throw new Error(`the load generator could not ${what}: ${answer}`);
    return answer;
  };
  return {
    ask,
    /**
     * @param {{ port: number, pid: number }} service
     * @param {Cell} cell
     * @param {{ warmMs: number, measureMs: number }} duration
     * @returns {Promise<Fetched>}
     */
    async fetch({ port, pid }, cell, duration) {
      const answer = await ask('cell', { port, pid, ...wordsOf(cell), ...duration });
      return JSON.parse(answer);
    },
    close: () => jvm.close(),
  };
}

/** @param {Cell} cell */
export function wordsOf({ mode, shuffle, layout, connections }) {
  const { id, maps, reducers, blockBytes } = shuffle;
  return { mode, connections, shuffle: id, maps, reducers, blocks: reducers, blockBytes, layout };
}

/** A server that answers from memory whatever it is asked. @param {string} sparkHome */
export async function startSink(sparkHome) {
  const jvm = await startJvm({
    source: source('CannedSink.scala'),
    mainClass: 'CannedSink',
    sparkHome,
    heap: '256m',
  });
  return {
    /** Gives its port. @param {import('./files.mjs').Shuffle} shuffle */
    async prepare({ reducers, blockBytes }) {
      return Number(await jvm.ask(`${reducers} ${blockBytes}`));
    },
    close: () => jvm.close(),
  };
}

/** @typedef {Awaited<ReturnType<typeof startClient>>} Client */

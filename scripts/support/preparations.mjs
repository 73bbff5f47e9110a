// What stages of `npm test` need besides the workspace: Sparks, a browser, a Java. It is got while other stages run.

import { delimiter } from 'node:path';
import { fetchSpark, SPARKS } from '../spark.mjs';
import { testJava } from '../test-java.mjs';
import { canInstallChromium, findChromium, INSTALL_CHROMIUM, installChromium } from './browser.mjs';
import { step } from './progress.mjs';

/**
 * What a stage needs.
 * @typedef {object} Needs
 * @property {boolean} [needsSparks]
 * @property {boolean} [needsBrowser]
 * @property {boolean} [needsJava] the one that starts Spark fast
 */

/**
 * What it gets.
 * @typedef {object} Given
 * @property {NodeJS.ProcessEnv} environment
 * @property {boolean} hasBrowser
 */

/**
 * Work that goes on while stages run; whoever needs its result waits for `ready`.
 * @template T
 * @typedef {object} Background
 * @property {{ detail: string }} progress
 * @property {Promise<T>} ready
 */

/**
 * @template T
 * @param {(report: (detail: string) => void) => Promise<T>} work
 * @returns {Background<T>}
 */
function inBackground(work) {
  const progress = { detail: '' };
  const ready = work((detail) => {
    progress.detail = detail;
  });
  // The stage that waits for it reports the failure; until then it must not end the process.
  ready.catch(() => {});
  return { progress, ready };
}

/**
 * @template T
 * @param {string} title
 * @param {Background<T>} background
 * @param {(result: T) => boolean} [isGood]
 * @returns {Promise<T>}
 */
async function waitFor(title, { progress, ready }, isGood) {
  const wait = async (/** @type {import('./progress.mjs').StepDisplay} */ { report }) => {
    const timer = setInterval(() => report(progress.detail), 500);
    try {
      return await ready;
    } finally {
      clearInterval(timer);
    }
  };
  return await step(title, wait, isGood);
}

/** @param {(detail: string) => void} report */
async function fetchSparks(report) {
  const homes = [];
  for (const { version } of SPARKS) {
    homes.push(await fetchSpark(version, (detail) => report(`${version}: ${detail}`)));
  }
  return homes;
}

/** @param {(detail: string) => void} report */
async function seeToBrowser(report) {
  if (findChromium(process.env) !== undefined) return true;
  report('installing');
  return (await canInstallChromium()) && (await installChromium());
}

/**
 * Begins with all that any of the stages needs. What it gives is asked before each stage, and waits for what that one
 * needs and does not have yet.
 * @param {readonly Needs[]} stages
 * @returns {(stage: Needs) => Promise<Given>}
 */
export function preparations(stages) {
  const sparks = stages.some(({ needsSparks }) => needsSparks) ? inBackground(fetchSparks) : undefined;
  const browser = stages.some(({ needsBrowser }) => needsBrowser) ? inBackground(seeToBrowser) : undefined;
  const java =
    sparks !== undefined && stages.some(({ needsJava }) => needsJava)
      ? inBackground(async () => await testJava({ sparkHomes: await sparks.ready }))
      : undefined;
  /** @type {Given} */
  const given = { environment: {}, hasBrowser: false };
  const waits = {
    needsSparks: async () => {
      if (sparks === undefined) return;
      const homes = await waitFor(`Sparks ${SPARKS.map(({ version }) => version).join(' and ')}`, sparks);
      given.environment.SPARK_MESOS_TEST_SPARKS = homes.join(delimiter);
    },
    needsBrowser: async () => {
      if (browser === undefined) return;
      given.hasBrowser = await waitFor('Chromium', browser, (found) => found);
      if (!given.hasBrowser)
        console.log(`No Chromium: the tests of the web pages are left out. ${INSTALL_CHROMIUM}`);
    },
    needsJava: async () => {
      if (java === undefined) return;
      const { problems } = await waitFor('A Java that starts Spark fast', java);
      for (const problem of problems) console.log(`The tests are slower without: ${problem}`);
    },
  };
  const awaited = new Set();
  return async (stage) => {
    for (const [need, wait] of Object.entries(waits)) {
      if (!stage[/** @type {keyof Needs} */ (need)] || awaited.has(need)) continue;
      awaited.add(need);
      await wait();
    }
    return given;
  };
}

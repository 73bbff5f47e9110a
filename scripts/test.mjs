// `npm test`: installs what is missing, fetches the Sparks, and runs every check and every test there is.
// Its last line is `N passed, N failed`; its exit status is 0 only when nothing failed.
// `npm test -- --skip e2e` (or lint, layers, coverage, build, types, unit, integration) leaves stages out.

import { delimiter } from 'node:path';
import { parseArgs } from 'node:util';
import { fetchSpark, SPARKS } from './spark.mjs';
import { canInstallChromium, hasChromium, INSTALL_CHROMIUM, installChromium } from './support/browser.mjs';
import { runScript, StepError, step } from './support/progress.mjs';
import { requireTools } from './support/requirements.mjs';
import { run } from './support/run.mjs';
import { runVitest } from './support/vitest.mjs';
import { build, install, isInstalled, lastLines, ROOT, toolEnvironment } from './support/workspace.mjs';

/** @typedef {import('./support/vitest.mjs').Outcome} Outcome */
/** @typedef {import('./support/progress.mjs').StepDisplay} StepDisplay */

/**
 * @typedef {object} Stage
 * @property {string} name
 * @property {string} title
 * @property {boolean} [needsBuild]
 * @property {boolean} [needsSparks]
 * @property {(display: StepDisplay, given: { environment: NodeJS.ProcessEnv, hasBrowser: boolean }) => Promise<Outcome>} check
 */

/**
 * A check that passes or fails as a whole and counts as one test.
 * @param {string} program
 * @param {readonly string[]} programArguments
 * @returns {Promise<Outcome>}
 */
async function single(program, programArguments) {
  const { status, output } = await run(program, programArguments, {
    cwd: ROOT,
    env: { ...toolEnvironment(), NO_COLOR: '1' },
  });
  if (status === 0) return { passed: 1, failed: 0, skipped: 0, failures: [] };
  const what = [program, ...programArguments].join(' ');
  return {
    passed: 0,
    failed: 1,
    skipped: 0,
    failures: [`${what} (exit ${status})\n${lastLines(output, 200)}`],
  };
}

/** The tests that need a browser and nothing else; one more, in e2e, leaves itself out. */
const BROWSER_TESTS = 'apps/console/test/integration/**';

/** @param {string} line */
const isResult = (line) => /^\s*[✓×✗]/.test(line);

/**
 * The build checks the types of all sources, so it counts as a test.
 * @returns {Promise<Outcome>}
 */
async function checkBuild() {
  try {
    await build();
    return { passed: 1, failed: 0, skipped: 0, failures: [] };
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    return { passed: 0, failed: 1, skipped: 0, failures: [error.message] };
  }
}

/** @type {readonly Stage[]} */
const STAGES = [
  {
    name: 'lint',
    title: 'Lint and format',
    check: () => single('biome', ['ci', '--colors=off', '--error-on-warnings', '--max-diagnostics=50', '.']),
  },
  { name: 'build', title: 'Build', check: checkBuild },
  { name: 'layers', title: 'Layers', check: () => single(process.execPath, ['scripts/layers.mjs']) },
  {
    name: 'coverage',
    title: 'Coverage of the rules',
    check: () => single(process.execPath, ['scripts/coverage.mjs']),
  },
  {
    name: 'types',
    title: 'Types of tests and scripts',
    check: () => single('tsc', ['-p', 'tsconfig.tests.json']),
  },
  {
    name: 'unit',
    title: 'Unit tests',
    needsBuild: true,
    check: ({ report }, { environment }) =>
      runVitest({
        name: 'unit',
        programArguments: ['--exclude', '**/integration/**'],
        environment,
        onLine: (line) => isResult(line) && report(line.trim()),
      }),
  },
  {
    name: 'integration',
    title: 'Integration tests',
    needsBuild: true,
    needsSparks: true,
    check: ({ report }, { environment, hasBrowser }) =>
      runVitest({
        name: 'integration',
        programArguments: ['/integration/', ...(hasBrowser ? [] : ['--exclude', BROWSER_TESTS])],
        environment,
        onLine: (line) => isResult(line) && report(line.trim()),
      }),
  },
  {
    name: 'e2e',
    title: 'End-to-end tests with real Spark',
    needsBuild: true,
    needsSparks: true,
    check: ({ note }, { environment }) =>
      runVitest({
        name: 'e2e',
        cwd: `${ROOT}/e2e`,
        programArguments: [],
        environment,
        onLine: (line) => isResult(line) && note(line),
      }),
  },
];

function readOptions() {
  try {
    const skip = {
      type: /** @type {const} */ ('string'),
      multiple: true,
      default: /** @type {string[]} */ ([]),
    };
    return parseArgs({ options: { skip } }).values;
  } catch (error) {
    throw new StepError(/** @type {Error} */ (error).message);
  }
}

/**
 * Fetches both Sparks while other stages run; whoever needs them waits for `ready`.
 */
function fetchInBackground() {
  const progress = { detail: '' };
  const fetchAll = async () => {
    const homes = [];
    for (const { version } of SPARKS) {
      homes.push(
        await fetchSpark(version, (detail) => {
          progress.detail = `${version}: ${detail}`;
        }),
      );
    }
    return homes;
  };
  const ready = fetchAll();
  // The stage that waits for it reports the failure; until then it must not end the process.
  ready.catch(() => {});
  return { progress, ready };
}

/** @param {{ progress: { detail: string }, ready: Promise<string[]> }} fetching */
async function waitForSparks({ progress, ready }) {
  return await step(`Sparks ${SPARKS.map(({ version }) => version).join(' and ')}`, async ({ report }) => {
    const timer = setInterval(() => report(progress.detail), 500);
    try {
      return await ready;
    } finally {
      clearInterval(timer);
    }
  });
}

/**
 * Sees to a browser for the tests of the web pages, and says so where there can be none.
 * @returns {Promise<boolean>} whether there is one
 */
async function seeToBrowser() {
  if (await hasChromium(process.env)) return true;
  if (await canInstallChromium()) {
    const installed = await step('Installing Chromium', installChromium, (succeeded) => succeeded);
    if (installed) return true;
  }
  console.log(`No Chromium: the tests of the web pages are left out. ${INSTALL_CHROMIUM}`);
  return false;
}

/** @param {Outcome} outcome */
function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

await runScript(async () => {
  const skipped = new Set(readOptions().skip);
  const stages = STAGES.filter(({ name }) => !skipped.has(name));
  await requireTools(process.env);
  const sparks = stages.some(({ needsSparks }) => needsSparks) ? fetchInBackground() : undefined;
  if (!isInstalled()) await step('Installing dependencies', install);
  const hasBrowser = await seeToBrowser();
  const total = { passed: 0, failed: 0 };
  const lines = [];
  /** @type {NodeJS.ProcessEnv} */
  const environment = {};
  let isBuilt = true;
  for (const { name, title, needsBuild, needsSparks, check } of stages) {
    if (needsBuild && !isBuilt) {
      lines.push(`  ${title}: not run, because the build failed`);
      continue;
    }
    if (needsSparks && sparks !== undefined && environment.SPARK_MESOS_TEST_SPARKS === undefined) {
      environment.SPARK_MESOS_TEST_SPARKS = (await waitForSparks(sparks)).join(delimiter);
    }
    const outcome = await step(
      title,
      (display) => check(display, { environment, hasBrowser }),
      ({ failed }) => failed === 0,
    );
    for (const failure of outcome.failures) console.log(`\n✗ ${failure}\n`);
    lines.push(`  ${title}: ${summary(outcome)}`);
    if (name === 'build') isBuilt = outcome.failed === 0;
    total.passed += outcome.passed;
    total.failed += outcome.failed;
  }
  console.log(`\n${lines.join('\n')}\n\n${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 ? 0 : 1;
});

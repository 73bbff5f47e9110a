// `npm test`: installs what is missing, fetches the Sparks, and runs every check and every test there is.
// Its last line is `N passed, N failed`; its exit status is 0 only when nothing failed.
// `npm test -- --skip e2e` (or lint, build, layers, coverage, claims, audit, types, docs, api, unit,
// integration, packages, soak) leaves stages out.

import { parseArgs } from 'node:util';
import { preparations } from './support/preparations.mjs';
import { runScript, StepError, step } from './support/progress.mjs';
import { requireTools } from './support/requirements.mjs';
import { run } from './support/run.mjs';
import { runVitest } from './support/vitest.mjs';
import { build, install, isInstalled, lastLines, ROOT, toolEnvironment } from './support/workspace.mjs';

/** @typedef {import('./support/vitest.mjs').Outcome} Outcome */
/** @typedef {import('./support/progress.mjs').StepDisplay} StepDisplay */
/** @typedef {import('./support/preparations.mjs').Given} Given */

/**
 * @typedef {object} Checking
 * @property {string} name
 * @property {string} title
 * @property {boolean} [needsBuild]
 * @property {(display: StepDisplay, given: Given) => Promise<Outcome>} check
 *
 * @typedef {Checking & import('./support/preparations.mjs').Needs} Stage
 */

/**
 * A check that passes or fails as a whole and counts as one test.
 * @param {string} program
 * @param {readonly string[]} programArguments
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {Promise<Outcome>}
 */
async function single(program, programArguments, environment = {}) {
  const { status, output } = await run(program, programArguments, {
    cwd: ROOT,
    env: { ...toolEnvironment(), ...environment, NO_COLOR: '1' },
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
    name: 'claims',
    title: 'Claims of SECURITY.md',
    check: () => single(process.execPath, ['scripts/security-claims.mjs']),
  },
  { name: 'audit', title: 'Dependencies', check: () => single(process.execPath, ['scripts/audit.mjs']) },
  {
    name: 'types',
    title: 'Types of tests and scripts',
    check: () => single('tsc', ['-p', 'tsconfig.tests.json']),
  },
  {
    name: 'docs',
    title: 'Guides and reference pages',
    needsBuild: true,
    check: () => single(process.execPath, ['scripts/docs.mjs']),
  },
  {
    name: 'api',
    title: 'API pages',
    needsBuild: true,
    check: () => single('pnpm', ['run', 'docs:api']),
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
    needsBrowser: true,
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
    needsBrowser: true,
    needsJava: true,
    check: ({ note }, { environment }) =>
      runVitest({
        name: 'e2e',
        cwd: `${ROOT}/e2e`,
        programArguments: [],
        environment,
        onLine: (line) => isResult(line) && note(line),
      }),
  },
  {
    name: 'packages',
    title: 'Packages as they are published',
    needsBuild: true,
    needsSparks: true,
    check: (_, { environment }) => single(process.execPath, ['scripts/verify-packages.mjs'], environment),
  },
  {
    name: 'soak',
    title: 'Three minutes of faults',
    needsBuild: true,
    needsSparks: true,
    needsJava: true,
    // Always the same jobs and faults, whose times are never the same.
    check: (_, { environment }) =>
      single(process.execPath, ['scripts/soak.mjs', '--minutes', '3', '--seed', '7'], environment),
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

/** @param {Outcome} outcome */
function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

await runScript(async () => {
  const skipped = new Set(readOptions().skip);
  const stages = STAGES.filter(({ name }) => !skipped.has(name));
  await requireTools(process.env);
  const prepared = preparations(stages);
  if (!isInstalled()) await step('Installing dependencies', install);
  const total = { passed: 0, failed: 0 };
  const lines = [];
  let isBuilt = true;
  for (const stage of stages) {
    const { name, title, needsBuild, check } = stage;
    if (needsBuild && !isBuilt) {
      lines.push(`  ${title}: not run, because the build failed`);
      continue;
    }
    const given = await prepared(stage);
    const outcome = await step(
      title,
      (display) => check(display, given),
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

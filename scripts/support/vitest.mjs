// Runs vitest and counts from its JSON report what passed and what failed.

import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { run } from './run.mjs';
import { lastLines, ROOT, toolEnvironment } from './workspace.mjs';

/**
 * @typedef {object} Outcome
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string[]} failures one text for each failure: where, what, and the first lines of why
 */

/**
 * The part of the report (vitest's `json` reporter) that is used.
 * @typedef {object} Report
 * @property {boolean} success
 * @property {{ name: string, status: string, message?: string, assertionResults: Assertion[] }[]} testResults
 *
 * @typedef {object} Assertion
 * @property {string} fullName
 * @property {string} status
 * @property {string[] | null} [failureMessages]
 */

const LINES_PER_FAILURE = 30;

/**
 * Counts a report. A file that could not be loaded is a failure too, and so is a run that failed without one.
 * @param {Report} report
 * @returns {Outcome}
 */
export function countReport(report) {
  const outcome = { passed: 0, failed: 0, skipped: 0, failures: /** @type {string[]} */ ([]) };
  for (const file of report.testResults) {
    const name = relative(ROOT, file.name);
    for (const { fullName, status, failureMessages } of file.assertionResults) {
      if (status === 'passed') outcome.passed += 1;
      else if (status === 'failed') {
        const why = (failureMessages ?? []).join('\n').split('\n').slice(0, LINES_PER_FAILURE).join('\n');
        outcome.failures.push(`${name}\n  ${fullName}\n${why}`);
      } else outcome.skipped += 1;
    }
    const hasFailure = file.assertionResults.some(({ status }) => status === 'failed');
    if (file.status === 'failed' && !hasFailure) {
      outcome.failures.push(`${name}\n  the file itself failed\n${file.message ?? ''}`);
    }
  }
  outcome.failed = outcome.failures.length;
  return outcome;
}

/**
 * Runs vitest and tells every line that it prints.
 * @param {object} options
 * @param {string} options.name names the report
 * @param {readonly string[]} options.programArguments
 * @param {NodeJS.ProcessEnv} options.environment
 * @param {string} [options.cwd]
 * @param {(line: string) => void} options.onLine
 * @returns {Promise<Outcome>}
 */
export async function runVitest({ name, programArguments, environment, cwd = ROOT, onLine }) {
  const file = join(ROOT, 'artifacts', `${name}.json`);
  await mkdir(dirname(file), { recursive: true });
  await rm(file, { force: true });
  const reporting = [
    '--reporter=verbose',
    '--reporter=json',
    `--outputFile.json=${file}`,
    '--passWithNoTests',
  ];
  const { status, output } = await run('vitest', ['run', ...reporting, ...programArguments], {
    cwd,
    env: { ...toolEnvironment(), ...environment, NO_COLOR: '1' },
    onLine,
  });
  const report = await readFile(file, 'utf8').then(JSON.parse, () => undefined);
  if (report === undefined) {
    return { passed: 0, failed: 1, skipped: 0, failures: [`vitest wrote no report:\n${lastLines(output)}`] };
  }
  const outcome = countReport(report);
  if (status !== 0 && outcome.failed === 0) {
    // An error outside any test, such as a rejection that nobody handled.
    outcome.failed = 1;
    outcome.failures.push(`vitest ended with exit status ${status}:\n${lastLines(output, 60)}`);
  }
  return outcome;
}

// The examples of the packages, run where nothing but the packed packages is, and held against what the READMEs say.

import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { run } from '../support/run.mjs';
import { toolEnvironment } from '../support/workspace.mjs';

/** @typedef {import('./tarballs.mjs').Packed} Packed */

/** How a README shows an example: the command, and behind it what it prints. */
const SHOWN = /```sh\nnode examples\/(\S+\.mjs)\n```\n\n```text\n([\s\S]*?)\n```/g;

/** The longest an example may be, so that it is read. */
const MAX_LINES = 32;

/**
 * What READMEs say that examples print, by the name of the file.
 * @param {string} readme
 * @returns {Map<string, string>}
 */
export function shownExamples(readme) {
  return new Map([...readme.matchAll(SHOWN)].map(([, file = '', output = '']) => [file, output]));
}

/**
 * Runs the examples of a package, and says what is wrong with them.
 * @param {Packed} packed
 * @param {import('../verify-packages.mjs').Surroundings} surroundings
 * @returns {Promise<string[]>}
 */
export async function exampleProblems({ files, folder, source }, surroundings) {
  const examples = files.filter((path) => /^examples\/[^/]+\.mjs$/.test(path)).map((path) => basename(path));
  const shown = shownExamples(readFileSync(join(folder, 'README.md'), 'utf8'));
  if (source.startsWith('packages/') && examples.length === 0) return ['it has no example'];
  const problems = [...shown.keys()]
    .filter((file) => !examples.includes(file))
    .map((file) => `README.md shows examples/${file}, which is not there`);
  for (const file of examples) {
    const path = join(folder, 'examples', file);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n').length;
    if (lines > MAX_LINES) problems.push(`examples/${file} has ${lines} lines, more than ${MAX_LINES}`);
    const expected = shown.get(file);
    if (expected === undefined) {
      problems.push(`README.md does not show examples/${file} and what it prints`);
      continue;
    }
    const outcome = await runExample(path, surroundings);
    if (outcome.status !== 0)
      problems.push(`examples/${file} ended with ${outcome.status}:\n${outcome.output}`);
    else if (!isAsShown(outcome.output, expected)) {
      problems.push(`examples/${file} does not print what README.md says, but:\n${outcome.output}`);
    }
  }
  return problems;
}

/**
 * Whether something is printed as it is shown, where `…` stands for what differs each time.
 * @param {string} printed
 * @param {string} shown
 */
export function isAsShown(printed, shown) {
  const parts = shown.split('…').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.+')}$`).test(printed);
}

/**
 * @param {string} path
 * @param {import('../verify-packages.mjs').Surroundings} surroundings
 */
async function runExample(path, { consumer, sparkHome }) {
  // Beside the installed packages, since an example imports what a user has installed.
  const folder = join(consumer, basename(path, '.mjs'));
  mkdirSync(folder, { recursive: true });
  const copy = join(folder, basename(path));
  copyFileSync(path, copy);
  const { status, output } = await run(process.execPath, [copy], {
    cwd: folder,
    env: { ...toolEnvironment(), SPARK_HOME: sparkHome },
  });
  return { status, output: output.trimEnd() };
}

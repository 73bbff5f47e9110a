// What the README of every package has to have: a name, how it is installed, a short example, a table of options.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/workspace.mjs';

/** @typedef {import('./tarballs.mjs').Packed} Packed */
/** @typedef {import('./tarballs.mjs').PackedManifest} PackedManifest */

const MAX_EXAMPLE_LINES = 15;
const CODE = /^```(?:js|ts)\n([\s\S]*?)^```$/gm;
const TABLE = /^\|(?: *:?-+:? *\|)+$/m;
const LINK = /\]\((?!https?:|mailto:|#)([^)#\s]+)/g;

/**
 * What is wrong with the README of a package.
 * @param {Packed} packed
 * @returns {string[]}
 */
export function readmeProblems({ manifest, folder, source }) {
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  const dead = [...readme.matchAll(LINK)]
    .map(([, path = '']) => path)
    .filter((path) => !existsSync(join(ROOT, source, path)))
    .map((path) => `README.md links to ${path}, which is not there`);
  return [...textProblems(readme, manifest), ...dead];
}

/**
 * What is missing in the text of a README, or is too long.
 * @param {string} readme
 * @param {PackedManifest} manifest
 * @returns {string[]}
 */
export function textProblems(readme, { name, bin = {} }) {
  /** @type {string[]} */
  const problems = [];
  const expect = (/** @type {boolean} */ holds, /** @type {string} */ otherwise) => {
    if (!holds) problems.push(`README.md ${otherwise}`);
  };
  const title = readme.split('\n', 1)[0]?.replace(/^# /, '') ?? '';
  expect([name, ...Object.keys(bin)].includes(title), `is about ${title}, not about ${name}`);
  expect(new RegExp(`^npm install .*${name}(?: |$)`, 'm').test(readme), 'does not say how it is installed');
  expect(TABLE.test(readme), 'has no table of options');
  for (const [, code = ''] of readme.matchAll(CODE)) {
    const lines = code.trimEnd().split('\n').length;
    expect(lines <= MAX_EXAMPLE_LINES, `has an example of ${lines} lines, more than ${MAX_EXAMPLE_LINES}`);
  }
  return problems;
}

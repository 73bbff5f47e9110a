// `pnpm audit:dependencies`: of everything that is installed for users, whether its licence is one that goes with ours,
// whether it runs a script when it is installed, and whether the registry knows of a vulnerability. Where the registry does
// not answer, that is said, and the rest decides.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runScript, StepError } from './support/progress.mjs';
import { run } from './support/run.mjs';
import { ROOT, toolEnvironment } from './support/workspace.mjs';

/** They ask for nothing but that their text is kept. */
const LICENCES = new Set([
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
]);
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall'];

/**
 * @typedef {{ name: string, versions: readonly string[], paths: readonly string[] }} Installed
 * @typedef {Readonly<Record<string, readonly Installed[]>>} ByLicence as pnpm lists it
 */

/**
 * What is wrong with what is installed, one sentence each.
 * @param {ByLicence} byLicence
 * @param {(folder: string) => Readonly<Record<string, string>>} scriptsOf
 * @returns {string[]}
 */
export function dependencyProblems(byLicence, scriptsOf) {
  return Object.entries(byLicence).flatMap(([licence, packages]) =>
    packages.flatMap(({ name, versions, paths }) => {
      const which = `${name} ${versions.join(', ')}`;
      const scripts = paths.flatMap((folder) => Object.keys(scriptsOf(folder)));
      const found = INSTALL_SCRIPTS.filter((script) => scripts.includes(script));
      return [
        ...(isFree(licence) ? [] : [`${which} has the licence ${licence}, which is not on the list`]),
        ...found.map((script) => `${which} has a script for ${script}`),
      ];
    }),
  );
}

/** Of several that may be chosen one has to be on the list. @param {string} licence */
function isFree(licence) {
  return licence
    .replace(/^\((.*)\)$/, '$1')
    .split(' OR ')
    .some((one) => LICENCES.has(one));
}

/**
 * What the registry has answered.
 * @param {string} output of `pnpm audit --json`
 * @returns {{ vulnerabilities: string[] } | { unanswered: string }}
 */
export function auditAnswer(output) {
  const start = output.indexOf('{');
  /** @type {any} */
  let answer;
  try {
    answer = JSON.parse(output.slice(Math.max(0, start)));
  } catch {
    return { unanswered: output.trim().split('\n').at(-1) ?? 'no answer' };
  }
  if (answer.advisories === undefined) {
    return { unanswered: String(answer.error?.message ?? 'its answer has no advisories') };
  }
  const vulnerabilities = Object.values(answer.advisories).map(
    ({ module_name: name, severity, title, url }) => `${name} (${severity}): ${title}, ${url}`,
  );
  return { vulnerabilities };
}

/** @param {string} folder of a package */
function scriptsOf(folder) {
  const manifest = join(folder, 'package.json');
  return existsSync(manifest) ? (JSON.parse(readFileSync(manifest, 'utf8')).scripts ?? {}) : {};
}

/** @param {readonly string[]} words */
function pnpm(words) {
  return run('pnpm', words, { cwd: ROOT, env: toolEnvironment() });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runScript(async () => {
    const listed = await pnpm(['licenses', 'list', '--recursive', '--prod', '--json']);
    const start = listed.output.indexOf('{');
    if (listed.status !== 0 || start < 0) {
      throw new StepError(`pnpm cannot list the licences:\n${listed.output}`);
    }
    /** @type {ByLicence} */
    const byLicence = JSON.parse(listed.output.slice(start));
    const problems = dependencyProblems(byLicence, scriptsOf);
    const count = Object.values(byLicence).flat().length;
    console.log(`${count} packages under ${Object.keys(byLicence).sort().join(', ')}`);
    const answer = auditAnswer((await pnpm(['audit', '--prod', '--json'])).output);
    if ('unanswered' in answer) {
      console.log(
        `Nothing is known of vulnerabilities, since the registry has not answered: ${answer.unanswered}`,
      );
    } else {
      console.log(`${answer.vulnerabilities.length} vulnerabilities are known`);
      problems.push(...answer.vulnerabilities);
    }
    for (const problem of problems) console.error(problem);
    return problems.length === 0 ? 0 : 1;
  });
}

// Which test holds which rule of the original module. `node scripts/coverage.mjs` checks that every rule has a test
// whose title begins with its number, or a stated reason, that every setting is read by somebody, and that
// docs/COVERAGE.md says the same; `--write` renews it.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COARSE_RULES } from './rules/coarse.mjs';
import { DISPATCHER_RULES } from './rules/dispatcher.mjs';
import { FINE_RULES } from './rules/fine.mjs';
import { findSettings, settingProblems, settingRows } from './rules/settings.mjs';
import { UTILS_RULES } from './rules/shared.mjs';

/**
 * @typedef {object} Rule
 * @property {string} id `U31`: U for what schedulers share, C for coarse mode, F for fine mode, D for the dispatcher
 * @property {'M' | 'X' | 'F'} kind matched exactly, better than the original, taken from a fork that users asked for
 * @property {string} words what it is about
 * @property {string} [reason] why no test can hold it
 */

/**
 * @typedef {object} RuleTest
 * @property {string} file relative to the workspace
 * @property {string} title
 */

const PAGE = 'docs/COVERAGE.md';

/** Where tests are. */
const GROUPS = ['packages', 'apps'];

/** The first argument of `test(…)` or of the call behind `test.each(…)`, if it begins with the number of a rule. */
const TITLE = /\(\s*(['"`])((?:[UCDF]\d+[a-d]?(?:, )?)+:(?:\\.|(?!\1)[^\\])*)\1/gs;

/**
 * @param {string} folder
 * @returns {string[]}
 */
function testFiles(folder) {
  /** @type {import('node:fs').Dirent[]} */
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    // A package without tests.
    return [];
  }
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : testFiles(path);
    return entry.name.endsWith('.test.ts') ? [path] : [];
  });
}

/**
 * The titles of a test file that begin with the number of a rule, as a person reads them.
 * @param {string} source
 * @returns {string[]}
 */
export function ruleTitles(source) {
  return [...source.matchAll(TITLE)].map(([, , title = '']) => title.replace(/\\(.)/g, '$1'));
}

/**
 * The numbers of the rules that a title begins with.
 * @param {string} title
 * @returns {string[]}
 */
export function ruleIds(title) {
  return title.slice(0, title.indexOf(':')).split(', ');
}

/**
 * Every test of a workspace whose title begins with the number of a rule.
 * @param {string} root
 * @returns {RuleTest[]}
 */
export function findRuleTests(root) {
  const folders = [
    ...GROUPS.flatMap((group) => readdirSync(join(root, group)).map((name) => join(group, name, 'test'))),
    join('e2e', 'test'),
  ];
  return folders
    .flatMap((folder) => testFiles(join(root, folder)))
    .map((path) => path.slice(root.length).replace(/^\//, ''))
    .sort()
    .flatMap((file) => ruleTitles(readFileSync(join(root, file), 'utf8')).map((title) => ({ file, title })));
}

/**
 * The tests of each rule.
 * @param {readonly RuleTest[]} tests
 * @returns {Map<string, RuleTest[]>}
 */
function byRule(tests) {
  /** @type {Map<string, RuleTest[]>} */
  const found = new Map();
  for (const test of tests) {
    for (const id of ruleIds(test.title)) {
      found.set(id, [...(found.get(id) ?? []), test]);
    }
  }
  return found;
}

/**
 * What is wrong with rules and tests, one sentence each.
 * @param {readonly Rule[]} rules
 * @param {readonly RuleTest[]} tests
 * @returns {string[]}
 */
export function coverageProblems(rules, tests) {
  const found = byRule(tests);
  const known = new Set(rules.map(({ id }) => id));
  const missing = rules
    .filter(({ id, reason }) => reason === undefined && !found.has(id))
    .map(({ id, words }) => `${id} (${words}) has neither a test nor a reason why there can be none`);
  const needless = rules
    .filter(({ id, reason }) => reason !== undefined && found.has(id))
    .map(({ id }) => `${id} has a test, so the reason why there is none is wrong`);
  const unknown = tests.flatMap(({ file, title }) =>
    ruleIds(title)
      .filter((id) => !known.has(id))
      .map((id) => `${file}: '${title}' names ${id}, which is no rule`),
  );
  return [...missing, ...needless, ...unknown];
}

/**
 * The page that lists each rule with its tests.
 * @param {readonly { title: string, rules: readonly Rule[] }[]} parts
 * @param {readonly RuleTest[]} tests
 */
export function coveragePage(parts, tests) {
  const found = byRule(tests);
  const tables = parts.map(({ title, rules }) => {
    const rows = rules.map((rule) => {
      const held = (found.get(rule.id) ?? []).map(({ file, title: name }) => `\`${file}\`: ${cell(name)}`);
      const status = rule.reason === undefined ? rule.kind : `${rule.kind}, no test`;
      return `| ${rule.id} | ${rule.words} | ${status} | ${rule.reason ?? held.join('<br>')} |`;
    });
    return [
      `## ${title}`,
      '',
      '| Rule | About | Kind | Held by |',
      '| --- | --- | --- | --- |',
      ...rows,
    ].join('\n');
  });
  return `${[INTRODUCTION, ...tables].join('\n\n')}\n`;
}

const INTRODUCTION = `# Coverage of the original's rules

What Spark's own Mesos module did was written down as numbered rules before it was built anew. Each stands here with the
tests that hold it, found by the number at the beginning of their titles.

Kinds: **M** is matched exactly. **X** is a fault or a gap of the original that is not copied, but solved. **F** comes from
a fork that added what users asked for.

The settings at the end each name the packages that read them.

This page is written by \`node scripts/coverage.mjs --write\`; without \`--write\` it checks that no rule has lost its test.`;

/** @param {string} text */
function cell(text) {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ');
}

/** The rules by subject. */
export const PARTS = [
  { title: 'What the schedulers share', rules: UTILS_RULES },
  { title: 'Coarse mode', rules: COARSE_RULES },
  { title: 'Fine mode', rules: FINE_RULES },
  { title: 'Dispatcher', rules: DISPATCHER_RULES },
];

/**
 * The page of a workspace.
 * @param {string} root
 * @param {readonly RuleTest[]} tests
 */
function workspacePage(root, tests) {
  const settings = ['## Settings', '', ...settingRows(findSettings(root))].join('\n');
  return `${coveragePage(PARTS, tests)}\n${settings}\n`;
}

/**
 * Everything that is wrong with the coverage of a workspace.
 * @param {string} root
 * @returns {string[]}
 */
export function workspaceProblems(root) {
  const tests = findRuleTests(root);
  const rules = PARTS.flatMap((part) => part.rules);
  const problems = [...coverageProblems(rules, tests), ...settingProblems(findSettings(root))];
  if (readFileSync(join(root, PAGE), 'utf8') !== workspacePage(root, tests)) {
    problems.push(`${PAGE} is not what the tests say: node scripts/coverage.mjs --write`);
  }
  return problems;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  if (process.argv.includes('--write')) {
    writeFileSync(join(root, PAGE), workspacePage(root, findRuleTests(root)));
  }
  const problems = workspaceProblems(root);
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

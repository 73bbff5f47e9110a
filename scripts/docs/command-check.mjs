// Whether the command lines that pages show can be typed: commands, flags, scripts and files that exist.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeSpans, commandLines, splitFences } from './markdown.mjs';

/** @typedef {import('./markdown.mjs').Page} Page */
/** @typedef {import('./markdown.mjs').Found} Found */

/**
 * What can be typed.
 * @typedef {object} KnownCommands
 * @property {ReadonlyMap<string, ReadonlySet<string>>} flags by command: `mesos-local`, `spark-mesos explain`
 * @property {ReadonlySet<string>} withValue flags of Spark behind which a value stands
 */

/** Spark's own commands, and ours that take all that those take: flags end where the application begins. */
const SPARK_COMMANDS = new Set(['spark-submit', 'spark-shell', 'pyspark', 'spark-sql']);
const SPARK_SUBCOMMANDS = new Set(['submit', 'shell', 'pyspark', 'sql', 'doctor']);

/** What pnpm does itself. */
const PNPM_COMMANDS = new Set(['install', 'pack', 'publish', 'exec', 'add', 'dlx', 'run', 'audit']);

/**
 * The words of a command line, as a shell reads them, for each command of a pipeline or list.
 * @param {string} text
 * @returns {string[][]}
 */
export function splitCommands(text) {
  const commands = [];
  /** @type {string[]} */
  let words = [];
  for (const [word = ''] of text.matchAll(/(?:[^\s'"|;&]|'[^']*'|"[^"]*")+|[|;&]+/g)) {
    if (/^[|;&]+$/.test(word)) {
      commands.push(words);
      words = [];
    } else if (word.startsWith('#')) break;
    else words.push(word.replace(/['"]/g, ''));
  }
  commands.push(words);
  return commands.map(withoutPrefixes).filter(({ length }) => length > 0);
}

/**
 * Leaves out what stands before a command: variables, `sudo`, `npx`.
 * @param {readonly string[]} words
 * @returns {string[]}
 */
function withoutPrefixes(words) {
  let index = 0;
  for (; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const isPrefix = ['sudo', 'npx', 'exec', 'nohup', 'time', 'env'].includes(word);
    if (!isPrefix && !/^[A-Z_][A-Z0-9_]*=/.test(word) && !(index > 0 && word === '--yes')) break;
  }
  return words.slice(index);
}

/** @param {string} word */
const isFlag = (word) => /^--[a-z]/.test(word);

/** @param {string} flag */
const nameOf = (flag) => flag.split('=', 1)[0] ?? flag;

/**
 * Where a page's command lines are typed.
 * @typedef {object} Place
 * @property {readonly string[]} folders the workspace's, and that of the page's package
 * @property {Readonly<Record<string, string>>} scripts of their package.json
 */

/**
 * What is wrong with the words of one command; undefined for a command that is not of this workspace.
 * @param {Place} place
 * @param {KnownCommands} known
 * @param {readonly string[]} words
 * @returns {string | undefined}
 */
function problemOf(place, known, [path = '', ...rest]) {
  const program = path.slice(path.lastIndexOf('/') + 1).replace(/@[\d.]+$/, '');
  if (program === 'node') return nodeProblem(place, rest);
  if (program === 'npm' || program === 'pnpm') return scriptProblem(place, program, rest);
  if (SPARK_COMMANDS.has(program)) return flagProblem(known, 'spark-submit', sparkFlags(known, rest));
  if (program !== 'spark-mesos') {
    return known.flags.has(program) ? flagProblem(known, program, rest.filter(isFlag)) : undefined;
  }
  const [subcommand = '', ...more] = rest;
  if (!/^[a-z][a-z-]*$/.test(subcommand)) return undefined;
  const command = `spark-mesos ${subcommand}`;
  if (!known.flags.has(command)) return `there is no ${command}`;
  const flags = SPARK_SUBCOMMANDS.has(subcommand) ? sparkFlags(known, more) : more.filter(isFlag);
  return flagProblem(known, command, flags);
}

/**
 * The flags before the application: what follows is its own.
 * @param {KnownCommands} known
 * @param {readonly string[]} words
 */
function sparkFlags({ withValue }, words) {
  const flags = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (!word.startsWith('-')) break;
    flags.push(word);
    if (withValue.has(word)) index += 1;
  }
  return flags.filter(isFlag);
}

/**
 * @param {KnownCommands} known
 * @param {string} command
 * @param {readonly string[]} flags
 */
function flagProblem({ flags: all }, command, flags) {
  const wrong = flags.find((flag) => flag !== '--help' && !all.get(command)?.has(nameOf(flag)));
  return wrong === undefined ? undefined : `${command} has no ${nameOf(wrong)}`;
}

/**
 * @param {Place} place
 * @param {readonly string[]} words
 */
function nodeProblem({ folders }, words) {
  const file = words.find((word) => /^[\w./-]+\.m?js$/.test(word));
  if (file === undefined || folders.some((folder) => existsSync(join(folder, file)))) return undefined;
  return `there is no ${file}`;
}

/**
 * @param {Place} place
 * @param {string} program
 * @param {readonly string[]} words
 */
function scriptProblem({ folders, scripts }, program, [first = '', ...rest]) {
  if (program === 'npm' && first !== 'start' && first !== 'test' && first !== 'run') return undefined;
  const name = first === 'run' ? (rest[0] ?? '') : first;
  if (first.startsWith('-') || (first !== 'run' && PNPM_COMMANDS.has(first))) return undefined;
  const script = scripts[name];
  if (script === undefined) return `package.json has no script "${name}"`;
  const [, file] = /^node (\S+)$/.exec(script) ?? [];
  if (file === undefined) return undefined;
  const path = folders.map((folder) => join(folder, file)).find((each) => existsSync(each));
  if (path === undefined) return `there is no ${file}`;
  const source = readFileSync(path, 'utf8');
  const wrong = rest.filter(isFlag).find((flag) => !source.includes(nameOf(flag).slice(2)));
  return wrong === undefined ? undefined : `${file} knows no ${nameOf(wrong)}`;
}

/**
 * @param {string} root
 * @param {string} file of a page
 * @returns {Place}
 */
function placeOf(root, file) {
  const own = /^(?:packages|apps)\/[^/]+/.exec(file)?.[0];
  const folders = own === undefined ? [root] : [root, join(root, own)];
  const scripts = folders.map((folder) => {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).scripts ?? {};
  });
  return { folders, scripts: Object.assign({}, ...scripts) };
}

/**
 * Every command line that cannot be typed, as `file:line: what is wrong`, and how many were looked at.
 * @param {string} root
 * @param {readonly Page[]} pages
 * @param {KnownCommands} known
 */
export function checkCommands(root, pages, known) {
  let count = 0;
  /** @param {Page} page @returns {string[]} */
  const problemsOf = ({ file, text }) => {
    const { prose, fences } = splitFences(text);
    const place = placeOf(root, file);
    const found = [...fences.flatMap(commandLines), ...codeSpans(prose)];
    return found.flatMap(({ line, text: command }) =>
      splitCommands(command).flatMap((words) => {
        count += 1;
        const problem = problemOf(place, known, words);
        return problem === undefined ? [] : [`${file}:${line}: ${problem}`];
      }),
    );
  };
  return { problems: pages.flatMap(problemsOf), count };
}

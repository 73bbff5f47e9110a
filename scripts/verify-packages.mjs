// `pnpm verify:packages`: packs everything that is published, installs it in an empty folder far from here, and checks
// that it works there: manifests and files, publint, attw, types, the examples of the READMEs, and the commands.
// Its exit status is 0 only when all is well. `--keep` leaves the folder behind, and says where it is.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { commandProblems } from './packages/commands.mjs';
import { installAll, typeProblems } from './packages/consumer.mjs';
import { contentProblems } from './packages/contents.mjs';
import { exampleProblems } from './packages/examples.mjs';
import { attwProblems, publintProblems } from './packages/linters.mjs';
import { readmeProblems } from './packages/readmes.mjs';
import { packAll } from './packages/tarballs.mjs';
import { fetchSparkShown, newestUsableSpark } from './spark.mjs';
import { runScript, StepError, step } from './support/progress.mjs';
import { build, install, isInstalled } from './support/workspace.mjs';

/** @typedef {import('./packages/tarballs.mjs').Packed} Packed */

/** So many packages are looked at at a time: most of it is the work of one processor each. */
const LANES = 2;

/**
 * What there is for packages to run in.
 * @typedef {object} Surroundings
 * @property {string} consumer where all packages are installed
 * @property {string} sparkHome a Spark, for examples that are about one
 */

/**
 * A check of each package, and the column of the table that shows it.
 * @typedef {object} Column
 * @property {string} name
 * @property {string} title
 * @property {(packed: Packed, surroundings: Surroundings) => Promise<string[]> | string[]} check
 * @property {(packed: Packed) => boolean} [concerns] whether there is anything to check
 */

/** @type {readonly Column[]} */
const COLUMNS = [
  { name: 'contents', title: 'Manifests and files', check: contentProblems },
  { name: 'readme', title: 'READMEs', check: readmeProblems },
  { name: 'publint', title: 'publint', check: publintProblems },
  { name: 'attw', title: 'Are the types wrong?', check: attwProblems },
  {
    name: 'example',
    title: 'Examples',
    check: exampleProblems,
    concerns: ({ source, files }) =>
      source.startsWith('packages/') || files.some((path) => path.startsWith('examples/')),
  },
  {
    name: 'command',
    title: 'Commands',
    check: commandProblems,
    concerns: ({ manifest }) => manifest.bin !== undefined,
  },
];

function readOptions() {
  try {
    return parseArgs({ options: { keep: { type: 'boolean', default: false } } }).values;
  } catch (error) {
    throw new StepError(/** @type {Error} */ (error).message);
  }
}

/**
 * Checks all packages, a few at a time.
 * @param {Column} column
 * @param {readonly Packed[]} packages
 * @param {Surroundings} surroundings
 * @returns {Promise<Map<string, string[]>>} the problems of each package
 */
function checkAll({ title, check, concerns = () => true }, packages, surroundings) {
  const waiting = packages.filter(concerns);
  /** @type {Map<string, string[]>} */
  const problems = new Map();
  return step(
    title,
    async ({ report }) => {
      const lane = async () => {
        for (let packed = waiting.shift(); packed !== undefined; packed = waiting.shift()) {
          report(packed.name);
          problems.set(packed.name, await check(packed, surroundings));
        }
      };
      await Promise.all(Array.from({ length: LANES }, lane));
      return problems;
    },
    () => [...problems.values()].every((found) => found.length === 0),
  );
}

/**
 * @param {readonly Packed[]} packages
 * @param {ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>} results by column, then by package
 * @returns {string}
 */
function table(packages, results) {
  const head = ['package', 'version', 'packed', 'files', ...results.keys()];
  const mark = (/** @type {readonly string[] | undefined} */ problems) => {
    if (problems === undefined) return '-';
    return problems.length === 0 ? 'ok' : 'FAILED';
  };
  const rows = packages.map(({ name, manifest, bytes, files }) => [
    name,
    manifest.version,
    `${Math.ceil(bytes / 1024)} KiB`,
    `${files.length}`,
    ...[...results.values()].map((column) => mark(column.get(name))),
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const isFigure = (/** @type {number} */ column) => column === 2 || column === 3;
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) =>
          isFigure(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/**
 * @param {string} folder
 * @returns {Promise<number>} exit status
 */
async function verify(folder) {
  const packages = await step('Packing', () => packAll(folder));
  const consumer = join(folder, 'consumer');
  await step('Installing the packed packages in an empty folder', () => installAll(consumer, packages));
  const surroundings = { consumer, sparkHome: await fetchSparkShown(await newestUsableSpark()) };
  /** @type {Map<string, Map<string, string[]>>} */
  const results = new Map();
  for (const column of COLUMNS) results.set(column.name, await checkAll(column, packages, surroundings));
  const types = await step(
    'Types of all exports, strictly',
    () => typeProblems(consumer, packages),
    (problems) => problems.length === 0,
  );
  const problems = [
    ...[...results.values()].flatMap((column) =>
      [...column].flatMap(([name, found]) => found.map((text) => `${name}: ${text}`)),
    ),
    ...types,
  ];
  for (const problem of problems) console.log(`\n✗ ${problem}`);
  console.log(`\n${table(packages, results)}\n`);
  const bytes = packages.reduce((sum, packed) => sum + packed.bytes, 0);
  const verdict =
    problems.length === 0
      ? 'all of them work as they are packed'
      : `${problems.length} found wrong, see above`;
  console.log(`${packages.length} packages, ${Math.ceil(bytes / 1024)} KiB: ${verdict}`);
  return problems.length === 0 ? 0 : 1;
}

await runScript(async () => {
  const { keep } = readOptions();
  if (!isInstalled()) await step('Installing dependencies', install);
  await step('Building', build);
  const folder = mkdtempSync(join(tmpdir(), 'spark-mesos-packages-'));
  try {
    return await verify(folder);
  } finally {
    if (keep) console.log(`kept: ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
});

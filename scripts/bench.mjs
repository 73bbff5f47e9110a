// `npm run bench NAME` (or pnpm bench NAME): sets a bench up, runs ours and its peer, prints a table and writes
// bench/results/NAME.json. With --strict a goal that is missed makes it fail; with --quick a bench that takes minutes
// measures less. A bench is bench/NAME/bench.mjs.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { meetsGoal, table, writeResults } from '../bench/harness.mjs';
import { fetchSparkShown, newestUsableSpark } from './spark.mjs';
import { runScript, StepError, step } from './support/progress.mjs';
import { requireTools } from './support/requirements.mjs';
import { build, install, isInstalled, ROOT } from './support/workspace.mjs';

/**
 * @typedef {object} Bench
 * @property {boolean} [needsSpark]
 * @property {(options: { sparkHome: string, quick: boolean }) => Promise<import('../bench/harness.mjs').Row[]>} measure
 * @property {typeof table} [table] where there are too many rows for people
 */

function benchNames() {
  const folders = readdirSync(join(ROOT, 'bench'), { withFileTypes: true });
  return folders
    .filter((entry) => existsSync(join(ROOT, 'bench', entry.name, 'bench.mjs')))
    .map(({ name }) => name);
}

function readOptions() {
  const flag = { type: /** @type {const} */ ('boolean'), default: false };
  try {
    const { values, positionals } = parseArgs({
      options: { strict: flag, quick: flag },
      allowPositionals: true,
    });
    const [name = ''] = positionals;
    const names = benchNames();
    if (names.includes(name) && positionals.length === 1)
      return { name, strict: values.strict, quick: values.quick };
    throw new StepError(
      `usage: pnpm bench NAME [--strict] [--quick], where NAME is one of: ${names.join(', ')}`,
    );
  } catch (error) {
    throw error instanceof StepError ? error : new StepError(/** @type {Error} */ (error).message);
  }
}

await runScript(async () => {
  const { name, strict, quick } = readOptions();
  await requireTools(process.env);
  if (!isInstalled()) await step('Installing dependencies', install);
  await step('Building', build);
  /** @type {Bench} */
  const bench = await import(`../bench/${name}/bench.mjs`);
  const sparkHome = bench.needsSpark ? await fetchSparkShown(await newestUsableSpark()) : '';
  let rows;
  try {
    rows = await bench.measure({ sparkHome, quick });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new StepError(`The bench ${name} cannot run: ${error.message}`);
  }
  const file = await writeResults({ root: ROOT, name, rows });
  console.log(`\n${(bench.table ?? table)(rows)}\n\nA ratio above 1: ours is better. Written to ${file}`);
  const missed = rows.filter((line) => !meetsGoal(line));
  return strict && missed.length > 0 ? 2 : 0;
});

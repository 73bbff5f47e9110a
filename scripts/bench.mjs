// `npm run bench` (or pnpm bench) lists the benches. `pnpm bench NAME` sets one up, runs ours and its peer, prints a table
// and writes bench/results/NAME.json; `--quick`: a bench that takes minutes measures less. `pnpm bench --all` runs the
// quick form of each and prints one table. A goal that is missed is printed as such and makes it fail only with
// `--strict`. `--no-build`: what is installed and built is taken as it is. A bench is bench/NAME/bench.mjs.

import { parseArgs } from 'node:util';
import { meetsGoal } from '../bench/harness.mjs';
import { BENCHES, benchList, runBench, runBenches } from './support/benches.mjs';
import { runScript, StepError, step } from './support/progress.mjs';
import { requireTools } from './support/requirements.mjs';
import { build, install, isInstalled } from './support/workspace.mjs';

const USAGE = `usage: pnpm bench NAME [--quick] [--strict] [--no-build], or pnpm bench --all [--strict]

${benchList()}`;

/** Exit status where everything could run, and a goal is missed. */
const GOAL_MISSED = 2;

function readOptions() {
  const flag = { type: /** @type {const} */ ('boolean'), default: false };
  try {
    const options = { all: flag, strict: flag, quick: flag, 'no-build': flag };
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const unknown = positionals.find((name) => !Object.hasOwn(BENCHES, name));
    if (unknown !== undefined) throw new StepError(`There is no bench ${unknown}.\n\n${USAGE}`);
    if (positionals.length > 1 || (values.all && positionals.length > 0)) throw new StepError(USAGE);
    return { ...values, name: positionals[0] };
  } catch (error) {
    throw error instanceof StepError
      ? error
      : new StepError(`${/** @type {Error} */ (error).message}\n\n${USAGE}`);
  }
}

async function prepare() {
  await requireTools(process.env);
  if (!isInstalled()) await step('Installing dependencies', install);
  await step('Building', build);
}

await runScript(async () => {
  const options = readOptions();
  const { name, all, quick, strict } = options;
  if (name === undefined && !all) {
    console.log(USAGE);
    return 0;
  }
  if (!options['no-build']) await prepare();
  const { rows, broken } =
    name === undefined
      ? await runBenches(Object.keys(BENCHES))
      : { rows: await runBench({ name, quick }), broken: [] };
  if (broken.length > 0) throw new StepError(`Could not run: ${broken.join(', ')}; each says why above.`);
  return strict && !rows.every(meetsGoal) ? GOAL_MISSED : 0;
});

// `pnpm drill dispatcher --runs 200`: kills the dispatcher at every point of a driver's life and at random ones, with real
// processes on an embedded Mesos, and prints what was lost, done twice or left behind; its exit status is 0 only when
// nothing was. `--seed N` gives the same plans again, `--only N` one run of them, `--quick` takes a few runs.

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SCENARIOS } from '../drill/dispatcher/scenarios.mjs';
import { fetchSparkShown, newestUsableSpark } from './spark.mjs';
import { runScript, StepError, step } from './support/progress.mjs';
import { requireTools } from './support/requirements.mjs';
import { build, install, isInstalled, ROOT } from './support/workspace.mjs';

const QUICK_RUNS = Object.keys(SCENARIOS).length;

/**
 * @param {string | undefined} text
 * @param {string} name
 */
function wholeNumber(text, name) {
  if (text === undefined || /^\d{1,9}$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new StepError(`--${name} needs a whole number`);
}

function readOptions() {
  const text = { type: /** @type {const} */ ('string') };
  try {
    const { values, positionals } = parseArgs({
      options: {
        runs: text,
        seed: text,
        only: text,
        lanes: text,
        scenario: { ...text, multiple: true, default: /** @type {string[]} */ ([]) },
        quick: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
    const unknown = values.scenario.find((name) => !(name in SCENARIOS));
    if (positionals.join() !== 'dispatcher' || unknown !== undefined) {
      throw new StepError(
        'usage: pnpm drill dispatcher [--runs 200] [--seed N] [--only RUN] [--quick] [--lanes 4] ' +
          `[--scenario NAME …], where NAME is one of: ${Object.keys(SCENARIOS).join(', ')}`,
      );
    }
    return {
      runs: wholeNumber(values.runs, 'runs') ?? (values.quick ? QUICK_RUNS : 200),
      seed: wholeNumber(values.seed, 'seed') ?? Math.floor(Math.random() * 1e6),
      only: wholeNumber(values.only, 'only'),
      lanes: wholeNumber(values.lanes, 'lanes') ?? 4,
      points: !values.quick && values.scenario.length === 0,
      scenarios: values.scenario,
    };
  } catch (error) {
    throw error instanceof StepError ? error : new StepError(/** @type {Error} */ (error).message);
  }
}

await runScript(async () => {
  const { only, ...options } = readOptions();
  await requireTools(process.env);
  if (!isInstalled()) await step('Installing dependencies', install);
  await step('Building', build);
  // Its embedded Mesos is of this workspace too, and so it is there only now.
  const { drill } = await import('../drill/dispatcher/drill.mjs');
  const sparkHome = await fetchSparkShown(await newestUsableSpark());
  // Ends it in order: with the runs that are under way, and the table of what there was.
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  const { text, violations } = await step(
    `Drill of the dispatcher, seed ${options.seed}`,
    ({ report, note }) =>
      drill({
        ...options,
        ...(only === undefined ? {} : { only }),
        sparkHome,
        signal: stop.signal,
        artifacts: join(ROOT, 'artifacts', 'drill'),
        report,
        note,
      }),
    (result) => result.violations === 0,
  );
  console.log(`\n${text}\n\nseed ${options.seed}: ${violations} violations`);
  return violations === 0 ? 0 : 1;
});

// `pnpm soak --minutes 120`: random real jobs on the embedded Mesos while executors, drivers, services, agents and masters
// fail; prints what ran, what went wrong and what was left or grew. Its exit status is 0 only when every result was
// right, every job ended as it should, and nothing was left. `--seed N` gives the same jobs and faults again.

import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { JOB_KINDS } from '../soak/jobs.mjs';
import { compileScala } from './compile-scala.mjs';
import { fetchSparkShown, isFetched, newestUsableSpark, SPARKS, sparkHome } from './spark.mjs';
import { runScript, StepError, step } from './support/progress.mjs';
import { requireTools } from './support/requirements.mjs';
import { build, install, isInstalled, ROOT } from './support/workspace.mjs';
import { testJava } from './test-java.mjs';

const PROGRAM = fileURLToPath(new URL('../soak/programs/SoakJob.scala', import.meta.url));

function readOptions() {
  const text = { type: /** @type {const} */ ('string') };
  try {
    const { values } = parseArgs({
      options: { minutes: text, seed: text, lanes: text, kind: { ...text, multiple: true } },
    });
    const { minutes = '120', seed = String(Math.floor(Math.random() * 1e6)), lanes = '2' } = values;
    for (const [name, value] of Object.entries({ minutes, seed, lanes })) {
      if (!/^\d{1,9}$/.test(value) || (Number(value) === 0 && name !== 'seed'))
        throw new StepError(`--${name} needs a whole number, not ${value}`);
    }
    const kinds = JOB_KINDS.filter((kind) => values.kind?.includes(kind) ?? true);
    if (kinds.length < (values.kind?.length ?? 1))
      throw new StepError(`--kind needs one of: ${JOB_KINDS.join(', ')}`);
    return { minutes: Number(minutes), seed: Number(seed), lanes: Number(lanes), kinds };
  } catch (error) {
    if (error instanceof StepError) throw error;
    throw new StepError(
      `${/** @type {Error} */ (error).message}\nusage: pnpm soak [--minutes 120] [--seed N] [--lanes 2] [--kind 'client fine' …]`,
    );
  }
}

/** Those of SPARK_MESOS_TEST_SPARKS, or all that are in the cache, or the newest one, which is fetched. */
async function sparkHomes() {
  const given = process.env.SPARK_MESOS_TEST_SPARKS ?? '';
  if (given !== '') return given.split(delimiter);
  const fetched = SPARKS.filter(({ version }) => isFetched(version)).map(({ version }) => sparkHome(version));
  return fetched.length > 0 ? fetched : [await fetchSparkShown(await newestUsableSpark())];
}

await runScript(async () => {
  const options = readOptions();
  await requireTools(process.env);
  if (!isInstalled()) await step('Installing dependencies', install);
  await step('Building', build);
  // What it starts is of this workspace, and so it is there only now.
  const { soak } = await import('../soak/soak.mjs');
  const homes = await sparkHomes();
  const { javaHome, problems: slower } = await step('A Java that starts Spark fast', () =>
    testJava({ sparkHomes: homes }),
  );
  for (const problem of slower) console.log(`Slower without: ${problem}`);
  const sparks = await Promise.all(
    homes.map(async (home) => ({ home, jar: await compileScala({ source: PROGRAM, sparkHome: home }) })),
  );
  // Ends it in order: with the jobs that are under way, and the table of what there was.
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => stop.abort());
  const artifacts = join(ROOT, 'artifacts', 'soak', `seed-${options.seed}`);
  const { text, problems } = await step(
    `Soak of ${options.minutes} min, seed ${options.seed}`,
    ({ report, note }) => {
      return soak({
        ...options,
        sparks,
        javaHome: javaHome ?? process.env.JAVA_HOME,
        artifacts,
        signal: stop.signal,
        note,
        report,
      });
    },
    (result) => result.problems.length === 0,
  );
  console.log(`\n${text}\n`);
  for (const problem of problems) console.log(`✗ ${problem}`);
  if (problems.length > 0) console.log(`Logs: ${artifacts}`);
  console.log(`seed ${options.seed}: ${problems.length} problems`);
  return problems.length === 0 ? 0 : 1;
});

// The benches of the workspace: which there are, how one is run, and the one table of all.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readResults, resultsFile, summary, table, writeResults } from '../../bench/harness.mjs';
import { fetchSparkShown, newestUsableSpark } from '../spark.mjs';
import { StepError } from './progress.mjs';
import { runOnTerminal } from './run.mjs';
import { ROOT } from './workspace.mjs';

/**
 * What bench/NAME/bench.mjs exports.
 * @typedef {object} Bench
 * @property {boolean} [needsSpark]
 * @property {(options: { sparkHome: string, quick: boolean }) => Promise<import('../../bench/harness.mjs').Row[]>} measure
 * @property {typeof table} [table] where there are too many rows for people
 */

/**
 * All benches, each with what it is about; those that start no JVM first.
 * @type {Readonly<Record<string, string>>}
 */
export const BENCHES = {
  codec: 'messages and records of Mesos, against other codecs',
  allocator: 'allocation cycles of the embedded master, as agents become many',
  scale: '1,000 applications and 50,000 drivers on up to 50,000 simulated agents',
  offers: "decisions of coarse mode on offers, against Spark 3.5's own",
  rpc: "Java object streams against Java's own, and a gateway of 200 applications",
  'first-light': 'SparkPi through spark-mesos, against a standalone Master and Worker',
  fine: "tasks of fine mode, against the original's figures and coarse mode",
  dispatcher: "spark-mesos-dispatcher, against Spark 3.5's own for Mesos",
  shuffle: "spark-mesos-shuffle-service, against Spark's own",
};

/** The benches as a list for people. */
export function benchList() {
  const width = Math.max(...Object.keys(BENCHES).map((name) => name.length));
  return Object.entries(BENCHES)
    .map(([name, about]) => `  ${name.padEnd(width)}  ${about}`)
    .join('\n');
}

/**
 * Runs a bench in this process, prints its table and writes its results.
 * @param {{ name: string, quick: boolean }} options
 */
export async function runBench({ name, quick }) {
  /** @type {Bench} */
  const bench = await import(`../../bench/${name}/bench.mjs`);
  const sparkHome = bench.needsSpark ? await fetchSparkShown(await newestUsableSpark()) : '';
  let rows;
  try {
    rows = await bench.measure({ sparkHome, quick });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new StepError(`The bench ${name} cannot run: ${error.message}`);
  }
  const file = await writeResults({ root: ROOT, name, rows, quick });
  console.log(`\n${(bench.table ?? table)(rows)}\n\nA ratio above 1: ours is better. Written to ${file}`);
  return rows;
}

/**
 * Runs benches in their quick forms, each in a process of its own, so that none has the garbage and the compiled code of
 * another; then prints what all of them have written. One that cannot run does not keep the others from it.
 * @param {readonly string[]} names
 */
export async function runBenches(names) {
  const started = performance.now();
  /** @type {string[]} */
  const broken = [];
  for (const [index, name] of names.entries()) {
    console.log(`\n${index + 1} of ${names.length}: ${name}, ${BENCHES[name]}`);
    rmSync(resultsFile(ROOT, name), { force: true });
    const words = [join(ROOT, 'scripts', 'bench.mjs'), name, '--quick', '--no-build'];
    if ((await runOnTerminal(process.execPath, words, { cwd: ROOT })) !== 0) broken.push(name);
  }
  const results = names
    .filter((name) => !broken.includes(name))
    .map((name) => ({ name, rows: readResults(ROOT, name) }));
  const minutes = ((performance.now() - started) / 60_000).toFixed(1);
  console.log(
    `\n${summary(results)}\n\nA ratio above 1: ours is better. ${names.length} benches, ${minutes} min.`,
  );
  return { rows: results.flatMap(({ rows }) => rows), broken };
}

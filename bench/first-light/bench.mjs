// SparkPi with 100 partitions through spark-mesos on an embedded Mesos, against the same Spark on its own
// standalone Master and Worker: the same cores, the same executor; and what memory the gateway takes.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { compileScala } from '../../scripts/compile-scala.mjs';
import { StepError, step } from '../../scripts/support/progress.mjs';
import { run } from '../../scripts/support/run.mjs';
import { lastLines, ROOT } from '../../scripts/support/workspace.mjs';
import { alternate, fixed, measured, residentMemory, row } from '../harness.mjs';
import { startStandalone } from './standalone.mjs';

const ROUNDS = { whole: 5, quick: 2 };
const CORES = 2;
const AGENT_MEMORY_MIB = 3072;
const MEMORY_LIMIT_MIB = 120;
const MEMORY_ROUNDS = { whole: 3, quick: 1 };
const SAMPLE_MS = 100;

/** At most 1.10 times as long. */
const WALL_GOAL = 1 / 1.1;

const COMMAND = join(ROOT, 'apps', 'submit', 'dist', 'main.js');

/** @param {string} jar */
function application(jar) {
  const size = ['--total-executor-cores', String(CORES), '--executor-memory', '1g'];
  return [...size, '--class', 'org.sparkmesos.examples.SparkPi', jar, '100'];
}

/**
 * The wall time of one job, in seconds.
 * @param {{ program: string, words: string[], sparkHome: string }} job
 */
async function timeJob({ program, words, sparkHome }) {
  const started = performance.now();
  const { status, output } = await run(program, words, { env: { ...process.env, SPARK_HOME: sparkHome } });
  if (status !== 0 || !/Pi is roughly 3\.1/.test(output)) {
    throw new StepError(`${program} ${words.join(' ')}\nended with ${status}:\n${lastLines(output)}`);
  }
  return (performance.now() - started) / 1000;
}

/**
 * @param {{ sparkHome: string, jar: string, form: 'whole' | 'quick' }} options
 */
async function measureWall({ sparkHome, jar, form }) {
  const rounds = ROUNDS[form];
  const standalone = await step('Starting Spark’s own Master and Worker', () =>
    startStandalone({ sparkHome, cores: CORES, memMiB: AGENT_MEMORY_MIB }),
  );
  try {
    const master = `mesos://local[1,cpus=${CORES},mem=${AGENT_MEMORY_MIB}]`;
    const ours = { program: process.execPath, words: [COMMAND, 'submit', '--master', master], sparkHome };
    const peer = {
      program: join(sparkHome, 'bin', 'spark-submit'),
      words: ['--master', standalone.url],
      sparkHome,
    };
    const shown =
      (/** @type {string} */ name, /** @type {typeof ours} */ job) => (/** @type {number} */ round) =>
        step(`Round ${round + 1} of ${rounds}: ${name}`, () =>
          timeJob({ ...job, words: [...job.words, ...application(jar)] }),
        );
    return await alternate({ rounds, ours: shown('ours', ours), peer: shown('standalone', peer) });
  } finally {
    await standalone.stop();
  }
}

/**
 * Starts the embedded Mesos in a process of its own.
 * @returns {Promise<{ address: string, stop: () => Promise<unknown> }>}
 */
async function startCluster() {
  const program = join(ROOT, 'bench', 'first-light', 'cluster.mjs');
  const words = [program, String(CORES), String(AGENT_MEMORY_MIB)];
  const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const address = await new Promise((resolve, reject) => {
    child.stdout.setEncoding('utf8').once('data', (text) => resolve(text.trim()));
    child.on('exit', (code) => reject(new StepError(`the embedded Mesos ended with ${code}`)));
  });
  return {
    address,
    stop: () => {
      child.stdin.end();
      return ended;
    },
  };
}

/**
 * The resident memory of `spark-mesos submit` over one job: in the middle of it, and at its highest, in MiB.
 * @param {{ address: string, sparkHome: string, jar: string }} options
 */
async function memoryOfOneJob({ address, sparkHome, jar }) {
  const words = [COMMAND, 'submit', '--master', `mesos://${address}`, ...application(jar)];
  const child = spawn(process.execPath, words, {
    env: { ...process.env, SPARK_HOME: sparkHome },
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  /** @type {number[]} */
  const samples = [];
  let highest = 0;
  const timer = setInterval(() => {
    const memory = child.pid === undefined ? undefined : residentMemory(child.pid);
    if (memory === undefined) return;
    samples.push(memory.now);
    highest = memory.highest;
  }, SAMPLE_MS);
  const code = await new Promise((resolve) => child.on('exit', resolve));
  clearInterval(timer);
  if (code !== 0) throw new StepError(`the job whose memory was measured ended with ${code}`);
  return { median: measured(samples).median, highest };
}

/**
 * @param {{ sparkHome: string, jar: string, form: 'whole' | 'quick' }} options
 */
async function measureMemory({ sparkHome, jar, form }) {
  const rounds = MEMORY_ROUNDS[form];
  const cluster = await startCluster();
  try {
    const jobs = [];
    for (let round = 1; round <= rounds; round += 1) {
      const title = `Memory of the gateway, ${round} of ${rounds}`;
      jobs.push(await step(title, () => memoryOfOneJob({ address: cluster.address, sparkHome, jar })));
    }
    return {
      median: measured(jobs.map(({ median }) => median)),
      highest: measured(jobs.map(({ highest }) => highest)),
    };
  } finally {
    await cluster.stop();
  }
}

/** Whether this bench needs a Spark; it is given its home. */
export const needsSpark = true;

/**
 * @param {{ sparkHome: string, quick: boolean }} options
 * @returns {Promise<import('../harness.mjs').Row[]>}
 */
export async function measure({ sparkHome, quick }) {
  const form = quick ? 'quick' : 'whole';
  const source = join(ROOT, 'examples', 'spark-pi', 'SparkPi.scala');
  const jar = await step('Compiling SparkPi', () => compileScala({ source, sparkHome }));
  const wall = await measureWall({ sparkHome, jar, form });
  const memory = await measureMemory({ sparkHome, jar, form });
  const limit = fixed(MEMORY_LIMIT_MIB);
  return [
    row({
      scenario: 'SparkPi 100, wall time (peer: standalone Master and Worker)',
      unit: 's',
      ...wall,
      better: 'less',
      goal: WALL_GOAL,
    }),
    row({
      scenario: 'gateway with one application, resident memory (peer: the limit)',
      unit: 'MiB',
      ours: memory.median,
      peer: limit,
      better: 'less',
      goal: 1,
    }),
    row({
      scenario: 'gateway with one application, its highest resident memory (peer: the limit)',
      unit: 'MiB',
      ours: memory.highest,
      peer: limit,
      better: 'less',
      goal: 1,
    }),
  ];
}

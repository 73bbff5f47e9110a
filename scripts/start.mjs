// `npm start`: from a fresh clone to a Spark job on an embedded Mesos, in one command.
// Plain Node without dependencies, because nothing is installed when it begins.

import { existsSync, mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { fetchSparkShown, newestUsableSpark } from './spark.mjs';
import { runScript, StepError, step } from './support/progress.mjs';
import { requireTools } from './support/requirements.mjs';
import { run, runOnTerminal } from './support/run.mjs';
import { build, install, isInstalled, ROOT } from './support/workspace.mjs';

const USAGE = `npm start [-- --keep]

Runs Spark's own pi.py on an embedded Mesos with two agents.
  --keep   leave the cluster and its console up after the job, until Ctrl-C`;

const PARTITIONS = '20';

function readOptions() {
  try {
    const options = {
      keep: { type: /** @type {const} */ ('boolean') },
      help: { type: /** @type {const} */ ('boolean') },
    };
    return parseArgs({ options }).values;
  } catch (error) {
    throw new StepError(`${/** @type {Error} */ (error).message}\n\n${USAGE}`);
  }
}

/** The interpreter itself: executors have a PATH of their own, which may hold another Python or none. */
async function pythonProgram() {
  const { status, output } = await run('python3', ['-c', 'import sys; print(sys.executable)']);
  return status === 0 ? output.trim() : 'python3';
}

/** @param {{ sparkHome: string, keep: boolean }} options */
async function runJob({ sparkHome, keep }) {
  const program = join(sparkHome, 'examples', 'src', 'main', 'python', 'pi.py');
  const logFolder = join(ROOT, '.spark-mesos');
  mkdirSync(logFolder, { recursive: true });
  const driverLog = join(logFolder, 'driver.log');
  const command = ['submit', '--progress', '--driver-log', driverLog, ...(keep ? ['--keep'] : [])];
  console.log(`
Running pi.py with ${PARTITIONS} partitions on mesos://local[2]: an embedded Mesos with two agents.
Spark's own log: ${relative(process.cwd(), driverLog)}
`);
  const status = await runOnTerminal(
    process.execPath,
    [
      join(ROOT, 'apps', 'submit', 'dist', 'main.js'),
      ...command,
      '--master',
      'mesos://local[2]',
      program,
      PARTITIONS,
    ],
    { env: { ...process.env, SPARK_HOME: sparkHome, PYSPARK_PYTHON: await pythonProgram() } },
  );
  if (status !== 0 && existsSync(driverLog)) {
    console.error(`\nThe job ended with exit status ${status}; what Spark said about it is in ${driverLog}`);
  }
  if (status === 0 && !keep) console.log('\nTo look at the console after the job: npm start -- --keep');
  return status;
}

await runScript(async () => {
  const { keep = false, help = false } = readOptions();
  if (help) {
    console.log(USAGE);
    return 0;
  }
  await requireTools(process.env);
  if (!isInstalled()) await step('Installing dependencies', install);
  await step('Building', build);
  const sparkHome = await fetchSparkShown(await newestUsableSpark());
  return await runJob({ sparkHome, keep });
});

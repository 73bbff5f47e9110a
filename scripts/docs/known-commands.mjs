// Which commands there are, and which flags each has: asked of the built commands themselves.

import { join } from 'node:path';
import { COMMANDS } from '../../apps/submit/dist/commands.js';
import { OPTIONS_WITH_VALUE, SWITCHES } from '../../apps/submit/dist/spark-options.js';
import { run } from '../support/run.mjs';

/** The commands of this workspace, and where they are. */
const PROGRAMS = {
  'mesos-local': 'apps/mesos-local',
  'spark-mesos-dispatcher': 'apps/dispatcher',
  'spark-mesos-shuffle-service': 'apps/shuffle-service',
  'spark-mesos-fine-executor': 'apps/fine-executor',
};

/**
 * What a command says of itself.
 * @param {string} root
 * @param {string} app
 */
async function help(root, app) {
  const program = join(root, app, 'dist', 'main.js');
  const { status, output } = await run(process.execPath, [program, '--help']);
  if (status !== 0) throw new Error(`${app} --help ended with ${status}:\n${output}`);
  return output;
}

/** @param {string} text */
const flagsIn = (text) => new Set([...text.matchAll(/(?<![\w-])--[a-z][\w-]*/g)].map(([flag]) => flag));

/**
 * Every command with its flags.
 * @param {string} root
 * @returns {Promise<import('./command-check.mjs').KnownCommands>}
 */
export async function knownCommands(root) {
  const others = Object.entries(PROGRAMS).map(async ([name, app]) => {
    return /** @type {const} */ ([name, flagsIn(await help(root, app))]);
  });
  const spark = [...OPTIONS_WITH_VALUE, ...SWITCHES];
  const own = COMMANDS.map(({ description: { name, flags, takesSparkOptions = false } }) => {
    const named = ['--help', ...flags.map((flag) => `--${flag.name}`), ...(takesSparkOptions ? spark : [])];
    return /** @type {const} */ ([`spark-mesos ${name}`, new Set(named)]);
  });
  const ownWithValue = COMMANDS.flatMap(({ description: { flags } }) =>
    flags.filter(({ value }) => value !== undefined).map(({ name }) => `--${name}`),
  );
  return {
    flags: new Map([
      ...(await Promise.all(others)),
      ...own,
      ['spark-mesos help', new Set()],
      ['spark-submit', new Set(spark)],
    ]),
    withValue: new Set([...OPTIONS_WITH_VALUE, ...ownWithValue]),
  };
}

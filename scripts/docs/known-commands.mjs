// Which commands there are, and which flags each has: asked of the built commands themselves.

import { join } from 'node:path';
import { OWN_OPTION_HELP } from '../../apps/submit/dist/own-options.js';
import { OPTIONS_WITH_VALUE, SWITCHES } from '../../apps/submit/dist/spark-options.js';
import { run } from '../support/run.mjs';

/** The commands of this workspace, and where they are. */
const PROGRAMS = {
  'mesos-local': 'apps/mesos-local',
  'spark-mesos-dispatcher': 'apps/dispatcher',
  'spark-mesos-shuffle-service': 'apps/shuffle-service',
  'spark-mesos-fine-executor': 'apps/fine-executor',
};

const SUBMIT = 'apps/submit';

/** Those that start a Spark: their own help is followed by Spark's, which would cost the start of a JVM. */
const OF_SPARK = ['submit', 'shell', 'pyspark', 'sql'];

/**
 * What a command says of itself.
 * @param {string} root
 * @param {string} app
 * @param {readonly string[]} words
 */
async function help(root, app, words) {
  const program = join(root, app, 'dist', 'main.js');
  const { status, output } = await run(process.execPath, [program, ...words, '--help']);
  if (status !== 0) throw new Error(`${app} ${words.join(' ')} --help ended with ${status}:\n${output}`);
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
  const overview = await help(root, SUBMIT, []);
  const list = overview.slice(overview.indexOf('Commands:'));
  const names = [...list.matchAll(/^ {2}([a-z]+)/gm)].map(([, name = '']) => name);
  const alone = names.filter((name) => name !== 'help' && !OF_SPARK.includes(name));
  const spark = [...OPTIONS_WITH_VALUE, ...SWITCHES];
  const own = OWN_OPTION_HELP.map(([flag]) => flag.split(' ', 1)[0] ?? flag);
  const asked = [
    ...Object.entries(PROGRAMS).map(async ([name, app]) => {
      return /** @type {const} */ ([name, flagsIn(await help(root, app, []))]);
    }),
    ...alone.map(async (name) => {
      return /** @type {const} */ ([`spark-mesos ${name}`, flagsIn(await help(root, SUBMIT, [name]))]);
    }),
  ];
  return {
    flags: new Map([
      ...(await Promise.all(asked)),
      ...OF_SPARK.map((name) => /** @type {const} */ ([`spark-mesos ${name}`, new Set([...own, ...spark])])),
      ['spark-submit', new Set(spark)],
    ]),
    withValue: new Set([
      ...OPTIONS_WITH_VALUE,
      ...OWN_OPTION_HELP.filter(([flag]) => flag.includes(' ')).map(([flag]) => flag.split(' ', 1)[0] ?? ''),
    ]),
  };
}

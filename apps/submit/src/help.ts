import type { SparkCommandName } from './command-line.ts';
import { OWN_OPTION_HELP } from './own-options.ts';

const WHAT: Readonly<Record<SparkCommandName, string>> = {
  submit: 'Runs an application, as spark-submit does, on Mesos.',
  shell: "Starts Spark's Scala shell, as spark-shell does, on Mesos.",
  pyspark: "Starts Spark's Python shell, as pyspark does, on Mesos.",
  sql: "Starts Spark's SQL shell, as spark-sql does, on Mesos.",
};

/** The help of one command: our own flags; Spark's follow from Spark itself. */
export function helpText(command: SparkCommandName): string {
  const width = Math.max(...OWN_OPTION_HELP.map(([flag]) => flag.length)) + 2;
  const flags = OWN_OPTION_HELP.map(([flag, meaning]) => `  ${flag.padEnd(width)}${meaning}`);
  return [
    WHAT[command],
    '',
    `Usage: spark-mesos ${command} --master MASTER [flags below] [everything that Spark's own command takes]`,
    '',
    'MASTER is',
    '  mesos://host:5050        a Mesos master; several with commas between',
    '  mesos://local            an embedded Mesos with 2 agents, as large as this machine',
    '  mesos://local[2,cpus=4,mem=4096]',
    '                           the same with so many agents, each of that size (also disk=MIB, port=N)',
    '',
    'Flags of spark-mesos:',
    ...flags,
    '',
    '',
  ].join('\n');
}

import { SPARK_COMMANDS, type SparkCommandName } from './command-line.ts';
import type { CommandDescription, CommandExample } from './help.ts';
import { OWN_FLAGS } from './own-options.ts';

interface SparkCommandWords {
  readonly summary: string;
  readonly text: string;
  readonly examples: readonly CommandExample[];
}

const MASTERS = [
  'MASTER is',
  '  mesos://host:5050        a Mesos master; several with commas between',
  '  mesos://zk://host:2181/mesos',
  '                           the master that this ZooKeeper knows',
  '  mesos://local            an embedded Mesos with 2 agents, as large as this machine',
  '  mesos://local[2,cpus=4,mem=4096]',
  '                           the same with so many agents, each of that size (also disk=MIB, port=N)',
].join('\n');

const WORDS: Readonly<Record<SparkCommandName, SparkCommandWords>> = {
  submit: {
    summary: 'run an application (spark-submit)',
    text: 'Runs an application, as spark-submit does, on Mesos.',
    examples: [
      [
        'spark-mesos submit --master mesos://10.0.0.1:5050 --total-executor-cores 8 --class org.example.Main app.jar 100',
        'run a jar on a cluster, with the driver here',
      ],
      ["spark-mesos submit --progress --master 'mesos://local[2]' app.py", 'try a program on this machine'],
      [
        'spark-mesos submit --dispatcher http://dispatcher:8081 --deploy-mode cluster --wait https://files/app.py',
        'run the driver in the cluster, and wait for its end',
      ],
    ],
  },
  shell: {
    summary: "start Spark's Scala shell (spark-shell)",
    text: "Starts Spark's Scala shell, as spark-shell does, on Mesos.",
    examples: [
      [
        'spark-mesos shell --master mesos://10.0.0.1:5050 --conf spark.mesos.coarse=false',
        'a shell that keeps no cores between two jobs',
      ],
    ],
  },
  pyspark: {
    summary: "start Spark's Python shell (pyspark)",
    text: "Starts Spark's Python shell, as pyspark does, on Mesos.",
    examples: [
      [
        'spark-mesos pyspark --master mesos://10.0.0.1:5050 --conf spark.mesos.role=analytics',
        'a shell in a role of its own',
      ],
    ],
  },
  sql: {
    summary: "start Spark's SQL shell (spark-sql)",
    text: "Starts Spark's SQL shell, as spark-sql does, on Mesos.",
    examples: [["spark-mesos sql --master 'mesos://local' -e 'SELECT 1'", 'one statement']],
  },
};

/** The programs of Spark as this command tells of them; their own options are told by themselves. */
export const SPARK_DESCRIPTIONS: Readonly<Record<SparkCommandName, CommandDescription>> = Object.fromEntries(
  SPARK_COMMANDS.map((name) => {
    const { summary, text, examples } = WORDS[name];
    const description: CommandDescription = {
      name,
      summary,
      usage: `spark-mesos ${name} --master MASTER [flags below] [everything that Spark's own command takes]`,
      text: `${text}\n\n${MASTERS}`,
      flags: OWN_FLAGS,
      examples,
      takesSparkOptions: true,
    };
    return [name, description];
  }),
) as Record<SparkCommandName, CommandDescription>;

/**
 * The options of `spark-submit`, by what the launcher's option parser does with them
 * (org.apache.spark.launcher.SparkSubmitOptionParser; the union of Spark 2.4 to 4.3).
 * We must know which take a value to find where the options end; their meaning stays Spark's.
 */
export const OPTIONS_WITH_VALUE: ReadonlySet<string> = new Set([
  '--archives',
  '--class',
  '--conf',
  '-c',
  '--deploy-mode',
  '--driver-class-path',
  '--driver-cores',
  '--driver-java-options',
  '--driver-library-path',
  '--driver-memory',
  '--exclude-packages',
  '--executor-cores',
  '--executor-memory',
  '--files',
  '--jars',
  '--keytab',
  '--kill',
  '--master',
  '--name',
  '--num-executors',
  '--packages',
  '--principal',
  '--properties-file',
  '--proxy-user',
  '--py-files',
  '--queue',
  '--remote',
  '--repositories',
  '--status',
  '--total-executor-cores',
]);

/** Those that stand alone. */
export const SWITCHES: ReadonlySet<string> = new Set([
  '--help',
  '-h',
  '--load-spark-defaults',
  '--supervise',
  '--usage-error',
  '--verbose',
  '-v',
  '--version',
]);

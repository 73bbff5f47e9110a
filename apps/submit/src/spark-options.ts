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

/** The property that each option of `spark-submit` stands for (org.apache.spark.deploy.SparkSubmitArguments). */
export const PROPERTY_OF_OPTION: Readonly<Record<string, string>> = {
  '--archives': 'spark.archives',
  '--driver-class-path': 'spark.driver.extraClassPath',
  '--driver-cores': 'spark.driver.cores',
  '--driver-java-options': 'spark.driver.extraJavaOptions',
  '--driver-library-path': 'spark.driver.extraLibraryPath',
  '--driver-memory': 'spark.driver.memory',
  '--exclude-packages': 'spark.jars.excludes',
  '--executor-cores': 'spark.executor.cores',
  '--executor-memory': 'spark.executor.memory',
  '--files': 'spark.files',
  '--jars': 'spark.jars',
  '--name': 'spark.app.name',
  '--num-executors': 'spark.executor.instances',
  '--packages': 'spark.jars.packages',
  '--py-files': 'spark.submit.pyFiles',
  '--repositories': 'spark.jars.repositories',
  '--total-executor-cores': 'spark.cores.max',
};

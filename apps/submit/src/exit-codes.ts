/**
 * What `spark-mesos` itself ends with; docs/reference/exit-codes.md is made of this.
 *
 * Spark's own exit status is passed through, so these stay within 64 to 79, the range that
 * BSD's sysexits.h keeps for the reasons of a command, and that no Spark uses.
 */
export const EXIT_CODES = {
  /**
   * The command line is wrong: no master, one that is no Mesos master, a flag without its value (EX_USAGE).
   * Remedy: Say `--master mesos://host:5050` or `--master mesos://local[2]`; see `spark-mesos help submit`.
   */
  usage: 64,
  /**
   * `spark-mesos doctor` has found a problem.
   * Remedy: Read its lines that begin with `problem`: each says what to do. `spark-mesos submit` ends with the code of the
   * problem itself.
   */
  unhealthy: 65,
  /**
   * The application’s file, or the properties file, is not there (EX_NOINPUT).
   * Remedy: Correct the path; it is relative to the current directory.
   */
  fileNotFound: 66,
  /**
   * No gateway was found, or none of those found has the application (`spark-mesos explain`); the dispatcher has no
   * such driver, or it has ended.
   * Remedy: Name the gateway with `--gateway`, or the Mesos master with `--master`; without an id all are listed.
   * `spark-mesos list` shows the drivers.
   */
  noApplication: 68,
  /**
   * No Mesos master, or no dispatcher, answers at the address, or what answers is none; or a dispatcher takes nothing at
   * present (EX_UNAVAILABLE).
   * Remedy: Check the address and that it runs: `curl http://host:5050/version`, or `curl http://host:8081/readyz`, must answer.
   */
  noMaster: 69,
  /**
   * A fault of `spark-mesos` itself (EX_SOFTWARE).
   * Remedy: Report it with the text on standard error, and the log of `--log-level debug`.
   */
  internal: 70,
  /**
   * No Spark was found, or the one that was named is none or not complete, or it does not start.
   * Remedy: `pip install pyspark`, or name one with `--spark-home` or `SPARK_HOME`.
   */
  noSpark: 71,
  /**
   * No Java was found, or this Spark does not run on it.
   * Remedy: Install the Java that the message names, or set `JAVA_HOME` to it.
   */
  noJava: 72,
  /**
   * A port that was asked for is taken.
   * Remedy: Name another, or leave `--gateway-port` or `port=` out for any that is free.
   */
  portTaken: 73,
  /**
   * The framework ended before its application: torn down by somebody, or its executors never started. With `--wait`:
   * the driver was killed or lost.
   * Remedy: Read the message; `stderr` in the sandbox of an executor says why it did not start.
   */
  frameworkLost: 74,
  /**
   * The work directory of a gateway cannot be used: locked by another one, damaged, or not writable (near EX_IOERR).
   * Remedy: Read the message; end the other gateway, or name another folder with `--work-dir`.
   */
  state: 75,
  /**
   * The master does not let the framework in, or the dispatcher wants a token, or one that may do more (EX_NOPERM).
   * Remedy: Check `spark.mesos.principal` and `spark.mesos.secret`, and what the master allows for `spark.mesos.role`.
   */
  masterRefuses: 77,
  /**
   * Settings are wrong; every one is named (EX_CONFIG).
   * Remedy: Correct them where they are set: `--conf`, the properties file, or the program.
   */
  settings: 78,
  /**
   * Something legal that is not supported.
   * Remedy: Use what the message says instead.
   */
  notSupported: 79,
} as const;

/** A reason for which `spark-mesos` ends by itself. */
export type ExitReason = keyof typeof EXIT_CODES;

/** The exit status of a child as a shell reports it: its code, or 128 and the number of its signal. */
export function exitStatusOf(
  code: number | null,
  signal: NodeJS.Signals | null,
  signalNumbers: Readonly<Record<string, number>>,
): number {
  if (code !== null) return code;
  const number = signal === null ? undefined : signalNumbers[signal];
  return number === undefined ? EXIT_CODES.internal : 128 + number;
}

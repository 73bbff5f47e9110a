import { EXIT_CODES, type ExitReason } from './exit-codes.ts';

/** Every code that this command's errors carry; each has an exit code of its own group in {@link EXIT_CODES}. */
export const SUBMIT_ERROR_CODES = [
  /**
   * The command line contradicts itself, or lacks what is needed.
   * Remedy: See `--help` of the command.
   */
  'SUBMIT_USAGE',
  /**
   * What was asked for is legal, and not done here; the message says what to use instead.
   * Remedy: Use what the message names instead.
   */
  'SUBMIT_NOT_SUPPORTED',
  /**
   * The application's file, or one that it needs, is not there.
   * Remedy: Correct the path; it is relative to the current directory.
   */
  'SUBMIT_FILE_NOT_FOUND',
  /**
   * No Spark where one was named, or none at all.
   * Remedy: `pip install pyspark`, or name one with `--spark-home` or `SPARK_HOME`.
   */
  'SUBMIT_NO_SPARK',
  /**
   * No Java, or one that this Spark cannot run on.
   * Remedy: Install the Java that the message names, or set `JAVA_HOME` to it.
   */
  'SUBMIT_JAVA',
  /**
   * Nobody answers at the master's address, or nobody who speaks HTTP.
   * Remedy: Check the address; `curl http://host:5050/version` must answer.
   */
  'SUBMIT_NO_MASTER',
  /**
   * The master is there and does not let this framework in.
   * Remedy: Check `spark.mesos.principal`, `spark.mesos.secret` and `spark.mesos.role`.
   */
  'SUBMIT_MASTER_REFUSES',
  /**
   * A port that was named is taken by somebody else.
   * Remedy: Name another, or leave it out for any that is free.
   */
  'SUBMIT_PORT_TAKEN',
  /**
   * A setting of the application is wrong.
   * Remedy: Correct them where they are set.
   */
  'SUBMIT_SETTINGS',
  /**
   * No gateway was found, or none that knows the application.
   * Remedy: Name the gateway with `--gateway`, or the master with `--master`; without an id all are listed.
   */
  'SUBMIT_NO_APPLICATION',
  /**
   * What must outlive a gateway cannot be kept in its folder.
   * Remedy: End the other gateway, or name another folder with `--work-dir`.
   */
  'SUBMIT_STATE',
  /**
   * The framework ended before its application did.
   * Remedy: Read the message; look who tore the framework down.
   */
  'SUBMIT_FRAMEWORK_LOST',
  /**
   * The embedded cluster did not start.
   * Remedy: Read the message: a port, memory or the temporary folder.
   */
  'SUBMIT_EMBEDDED',
  /**
   * The program of Spark could not be started.
   * Remedy: Check that `bin/spark-submit` of that Spark can be run.
   */
  'SUBMIT_DRIVER_START',
  /**
   * The agents have no Java or no Spark where the executors look for it.
   * Remedy: Install them there, or set `spark.mesos.executor.home` or `spark.executor.uri`.
   */
  'SUBMIT_EXECUTOR_ENVIRONMENT',
] as const;

/** One of the codes in {@link SUBMIT_ERROR_CODES}. */
export type SubmitErrorCode = (typeof SUBMIT_ERROR_CODES)[number];

const REASON_OF: Readonly<Record<SubmitErrorCode, ExitReason>> = {
  SUBMIT_USAGE: 'usage',
  SUBMIT_NOT_SUPPORTED: 'notSupported',
  SUBMIT_FILE_NOT_FOUND: 'fileNotFound',
  SUBMIT_NO_SPARK: 'noSpark',
  SUBMIT_JAVA: 'noJava',
  SUBMIT_NO_MASTER: 'noMaster',
  SUBMIT_MASTER_REFUSES: 'masterRefuses',
  SUBMIT_PORT_TAKEN: 'portTaken',
  SUBMIT_SETTINGS: 'settings',
  SUBMIT_NO_APPLICATION: 'noApplication',
  SUBMIT_STATE: 'state',
  SUBMIT_FRAMEWORK_LOST: 'frameworkLost',
  SUBMIT_EMBEDDED: 'internal',
  SUBMIT_DRIVER_START: 'noSpark',
  SUBMIT_EXECUTOR_ENVIRONMENT: 'frameworkLost',
};

/** What the user is told in one line: what happened, to what, and what to do. */
export class SubmitError extends Error {
  override readonly name = 'SubmitError';
  readonly code: SubmitErrorCode;

  constructor(code: SubmitErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** What the process ends with because of this error. */
  get exitCode(): number {
    return EXIT_CODES[REASON_OF[this.code]];
  }
}

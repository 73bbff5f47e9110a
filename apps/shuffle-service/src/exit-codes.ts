/** What the service ends with; the numbers mean what they mean for `spark-mesos` (docs/reference/exit-codes.md). */
export const EXIT_CODES = {
  /** Nothing is wrong: it was told to stop. */
  stopped: 0,
  /**
   * The command line is wrong (EX_USAGE).
   * Remedy: See `--help`.
   */
  usage: 64,
  /**
   * A properties file is not there, or cannot be read (EX_NOINPUT).
   * Remedy: Correct `--properties-file`, or the file’s permissions.
   */
  fileNotFound: 66,
  /**
   * A fault of the service itself (EX_SOFTWARE).
   * Remedy: Report it with the text on standard error, and the log of `--log-level debug`.
   */
  internal: 70,
  /**
   * A port is taken, or may not be used.
   * Remedy: Stop the other service (Spark’s own?), or name another port.
   */
  portTaken: 73,
  /**
   * The work directory cannot be used: locked, damaged, or not writable.
   * Remedy: Read the message; end the other process, or name another with `--work-dir`.
   */
  state: 75,
  /**
   * Settings are wrong, or the files of `spark.ssl.rpc.*`; every one is named (EX_CONFIG).
   * Remedy: Correct them where they are set.
   */
  settings: 78,
} as const;

/** A reason for which the service ends by itself. */
export type ExitReason = keyof typeof EXIT_CODES;

/**
 * What the dispatcher ends with. A wrong command line is 1, as it was with the original (rule D2); the others mean what they mean
 * for `spark-mesos` (docs/reference/exit-codes.md).
 */
export const EXIT_CODES = {
  /** Nothing is wrong: it was told to stop, or has said what was asked for. */
  stopped: 0,
  /**
   * The command line is wrong.
   * Remedy: See `--help`.
   */
  usage: 1,
  /**
   * A file that was named is not there, or cannot be read (EX_NOINPUT).
   * Remedy: Correct its path, or its permissions.
   */
  fileNotFound: 66,
  /**
   * No Mesos master lets it in; `--uninstall` alone waits for one (EX_UNAVAILABLE).
   * Remedy: Check the address, principal and secret.
   */
  noMaster: 69,
  /**
   * A fault of the dispatcher itself (EX_SOFTWARE).
   * Remedy: Report it with the text on standard error, and the log of `--log-level debug`.
   */
  internal: 70,
  /**
   * There is no Spark where one was said to be, or it cannot be read.
   * Remedy: Correct `--spark-home`.
   */
  noSpark: 71,
  /**
   * A port is taken, or may not be used.
   * Remedy: Name another one.
   */
  portTaken: 73,
  /**
   * The state cannot be used: the directory is locked, damaged or not writable; no ZooKeeper answers.
   * Remedy: Read the message; end the other process, name another directory, check the servers.
   */
  state: 75,
  /**
   * Settings, access file or key stores are wrong; every one is named (EX_CONFIG).
   * Remedy: Correct them where they are set.
   */
  settings: 78,
  /**
   * Legal, but not supported: a path in `spark.deploy.zookeeper.url`.
   * Remedy: Name it in `spark.deploy.zookeeper.dir`.
   */
  notSupported: 79,
} as const;

/** A reason for which the dispatcher ends by itself. */
export type ExitReason = keyof typeof EXIT_CODES;

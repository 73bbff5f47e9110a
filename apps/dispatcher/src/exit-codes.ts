/**
 * What the dispatcher ends with. A wrong command line is 1, as it was with the original (rule D2); the others mean what they mean
 * for `spark-mesos` (docs/EXIT-CODES.md).
 */
export const EXIT_CODES = {
  /** Asked to stop by a signal, and stopped; or there is nothing wrong with the settings, or it was uninstalled. */
  stopped: 0,
  /** The command line is wrong. */
  usage: 1,
  /** A file that was named is not there, or cannot be read (EX_NOINPUT). */
  fileNotFound: 66,
  /** No Mesos master answers (EX_UNAVAILABLE). */
  noMaster: 69,
  /** A fault of the dispatcher itself (EX_SOFTWARE). */
  internal: 70,
  /** No Spark was found, or it cannot be read. */
  noSpark: 71,
  /** A port is taken, or may not be used. */
  portTaken: 73,
  /** The state cannot be used: the directory is locked, damaged or not writable; no ZooKeeper answers. */
  state: 75,
  /** Settings are wrong (EX_CONFIG). */
  settings: 78,
  /** Legal, but not supported. */
  notSupported: 79,
} as const;

/** A reason for which the dispatcher ends by itself. */
export type ExitReason = keyof typeof EXIT_CODES;

/**
 * What `mesos-local` ends with; its README says what to do about each. They lie in the range that BSD's
 * sysexits.h keeps for the reasons of a command, and mean the same as those of `spark-mesos`.
 */
export const EXIT_CODES = {
  /** It was asked to stop, and has stopped. */
  stopped: 0,
  /** The command line is wrong (EX_USAGE). */
  usage: 64,
  /** A file that was named is not there (EX_NOINPUT). */
  fileNotFound: 66,
  /** No ZooKeeper answers, so no master leads (EX_UNAVAILABLE). */
  unavailable: 69,
  /** A fault of mesos-local itself (EX_SOFTWARE). */
  internal: 70,
  /** A port that was asked for is taken. */
  portTaken: 73,
  /** Resources, attributes or credentials are wrong (EX_CONFIG). */
  settings: 78,
} as const;

/** A reason for which `mesos-local` ends. */
export type ExitReason = keyof typeof EXIT_CODES;

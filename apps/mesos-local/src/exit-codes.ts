/**
 * What `mesos-local` ends with; its README is made of this. They lie in the range that BSD's
 * sysexits.h keeps for the reasons of a command, and mean the same as those of `spark-mesos`.
 */
export const EXIT_CODES = {
  /** It was asked to stop, and has stopped. */
  stopped: 0,
  /**
   * The command line is wrong (EX_USAGE).
   * Remedy: Read the message; see `mesos-local --help`.
   */
  usage: 64,
  /**
   * A file that was named is not there, or cannot be read (EX_NOINPUT).
   * Remedy: Correct the path.
   */
  fileNotFound: 66,
  /**
   * No master was elected: no ZooKeeper answers (EX_UNAVAILABLE).
   * Remedy: Check the address after `--zk`.
   */
  unavailable: 69,
  /**
   * A fault of mesos-local itself, or it is not built (EX_SOFTWARE).
   * Remedy: Report it with what it says, or build it.
   */
  internal: 70,
  /**
   * A port that was asked for is taken.
   * Remedy: Name another with `--port`, or 0 for any that is free.
   */
  portTaken: 73,
  /**
   * Resources, attributes or credentials are wrong (EX_CONFIG).
   * Remedy: Read the message.
   */
  settings: 78,
} as const;

/** A reason for which `mesos-local` ends. */
export type ExitReason = keyof typeof EXIT_CODES;

/** What the service ends with; the numbers mean what they mean for `spark-mesos` (docs/EXIT-CODES.md). */
export const EXIT_CODES = {
  /** Asked to stop by a signal, and stopped. */
  stopped: 0,
  /** The command line is wrong (EX_USAGE). */
  usage: 64,
  /** A file that was named is not there, or cannot be read (EX_NOINPUT). */
  fileNotFound: 66,
  /** A fault of the service itself (EX_SOFTWARE). */
  internal: 70,
  /** A port is taken, or may not be used. */
  portTaken: 73,
  /** The work directory cannot be used: locked, damaged, not writable. */
  state: 75,
  /** Settings are wrong (EX_CONFIG). */
  settings: 78,
} as const;

/** A reason for which the service ends by itself. */
export type ExitReason = keyof typeof EXIT_CODES;

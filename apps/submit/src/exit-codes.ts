/**
 * What `spark-mesos` itself ends with; docs/EXIT-CODES.md says what to do about each.
 *
 * Spark's own exit status is passed through, so these stay within 64 to 79, the range that
 * BSD's sysexits.h keeps for the reasons of a command, and that no Spark uses.
 */
export const EXIT_CODES = {
  /** The command line is wrong (EX_USAGE). */
  usage: 64,
  /** A file that was named is not there (EX_NOINPUT). */
  fileNotFound: 66,
  /** No gateway was found, or none that has the application. */
  noApplication: 68,
  /** No Mesos master answers (EX_UNAVAILABLE). */
  noMaster: 69,
  /** A fault of spark-mesos itself (EX_SOFTWARE). */
  internal: 70,
  /** No Spark was found, or it does not start. */
  noSpark: 71,
  /** No Java was found, or not one that this Spark runs on. */
  noJava: 72,
  /** A port that was asked for is taken. */
  portTaken: 73,
  /** The framework ended before its application did. */
  frameworkLost: 74,
  /** The folder of a standing gateway cannot be used (near EX_IOERR). */
  state: 75,
  /** The master does not let the framework in (EX_NOPERM). */
  masterRefuses: 77,
  /** A setting is wrong (EX_CONFIG). */
  settings: 78,
  /** Legal, but not supported. */
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

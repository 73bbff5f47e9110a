/** What a status of `spark-mesos` says, and what to do about it. */
export interface ExitMeaning {
  readonly code: number;
  /** What is wrong. */
  readonly what: string;
  /** What to do. */
  readonly cure: string;
}

/**
 * What `spark-mesos` itself ends with, each with its meaning; docs/EXIT-CODES.md is made of this.
 *
 * Spark's own exit status is passed through, so these stay within 64 to 79, the range that
 * BSD's sysexits.h keeps for the reasons of a command, and that no Spark uses.
 */
export const EXIT_MEANINGS = {
  // EX_USAGE
  usage: {
    code: 64,
    what: 'The command line is wrong: no master, one that is no Mesos master, a flag without its value',
    cure: 'Say `--master mesos://host:5050` or `--master mesos://local[2]`; see `spark-mesos help submit`',
  },
  unhealthy: {
    code: 65,
    what: '`spark-mesos doctor` has found a problem',
    cure: 'Read its lines that begin with `problem`: each says what to do. `spark-mesos submit` ends with the code of the problem itself',
  },
  // EX_NOINPUT
  fileNotFound: {
    code: 66,
    what: "The application's file, or the properties file, does not exist",
    cure: 'Correct the path; it is relative to the current directory',
  },
  noApplication: {
    code: 68,
    what: 'No gateway was found, or none of those found has the application (`spark-mesos explain`); the dispatcher has no such driver, or it has ended',
    cure: 'Name the gateway with `--gateway`, or the Mesos master with `--master`; without an id all are listed. `spark-mesos list` shows the drivers',
  },
  // EX_UNAVAILABLE
  noMaster: {
    code: 69,
    what: 'No Mesos master, or no dispatcher, answers at the address, or what answers is none; or a dispatcher takes nothing at present',
    cure: 'Check the address and that it runs; `curl http://host:5050/version`, or `curl http://host:8081/readyz`, must answer',
  },
  // EX_SOFTWARE
  internal: {
    code: 70,
    what: 'A fault of `spark-mesos` itself',
    cure: 'Report it with the text on standard error, and the log of `--log-level debug`',
  },
  noSpark: {
    code: 71,
    what: 'No Spark was found, or the one that was named is none or not complete',
    cure: '`pip install pyspark`, or name one with `--spark-home` or `SPARK_HOME`',
  },
  noJava: {
    code: 72,
    what: 'No Java was found, or this Spark does not run on it',
    cure: 'Install the Java that the message names, or set `JAVA_HOME` to it',
  },
  portTaken: {
    code: 73,
    what: 'A port that was asked for is taken',
    cure: 'Name another, or leave `--gateway-port` or `port=` out for any that is free',
  },
  frameworkLost: {
    code: 74,
    what: 'The framework ended before its application: torn down by somebody, or its executors never started; or a driver in the cluster was killed or lost',
    cure: 'Read the message; `stderr` in the sandbox of an executor says why it did not start',
  },
  // Near EX_IOERR
  state: {
    code: 75,
    what: 'The work directory of a gateway cannot be used: locked by another one, damaged, or not writable',
    cure: 'Read the message; end the other gateway, or name another folder with `--work-dir`',
  },
  // EX_NOPERM
  masterRefuses: {
    code: 77,
    what: 'The master does not let the framework in, or the dispatcher wants a token, or one that may do more',
    cure: 'Check `spark.mesos.principal` and `spark.mesos.secret`, and what the master allows for `spark.mesos.role`',
  },
  // EX_CONFIG
  settings: {
    code: 78,
    what: 'Settings are wrong; every one is named',
    cure: 'Correct them where they are set: `--conf`, the properties file, or the program',
  },
  notSupported: {
    code: 79,
    what: 'Something legal that is not supported',
    cure: 'The message says what to use instead',
  },
} as const satisfies Record<string, ExitMeaning>;

/** A reason for which `spark-mesos` ends by itself. */
export type ExitReason = keyof typeof EXIT_MEANINGS;

/** The status of each reason. */
export const EXIT_CODES = Object.fromEntries(
  Object.entries(EXIT_MEANINGS).map(([reason, { code }]) => [reason, code]),
) as { readonly [Reason in ExitReason]: (typeof EXIT_MEANINGS)[Reason]['code'] };

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

import { EXIT_CODES, type ExitReason } from './exit-codes.ts';

/** Every code that this command's errors carry; each has an exit code of its own group in {@link EXIT_CODES}. */
export const SUBMIT_ERROR_CODES = [
  /** The command line contradicts itself, or lacks what is needed. */
  'SUBMIT_USAGE',
  /** What was asked for is legal, and not done here; the message says what to use instead. */
  'SUBMIT_NOT_SUPPORTED',
  /** The application's file, or one that it needs, is not there. */
  'SUBMIT_FILE_NOT_FOUND',
  /** No Spark where one was named, or none at all. */
  'SUBMIT_NO_SPARK',
  /** No Java, or one that this Spark cannot run on. */
  'SUBMIT_JAVA',
  /** Nobody answers at the master's address, or nobody who speaks HTTP. */
  'SUBMIT_NO_MASTER',
  /** The master is there and does not let this framework in. */
  'SUBMIT_MASTER_REFUSES',
  /** A port that was named is taken by somebody else. */
  'SUBMIT_PORT_TAKEN',
  /** A setting of the application is wrong. */
  'SUBMIT_SETTINGS',
  /** No gateway was found, or none that knows the application. */
  'SUBMIT_NO_APPLICATION',
  /** What must outlive a gateway cannot be kept in its folder. */
  'SUBMIT_STATE',
  /** The framework ended before its application did. */
  'SUBMIT_FRAMEWORK_LOST',
  /** The embedded cluster did not start. */
  'SUBMIT_EMBEDDED',
  /** The program of Spark could not be started. */
  'SUBMIT_DRIVER_START',
  /** The agents have no Java or no Spark where the executors look for it. */
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

/** Every code of a {@link CoarseError}. */
export const COARSE_ERROR_CODES = [
  /**
   * Executors of an earlier life were handed over too late: the backend had been started.
   * Remedy: Hand executors over before `start()`.
   */
  'COARSE_ADOPTED_TOO_LATE',
  /**
   * Executors ended again and again before they had really started, and none is left.
   * Remedy: Read `stderr` in the sandbox of an executor; see `spark.mesos.executor.maxStartFailures`.
   */
  'COARSE_EXECUTORS_CANNOT_START',
  /**
   * The application could not say how to launch an executor.
   * Remedy: Act on the cause, which is the application’s own.
   */
  'COARSE_LAUNCH_REFUSED',
  /**
   * The subscription ended and cannot be renewed.
   * Remedy: Act on the cause, which has a `MESOS_…` code.
   */
  'COARSE_SUBSCRIPTION_LOST',
] as const;

/** One of {@link COARSE_ERROR_CODES}. */
export type CoarseErrorCode = (typeof COARSE_ERROR_CODES)[number];

/** Why a framework cannot go on. The message says what happened and what to look at. */
export class CoarseError extends Error {
  readonly code: CoarseErrorCode;

  constructor(code: CoarseErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CoarseError';
    this.code = code;
  }
}

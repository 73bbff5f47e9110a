/** Every code of a {@link FineError}. */
export const FINE_ERROR_CODES = [
  /**
   * Executors ended again and again before they had really started, and none is left.
   * Remedy: Read `stderr` in the sandbox of an executor; see `spark.mesos.executor.maxStartFailures`.
   */
  'FINE_EXECUTORS_CANNOT_START',
  /**
   * The application could not say how to launch an executor.
   * Remedy: Act on the cause, which is the application’s own.
   */
  'FINE_LAUNCH_REFUSED',
  /**
   * The subscription ended and cannot be renewed.
   * Remedy: Act on the cause, which has a `MESOS_…` code.
   */
  'FINE_SUBSCRIPTION_LOST',
] as const;

/** One of {@link FINE_ERROR_CODES}. */
export type FineErrorCode = (typeof FINE_ERROR_CODES)[number];

/** Why a framework cannot go on. The message says what happened and what to look at. */
export class FineError extends Error {
  readonly code: FineErrorCode;

  constructor(code: FineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FineError';
    this.code = code;
  }
}

/** What was thrown, as an error of this package. */
export function asFineError(cause: unknown): FineError {
  return cause instanceof FineError
    ? cause
    : new FineError('FINE_LAUNCH_REFUSED', cause instanceof Error ? cause.message : String(cause), { cause });
}

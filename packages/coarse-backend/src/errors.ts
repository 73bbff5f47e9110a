/** Every code of a {@link CoarseError}. */
export const COARSE_ERROR_CODES = [
  /** Executors of an earlier life were handed over too late: the backend had been started. */
  'COARSE_ADOPTED_TOO_LATE',
  /** Executors ended again and again before they had really started, and none is left. */
  'COARSE_EXECUTORS_CANNOT_START',
  /** The application could not say how to launch an executor. */
  'COARSE_LAUNCH_REFUSED',
  /** The subscription ended and cannot be renewed. */
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

/** Every code that this package's errors and refusals carry; callers match on these and never on the message. */
export const DISPATCHER_ERROR_CODES = [
  /** Something is wrong with a submission; its problems say what. */
  'DISPATCHER_INVALID_SUBMISSION',
  /** There is no such submission, or it is no longer remembered. */
  'DISPATCHER_NOT_FOUND',
  /** What was to be ended has ended. */
  'DISPATCHER_ALREADY_FINISHED',
  /** The idempotency key belongs to a submission with another content. */
  'DISPATCHER_IDEMPOTENCY_CONFLICT',
  /** As many drivers wait as may. */
  'DISPATCHER_QUEUE_FULL',
  /** As many drivers wait in that queue as may. */
  'DISPATCHER_QUOTA_REACHED',
  /** The state is not read yet, or the dispatcher does not lead. */
  'DISPATCHER_NOT_READY',
  /** The dispatcher is being shut down. */
  'DISPATCHER_DRAINING',
  /** What must not be lost could not be written down. */
  'DISPATCHER_STORE_FAILED',
  /** The settings of the dispatcher itself are wrong. */
  'DISPATCHER_SETTINGS',
  /** A bug of ours: a state that cannot be. */
  'DISPATCHER_INTERNAL',
] as const;

/** One of {@link DISPATCHER_ERROR_CODES}. */
export type DispatcherErrorCode = (typeof DISPATCHER_ERROR_CODES)[number];

/** The only error that this package throws; what can be expected is a value instead. */
export class DispatcherError extends Error {
  override readonly name = 'DispatcherError';
  readonly code: DispatcherErrorCode;

  constructor(code: DispatcherErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Every code that this package's errors and refusals carry; callers match on these and never on the message. */
export const DISPATCHER_ERROR_CODES = [
  /**
   * Something is wrong with a submission; its problems say what.
   * Remedy: Correct what `problems` name, each with its setting, and submit again.
   */
  'DISPATCHER_INVALID_SUBMISSION',
  /**
   * There is no such submission, or it is no longer remembered.
   * Remedy: Look the id up with `spark-mesos list`; raise `spark.mesos.retainedDrivers` to remember more.
   */
  'DISPATCHER_NOT_FOUND',
  /**
   * What was to be ended has ended.
   * Remedy: Nothing: it is over. `spark-mesos status` says how.
   */
  'DISPATCHER_ALREADY_FINISHED',
  /**
   * The idempotency key belongs to a submission with another content.
   * Remedy: Send another key, or the same content.
   */
  'DISPATCHER_IDEMPOTENCY_CONFLICT',
  /**
   * As many drivers wait as may.
   * Remedy: Submit later, or raise `spark.mesos.maxQueuedDrivers`.
   */
  'DISPATCHER_QUEUE_FULL',
  /**
   * As many drivers wait in that queue as may.
   * Remedy: Submit later, or to another queue; see `spark.mesos.dispatcher.queueMaxQueued.[Name]`.
   */
  'DISPATCHER_QUOTA_REACHED',
  /**
   * The state is not read yet, or the dispatcher does not lead.
   * Remedy: Ask again in a moment; if it lasts, `/readyz` says what is missing.
   */
  'DISPATCHER_NOT_READY',
  /**
   * The dispatcher is being shut down.
   * Remedy: Submit to the next one, or when it is up again.
   */
  'DISPATCHER_DRAINING',
  /**
   * What must not be lost could not be written down.
   * Remedy: Look at the disk of `--work-dir`, or at ZooKeeper; nothing was launched for it.
   */
  'DISPATCHER_STORE_FAILED',
  /**
   * The settings of the dispatcher itself are wrong.
   * Remedy: Correct the settings that the message names; `--check-config` tries them.
   */
  'DISPATCHER_SETTINGS',
  /**
   * A bug of ours: a state that cannot be.
   * Remedy: Report it, with the log of `--log-level debug`.
   */
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

/** Every code of {@link ShuffleClientError}; callers match on these and never on the message. */
export const SHUFFLE_CLIENT_ERROR_CODES = [
  /**
   * Nobody listens there, or TLS or authentication came to nothing; the message says which.
   * Remedy: Start the service on that agent, or check `spark.shuffle.service.port` and its security settings.
   */
  'SHUFFLE_SERVICE_UNREACHABLE',
  /**
   * The service has answered that it will not.
   * Remedy: Read the service’s log of that moment.
   */
  'SHUFFLE_SERVICE_REFUSED',
  /**
   * The service has not answered in time.
   * Remedy: Look at the load and the disk of that agent.
   */
  'SHUFFLE_SERVICE_SILENT',
  /**
   * The connection is over.
   * Remedy: Nothing: it is tried again.
   */
  'SHUFFLE_CONNECTION_CLOSED',
] as const;

/** One of {@link SHUFFLE_CLIENT_ERROR_CODES}. */
export type ShuffleClientErrorCode = (typeof SHUFFLE_CLIENT_ERROR_CODES)[number];

/** What a driver's side meets when it talks to a shuffle service. */
export class ShuffleClientError extends Error {
  override readonly name = 'ShuffleClientError';
  readonly code: ShuffleClientErrorCode;

  constructor(code: ShuffleClientErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

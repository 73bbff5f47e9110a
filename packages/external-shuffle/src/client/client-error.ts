/** Every code of {@link ShuffleClientError}; callers match on these and never on the message. */
export const SHUFFLE_CLIENT_ERROR_CODES = [
  /** Nobody listens there, or TLS or authentication came to nothing; the message says which. */
  'SHUFFLE_SERVICE_UNREACHABLE',
  /** The service has answered that it will not. */
  'SHUFFLE_SERVICE_REFUSED',
  /** The service has not answered in time. */
  'SHUFFLE_SERVICE_SILENT',
  /** The connection is over. */
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

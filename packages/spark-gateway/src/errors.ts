/** Every code that this package's errors and problems carry. Users match on these. */
export const GATEWAY_ERROR_CODES = [
  /** The address to listen on is taken, or not ours to take. */
  'GATEWAY_ADDRESS_UNAVAILABLE',
  /** The jars of the Spark whose classes the drivers speak cannot be read. */
  'GATEWAY_SPARK_UNREADABLE',
  /** No Spark was found, or what was named is none. */
  'GATEWAY_NO_SPARK',
  /** A driver registered, but did not tell its settings. */
  'GATEWAY_DRIVER_SILENT',
  /** A driver was not let in: it and the gateway do not agree on who may come in, or on their Spark. */
  'GATEWAY_DRIVER_REFUSED',
  /** Settings of an application are wrong; the message names each. */
  'GATEWAY_SETTINGS',
  /** An application asks for what there is not. */
  'NOT_SUPPORTED',
  /** The framework ended before its application; the cause says why. */
  'GATEWAY_FRAMEWORK_ENDED',
  /** Executors end because their agent lacks Java or Spark where they look for it. */
  'GATEWAY_EXECUTOR_ENVIRONMENT',
  /** The Spark that executors find is another version than their driver's. */
  'GATEWAY_SPARK_MISMATCH',
  /** The shuffle service of an agent does not know an application; it is tried again. */
  'GATEWAY_SHUFFLE_SERVICE',
  /** What must outlive the gateway cannot be written. */
  'GATEWAY_STATE',
  /** An event came in a phase in which it cannot happen: a fault in this package or below. */
  'GATEWAY_ILLEGAL_TRANSITION',
] as const;

/** One of {@link GATEWAY_ERROR_CODES}. */
export type GatewayErrorCode = (typeof GATEWAY_ERROR_CODES)[number];

/** The only error that this package makes itself. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: GatewayErrorCode;

  constructor(code: GatewayErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Every code that this package's errors carry; callers match on these and never on the message. */
export const SPARK_RPC_ERROR_CODES = [
  /** The part before a message's object stream is cut off or contradicts itself. */
  'SPARK_RPC_ENVELOPE_MALFORMED',
  /** A message holds a value that its field cannot have; the error names class and field. */
  'SPARK_RPC_UNEXPECTED_VALUE',
  /** A collection of a class that is not known. */
  'SPARK_RPC_UNKNOWN_COLLECTION',
  /** A message of a class that its receiver does not know. */
  'SPARK_RPC_UNKNOWN_MESSAGE',
  /** A message for an endpoint that is not there. */
  'SPARK_RPC_UNKNOWN_ENDPOINT',
  /** A class that an answer needs was neither sent by the peer nor is it on the class path. */
  'SPARK_RPC_CLASS_UNKNOWN',
  /** The peer runs another Spark than the one whose classes are at hand. */
  'SPARK_RPC_SPARK_MISMATCH',
  /** One side authenticates itself and the other does not, or their secrets differ. */
  'SPARK_RPC_AUTHENTICATION_FAILED',
  /** One side speaks TLS and the other does not, or they do not agree on how. */
  'SPARK_RPC_TLS_FAILED',
  /** The peer could not be reached. */
  'SPARK_RPC_UNREACHABLE',
  /** No answer came in time. */
  'SPARK_RPC_TIMEOUT',
  /** The connection was closed before the answer came. */
  'SPARK_RPC_DISCONNECTED',
  /** The peer answered that it could not do what was asked. */
  'SPARK_RPC_REMOTE_FAILURE',
  /** A limit on connections, on questions under way or on unsent bytes. */
  'SPARK_RPC_LIMIT_EXCEEDED',
  /** The address to listen on cannot be had. */
  'SPARK_RPC_LISTEN_FAILED',
  /** Something that Spark does and this package does not; the message says what. */
  'SPARK_RPC_NOT_SUPPORTED',
] as const;

/** One of the codes in {@link SPARK_RPC_ERROR_CODES}. */
export type SparkRpcErrorCode = (typeof SPARK_RPC_ERROR_CODES)[number];

/** The error of this package; codes of the layers below come through as they are. */
export class SparkRpcError extends Error {
  override readonly name = 'SparkRpcError';
  readonly code: SparkRpcErrorCode;

  constructor(code: SparkRpcErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

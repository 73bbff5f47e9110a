/** Every code that this package's errors carry; callers match on these and never on the message. */
export const SPARK_NETWORK_ERROR_CODES = [
  /**
   * A frame says that it is longer than the decoder allows; nothing was allocated for it.
   * Remedy: Look at who connects: what is no Spark (HTTP, TLS) looks like this.
   */
  'SPARK_NETWORK_FRAME_TOO_LONG',
  /**
   * A frame says that it has no room for its own type.
   * Remedy: Look at who connects: no Spark sends it.
   */
  'SPARK_NETWORK_FRAME_TOO_SHORT',
  /**
   * A header ends, or says that it ends, outside its frame.
   * Remedy: Look at who connects: no Spark sends it.
   */
  'SPARK_NETWORK_HEADER_TRUNCATED',
  /**
   * No frame of Spark's has this type byte.
   * Remedy: Look at who connects; of a new Spark, report it with its version.
   */
  'SPARK_NETWORK_UNKNOWN_TYPE',
  /**
   * No block-transfer message has this type byte.
   * Remedy: Look at who connects; of a new Spark, report it with its version.
   */
  'SPARK_NETWORK_UNKNOWN_MESSAGE_TYPE',
  /**
   * A message is whole, and what it says cannot be.
   * Remedy: Look at who connects; of a Spark, report it with its version.
   */
  'SPARK_NETWORK_MESSAGE_INVALID',
  /**
   * Something that Spark has and this package does not; the message names it.
   * Remedy: Switch off in Spark what the message names.
   */
  'SPARK_NETWORK_NOT_SUPPORTED',
  /**
   * Bytes were pushed after the stream had broken.
   * Remedy: Make a new decoder for a new connection.
   */
  'SPARK_NETWORK_STREAM_BROKEN',
  /**
   * A peer has not shown that it knows the secret, or speaks no mechanism that is wanted.
   * Remedy: Give both sides the same `spark.authenticate.secret` and `spark.network.crypto.*`.
   */
  'SPARK_NETWORK_AUTHENTICATION_FAILED',
  /**
   * Encrypted bytes were changed on their way, or are encrypted with another key or in another manner.
   * Remedy: Look for something that changes bytes on the way; the connection is closed.
   */
  'SPARK_NETWORK_CIPHERTEXT_INVALID',
  /**
   * The files for TLS cannot be read or do not hold what is needed; the message says which and why.
   * Remedy: Correct the files and passwords of `spark.ssl.rpc.*`.
   */
  'SPARK_NETWORK_TLS_UNUSABLE',
] as const;

/** One of the codes in {@link SPARK_NETWORK_ERROR_CODES}. */
export type SparkNetworkErrorCode = (typeof SPARK_NETWORK_ERROR_CODES)[number];

/** The only error that this package throws, whatever bytes it is given. */
export class SparkNetworkError extends Error {
  override readonly name = 'SparkNetworkError';
  readonly code: SparkNetworkErrorCode;

  constructor(code: SparkNetworkErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Every code that this package's errors carry; callers match on these and never on the message. */
export const SPARK_RPC_ERROR_CODES = [
  /**
   * The part before a message's object stream is cut off or contradicts itself.
   * Remedy: Look at who connects; of a Spark, report it with its version.
   */
  'SPARK_RPC_ENVELOPE_MALFORMED',
  /**
   * A message holds a value that its field cannot have; the error names class and field.
   * Remedy: Report it with the Spark’s version.
   */
  'SPARK_RPC_UNEXPECTED_VALUE',
  /**
   * A collection of a class that is not known.
   * Remedy: Report it with the Spark’s version.
   */
  'SPARK_RPC_UNKNOWN_COLLECTION',
  /**
   * A message of a class that its receiver does not know.
   * Remedy: Nothing, where it is told once; the peer is answered that nobody knows it.
   */
  'SPARK_RPC_UNKNOWN_MESSAGE',
  /**
   * A message for an endpoint that is not there.
   * Remedy: Check that the peer has the right address; a master has `Master` alone.
   */
  'SPARK_RPC_UNKNOWN_ENDPOINT',
  /**
   * A class that an answer needs was neither sent by the peer nor is it on the class path.
   * Remedy: Point `--spark-home` to the Spark of the peer.
   */
  'SPARK_RPC_CLASS_UNKNOWN',
  /**
   * The peer runs another Spark than the one whose classes are at hand.
   * Remedy: Name the peer’s Spark with one more `--spark-home`.
   */
  'SPARK_RPC_SPARK_MISMATCH',
  /**
   * One side authenticates itself and the other does not, or their secrets differ.
   * Remedy: Give both the same `spark.authenticate` and `spark.authenticate.secret`.
   */
  'SPARK_RPC_AUTHENTICATION_FAILED',
  /**
   * One side speaks TLS and the other does not, or they do not agree on how.
   * Remedy: Give both the same `spark.ssl.rpc.*`.
   */
  'SPARK_RPC_TLS_FAILED',
  /**
   * The peer could not be reached.
   * Remedy: Check address and firewall; a driver tells its own as `spark.driver.host`.
   */
  'SPARK_RPC_UNREACHABLE',
  /**
   * No answer came in time.
   * Remedy: Look at the load of the peer.
   */
  'SPARK_RPC_TIMEOUT',
  /**
   * The connection was closed before the answer came.
   * Remedy: Look at the peer: it ended or closed the connection.
   */
  'SPARK_RPC_DISCONNECTED',
  /**
   * The peer answered that it could not do what was asked.
   * Remedy: Read the peer’s log.
   */
  'SPARK_RPC_REMOTE_FAILURE',
  /**
   * A limit on connections, on questions under way or on unsent bytes.
   * Remedy: Look for a peer that does not read, or for more drivers than one gateway is for.
   */
  'SPARK_RPC_LIMIT_EXCEEDED',
  /**
   * The address to listen on cannot be had.
   * Remedy: Name another address or port.
   */
  'SPARK_RPC_LISTEN_FAILED',
  /**
   * Something that Spark does and this package does not; the message says what.
   * Remedy: Do as the message says.
   */
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

/** Every code that this package's errors and problems carry. Users match on these. */
export const GATEWAY_ERROR_CODES = [
  /**
   * The address to listen on is taken, or not ours to take.
   * Remedy: Name another port, or end what has it.
   */
  'GATEWAY_ADDRESS_UNAVAILABLE',
  /**
   * The jars of the Spark whose classes the drivers speak cannot be read.
   * Remedy: Point `--spark-home` to a whole Spark that this user may read.
   */
  'GATEWAY_SPARK_UNREADABLE',
  /**
   * No Spark was found, or what was named is none.
   * Remedy: Name one with `--spark-home` or `SPARK_HOME`, or `pip install pyspark`.
   */
  'GATEWAY_NO_SPARK',
  /**
   * A driver registered, but did not tell its settings.
   * Remedy: Look at the driver: it hangs, or a firewall keeps the gateway from its port.
   */
  'GATEWAY_DRIVER_SILENT',
  /**
   * A driver was not let in: it and the gateway do not agree on who may come in, or on their Spark.
   * Remedy: Give both the same `spark.authenticate` and secret, and the driver a Spark that the gateway has.
   */
  'GATEWAY_DRIVER_REFUSED',
  /**
   * Settings of an application are wrong; the message names each.
   * Remedy: Correct each setting that the message names.
   */
  'GATEWAY_SETTINGS',
  /**
   * An application asks for what there is not.
   * Remedy: Do as the message says.
   */
  'NOT_SUPPORTED',
  /**
   * The framework ended before its application; the cause says why.
   * Remedy: Act on the cause.
   */
  'GATEWAY_FRAMEWORK_ENDED',
  /**
   * Executors end because their agent lacks Java or Spark where they look for it.
   * Remedy: Install Java and Spark there, or set `spark.mesos.executor.home`, `spark.executor.uri` or an image.
   */
  'GATEWAY_EXECUTOR_ENVIRONMENT',
  /**
   * The Spark that executors find is another version than their driver's.
   * Remedy: Give agents the driver’s Spark, or set `spark.mesos.executor.home` to where it is.
   */
  'GATEWAY_SPARK_MISMATCH',
  /**
   * The shuffle service of an agent does not know an application; it is tried again.
   * Remedy: Start the service there, or correct its port and secret. The job goes on meanwhile.
   */
  'GATEWAY_SHUFFLE_SERVICE',
  /**
   * What must outlive the gateway cannot be written.
   * Remedy: Look at the disk of `--work-dir`.
   */
  'GATEWAY_STATE',
  /**
   * An event came in a phase in which it cannot happen: a fault in this package or below.
   * Remedy: Report it, with the log of `--log-level debug`.
   */
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

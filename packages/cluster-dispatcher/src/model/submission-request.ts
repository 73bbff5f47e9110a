/**
 * What a user wants to be run, whichever way it came: REST, Spark's RPC, or a submission that is made again.
 *
 * Everything that Spark has a property for stands in `properties` and nowhere else: `spark.driver.memory`,
 * `spark.driver.cores`, `spark.driver.supervise`, `spark.app.name`, `spark.submit.pyFiles`, secrets
 * (`spark.mesos.driver.secret.*`), the queue (`spark.mesos.dispatcher.queue`). Whoever reads another protocol puts its
 * fields there.
 */
export interface SubmissionRequest {
  /** The primary resource: a URI that agents can fetch, or a `local:` path. */
  readonly appResource: string;
  /** Empty for Python and R. */
  readonly mainClass: string;
  /** As they shall arrive in the application: no shell ever reads them. */
  readonly arguments: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
  /** Variables for the driver's process, which go before `spark.mesos.driverEnv.*`. */
  readonly environment: Readonly<Record<string, string>>;
  /** The Spark that its submitter has, where the dispatcher has several: the driver runs it, if nothing above says otherwise. */
  readonly sparkHome?: string | undefined;
  /** Its version, as far as it could be told: by it the Spark is found where it has moved. */
  readonly sparkVersion?: string | undefined;
  /** What its client says that it has itself; who submits is told where the driver gets another. Not kept. */
  readonly clientSparkVersion?: string | undefined;
}

/** What comes with a request and is no part of what is run. */
export interface SubmitOptions {
  /** A second request with the same key, of the same owner, is answered with the submission of the first. */
  readonly idempotencyKey?: string | undefined;
  /** Who asks, as far as that is known; only kept and shown. */
  readonly owner?: string | undefined;
  /** The submission that this one repeats; only kept and shown. */
  readonly resubmissionOf?: string | undefined;
}

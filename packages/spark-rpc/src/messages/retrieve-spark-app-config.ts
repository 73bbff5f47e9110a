import type { JavaObject } from '@spark-mesos/java-serialization';
import type { ObjectBuilder } from '../object-builder.ts';

/**
 * What an executor asks its driver first, and we do for the application's settings; answered by SparkAppConfig.
 *
 *     RetrieveSparkAppConfig$ =>                       an object in Spark 2.4
 *     RetrieveSparkAppConfig  => resourceProfileId:int in newer ones
 *
 * Source: Spark's `org.apache.spark.scheduler.cluster.CoarseGrainedClusterMessages.RetrieveSparkAppConfig`.
 */
export const RETRIEVE_SPARK_APP_CONFIG_CLASS =
  'org.apache.spark.scheduler.cluster.CoarseGrainedClusterMessages$RetrieveSparkAppConfig';
/** The object of older versions; in newer ones it is a companion and never sent. */
export const RETRIEVE_SPARK_APP_CONFIG_MODULE = `${RETRIEVE_SPARK_APP_CONFIG_CLASS}$`;
/** The driver's endpoint for it. */
export const SCHEDULER_ENDPOINT = 'CoarseGrainedScheduler';

/** Writes the message in the form that the driver's Spark has. */
export function encodeRetrieveSparkAppConfig(build: ObjectBuilder, resourceProfileId: number): JavaObject {
  if (!build.has(RETRIEVE_SPARK_APP_CONFIG_CLASS)) return build.module(RETRIEVE_SPARK_APP_CONFIG_MODULE);
  return build.object(RETRIEVE_SPARK_APP_CONFIG_CLASS, { resourceProfileId });
}

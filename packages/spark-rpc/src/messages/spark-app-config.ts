import type { JavaObject } from '@spark-mesos/java-serialization';
import { sequenceOf } from '../scala/sequences.ts';
import { pairOf, placeOf, requiredField, textOf } from '../scala/values.ts';

/**
 * A driver's answer to RetrieveSparkAppConfig.
 *
 *     SparkAppConfig => sparkProperties:Seq(Tuple2(String, String)) ioEncryptionKey:Option hadoopDelegationCreds:Option
 *         [resourceProfile:ResourceProfile] [logLevel:Option]
 *
 * Source: Spark's `org.apache.spark.scheduler.cluster.CoarseGrainedClusterMessages.SparkAppConfig`. The key and
 * the credentials are for executors only and are not read here.
 */
export interface SparkAppConfig {
  /** May hold secrets, such as passwords of key stores. */
  readonly sparkProperties: ReadonlyMap<string, string>;
}

/** The message's class. */
export const SPARK_APP_CONFIG_CLASS =
  'org.apache.spark.scheduler.cluster.CoarseGrainedClusterMessages$SparkAppConfig';

/** Reads the message. */
export function decodeSparkAppConfig(message: JavaObject): SparkAppConfig {
  const place = placeOf(message, 'sparkProperties');
  const pairs = sequenceOf(requiredField(message, 'sparkProperties'), place).map((pair) =>
    pairOf(pair, place),
  );
  return {
    sparkProperties: new Map(pairs.map(([key, value]) => [textOf(key, place), textOf(value, place)])),
  };
}

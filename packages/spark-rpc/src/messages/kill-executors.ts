import type { JavaObject } from '@spark-mesos/java-serialization';
import { textsField } from '../scala/sequences.ts';
import { textField } from '../scala/values.ts';

/**
 * A driver has executors ended; answered by a Boolean.
 *
 *     KillExecutors => appId:String executorIds:Seq(String)
 *
 * Source: Spark's `org.apache.spark.deploy.DeployMessages.KillExecutors`.
 */
export interface KillExecutors {
  readonly kind: 'KillExecutors';
  readonly appId: string;
  readonly executorIds: readonly string[];
}

/** The message's class. */
export const KILL_EXECUTORS_CLASS = 'org.apache.spark.deploy.DeployMessages$KillExecutors';

/** Reads the message. */
export function decodeKillExecutors(message: JavaObject): KillExecutors {
  return {
    kind: 'KillExecutors',
    appId: textField(message, 'appId'),
    executorIds: textsField(message, 'executorIds'),
  };
}

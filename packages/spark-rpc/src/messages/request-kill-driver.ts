import type { JavaObject } from '@spark-mesos/java-serialization';
import { textField } from '../scala/values.ts';

/**
 * A driver that runs in the cluster is to be ended; answered by KillDriverResponse.
 *
 *     RequestKillDriver => driverId:String
 *
 * Source: Spark's `org.apache.spark.deploy.DeployMessages.RequestKillDriver`.
 */
export interface RequestKillDriver {
  readonly kind: 'RequestKillDriver';
  readonly driverId: string;
}

/** The message's class. */
export const REQUEST_KILL_DRIVER_CLASS = 'org.apache.spark.deploy.DeployMessages$RequestKillDriver';

/** Reads the message. */
export function decodeRequestKillDriver(message: JavaObject): RequestKillDriver {
  return { kind: 'RequestKillDriver', driverId: textField(message, 'driverId') };
}

import type { JavaObject } from '@spark-mesos/java-serialization';
import { textField } from '../scala/values.ts';

/**
 * `spark-submit` asks what became of a driver that it submitted; answered by DriverStatusResponse.
 *
 *     RequestDriverStatus => driverId:String
 *
 * Source: Spark's `org.apache.spark.deploy.DeployMessages.RequestDriverStatus`.
 */
export interface RequestDriverStatus {
  readonly kind: 'RequestDriverStatus';
  readonly driverId: string;
}

/** The message's class. */
export const REQUEST_DRIVER_STATUS_CLASS = 'org.apache.spark.deploy.DeployMessages$RequestDriverStatus';

/** Reads the message. */
export function decodeRequestDriverStatus(message: JavaObject): RequestDriverStatus {
  return { kind: 'RequestDriverStatus', driverId: textField(message, 'driverId') };
}

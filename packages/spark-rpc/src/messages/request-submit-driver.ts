import type { JavaObject } from '@spark-mesos/java-serialization';
import { objectField } from '../scala/values.ts';
import { type DriverDescription, decodeDriverDescription } from './driver-description.ts';

/**
 * `spark-submit --deploy-mode cluster` asks for a driver; answered by SubmitDriverResponse.
 *
 *     RequestSubmitDriver => driverDescription:DriverDescription
 *
 * Source: Spark's `org.apache.spark.deploy.DeployMessages.RequestSubmitDriver`.
 */
export interface RequestSubmitDriver {
  readonly kind: 'RequestSubmitDriver';
  readonly driver: DriverDescription;
}

/** The message's class. */
export const REQUEST_SUBMIT_DRIVER_CLASS = 'org.apache.spark.deploy.DeployMessages$RequestSubmitDriver';

/** Reads the message. */
export function decodeRequestSubmitDriver(message: JavaObject): RequestSubmitDriver {
  return {
    kind: 'RequestSubmitDriver',
    driver: decodeDriverDescription(objectField(message, 'driverDescription')),
  };
}

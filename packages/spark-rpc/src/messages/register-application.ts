import type { JavaObject } from '@spark-mesos/java-serialization';
import { objectField } from '../scala/values.ts';
import { type ApplicationDescription, decodeApplicationDescription } from './application-description.ts';
import { decodeEndpointReference, type EndpointReference } from './endpoint-reference.ts';

/**
 * A driver's first message; answered by RegisteredApplication on the same connection.
 *
 *     RegisterApplication => appDescription:ApplicationDescription driver:NettyRpcEndpointRef
 *
 * Source: Spark's `org.apache.spark.deploy.DeployMessages.RegisterApplication`.
 */
export interface RegisterApplication {
  readonly kind: 'RegisterApplication';
  readonly application: ApplicationDescription;
  /** The endpoint of the driver that wants to hear of its executors. */
  readonly driver: EndpointReference;
}

/** The message's class. */
export const REGISTER_APPLICATION_CLASS = 'org.apache.spark.deploy.DeployMessages$RegisterApplication';

/** Reads the message. */
export function decodeRegisterApplication(message: JavaObject): RegisterApplication {
  return {
    kind: 'RegisterApplication',
    application: decodeApplicationDescription(objectField(message, 'appDescription')),
    driver: decodeEndpointReference(objectField(message, 'driver')),
  };
}

import type { JavaObject } from '@spark-mesos/java-serialization';
import type { ObjectBuilder } from '../object-builder.ts';
import { objectField, textField } from '../scala/values.ts';
import {
  decodeEndpointReference,
  type EndpointReference,
  encodeEndpointReference,
} from './endpoint-reference.ts';

/**
 * Tells a driver that it is accepted, and under which id.
 *
 *     RegisteredApplication => appId:String master:NettyRpcEndpointRef
 *
 * Source: Spark's `org.apache.spark.deploy.DeployMessages.RegisteredApplication`.
 */
export interface RegisteredApplication {
  readonly appId: string;
  readonly master: EndpointReference;
}

/** The message's class. */
export const REGISTERED_APPLICATION_CLASS = 'org.apache.spark.deploy.DeployMessages$RegisteredApplication';

/** Writes the message. */
export function encodeRegisteredApplication(
  build: ObjectBuilder,
  message: RegisteredApplication,
): JavaObject {
  return build.object(REGISTERED_APPLICATION_CLASS, {
    appId: message.appId,
    master: encodeEndpointReference(build, message.master),
  });
}

/** Reads the message. */
export function decodeRegisteredApplication(message: JavaObject): RegisteredApplication {
  return {
    appId: textField(message, 'appId'),
    master: decodeEndpointReference(objectField(message, 'master')),
  };
}

import type { JavaObject } from '@spark-mesos/java-serialization';
import type { ObjectBuilder } from '../object-builder.ts';
import { booleanField, objectField, textField } from '../scala/values.ts';
import {
  decodeEndpointReference,
  type EndpointReference,
  encodeEndpointReference,
} from './endpoint-reference.ts';

/**
 * The answer to RequestKillDriver.
 *
 *     KillDriverResponse => master:NettyRpcEndpointRef driverId:String success:boolean message:String
 *
 * Source: Spark's `org.apache.spark.deploy.DeployMessages.KillDriverResponse`.
 */
export interface KillDriverResponse {
  /** Whom to ask from now on; null in the message where it is not given. */
  readonly master?: EndpointReference;
  readonly driverId: string;
  readonly success: boolean;
  readonly message: string;
}

/** The message's class. */
export const KILL_DRIVER_RESPONSE_CLASS = 'org.apache.spark.deploy.DeployMessages$KillDriverResponse';

/** Writes the message. */
export function encodeKillDriverResponse(build: ObjectBuilder, response: KillDriverResponse): JavaObject {
  return build.object(KILL_DRIVER_RESPONSE_CLASS, {
    driverId: response.driverId,
    master: response.master === undefined ? null : encodeEndpointReference(build, response.master),
    message: response.message,
    success: response.success,
  });
}

/** Reads the message. */
export function decodeKillDriverResponse(message: JavaObject): KillDriverResponse {
  const master = message.field('master');
  return {
    ...(master === null ? {} : { master: decodeEndpointReference(objectField(message, 'master')) }),
    driverId: textField(message, 'driverId'),
    success: booleanField(message, 'success'),
    message: textField(message, 'message'),
  };
}

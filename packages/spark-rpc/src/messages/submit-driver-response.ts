import type { JavaObject } from '@spark-mesos/java-serialization';
import type { ObjectBuilder } from '../object-builder.ts';
import { booleanField, objectField, optionField, placeOf, textField, textOf } from '../scala/values.ts';
import {
  decodeEndpointReference,
  type EndpointReference,
  encodeEndpointReference,
} from './endpoint-reference.ts';

/**
 * The answer to RequestSubmitDriver.
 *
 *     SubmitDriverResponse => master:NettyRpcEndpointRef success:boolean driverId:Option message:String
 *
 * Source: Spark's `org.apache.spark.deploy.DeployMessages.SubmitDriverResponse`.
 */
export interface SubmitDriverResponse {
  /** Whom to ask from now on; null in the message where it is not given. */
  readonly master?: EndpointReference;
  readonly success: boolean;
  readonly driverId?: string;
  readonly message: string;
}

/** The message's class. */
export const SUBMIT_DRIVER_RESPONSE_CLASS = 'org.apache.spark.deploy.DeployMessages$SubmitDriverResponse';

/** Writes the message. */
export function encodeSubmitDriverResponse(build: ObjectBuilder, response: SubmitDriverResponse): JavaObject {
  return build.object(SUBMIT_DRIVER_RESPONSE_CLASS, {
    driverId: build.option(response.driverId),
    master: response.master === undefined ? null : encodeEndpointReference(build, response.master),
    message: response.message,
    success: response.success,
  });
}

/** Reads the message. */
export function decodeSubmitDriverResponse(message: JavaObject): SubmitDriverResponse {
  const driverId = optionField(message, 'driverId');
  const master = message.field('master');
  return {
    ...(master === null ? {} : { master: decodeEndpointReference(objectField(message, 'master')) }),
    success: booleanField(message, 'success'),
    ...(driverId === undefined ? {} : { driverId: textOf(driverId, placeOf(message, 'driverId')) }),
    message: textField(message, 'message'),
  };
}

import type { JavaObject } from '@spark-mesos/java-serialization';
import type { ObjectBuilder } from '../object-builder.ts';
import { textField } from '../scala/values.ts';

/**
 * Asked of the endpoint `endpoint-verifier` of an RpcEnv before anything is sent to another of its endpoints;
 * answered by a Boolean.
 *
 *     CheckExistence => name:String
 *
 * Source: Spark's `org.apache.spark.rpc.netty.RpcEndpointVerifier.CheckExistence`.
 */
export interface CheckExistence {
  readonly kind: 'CheckExistence';
  readonly name: string;
}

/** The message's class. */
export const CHECK_EXISTENCE_CLASS = 'org.apache.spark.rpc.netty.RpcEndpointVerifier$CheckExistence';
/** The endpoint that every RpcEnv has for it. */
export const ENDPOINT_VERIFIER = 'endpoint-verifier';

/** Writes the message. */
export function encodeCheckExistence(build: ObjectBuilder, name: string): JavaObject {
  return build.object(CHECK_EXISTENCE_CLASS, { name });
}

/** Reads the message. */
export function decodeCheckExistence(message: JavaObject): CheckExistence {
  return { kind: 'CheckExistence', name: textField(message, 'name') };
}

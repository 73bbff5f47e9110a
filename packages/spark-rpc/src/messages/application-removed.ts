import type { JavaObject } from '@spark-mesos/java-serialization';
import type { ObjectBuilder } from '../object-builder.ts';
import { textField } from '../scala/values.ts';

/**
 * Tells a driver that its application cannot go on; it stops with this message as its error.
 *
 *     ApplicationRemoved => message:String
 *
 * Source: Spark's `org.apache.spark.deploy.DeployMessages.ApplicationRemoved`.
 */
export interface ApplicationRemoved {
  readonly message: string;
}

/** The message's class. */
export const APPLICATION_REMOVED_CLASS = 'org.apache.spark.deploy.DeployMessages$ApplicationRemoved';

/** Writes the message. */
export function encodeApplicationRemoved(build: ObjectBuilder, { message }: ApplicationRemoved): JavaObject {
  return build.object(APPLICATION_REMOVED_CLASS, { message });
}

/** Reads the message. */
export function decodeApplicationRemoved(message: JavaObject): ApplicationRemoved {
  return { message: textField(message, 'message') };
}

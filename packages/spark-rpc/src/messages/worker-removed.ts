import type { JavaObject } from '@spark-mesos/java-serialization';
import type { ObjectBuilder } from '../object-builder.ts';
import { textField } from '../scala/values.ts';

/**
 * Tells a driver that a machine is gone, so that it forgets the shuffle files there.
 *
 *     WorkerRemoved => id:String host:String message:String
 *
 * Source: Spark's `org.apache.spark.deploy.DeployMessages.WorkerRemoved`.
 */
export interface WorkerRemoved {
  readonly workerId: string;
  readonly host: string;
  readonly message: string;
}

/** The message's class. */
export const WORKER_REMOVED_CLASS = 'org.apache.spark.deploy.DeployMessages$WorkerRemoved';

/** Writes the message. */
export function encodeWorkerRemoved(
  build: ObjectBuilder,
  { workerId, host, message }: WorkerRemoved,
): JavaObject {
  return build.object(WORKER_REMOVED_CLASS, { id: workerId, host, message });
}

/** Reads the message. */
export function decodeWorkerRemoved(message: JavaObject): WorkerRemoved {
  return {
    workerId: textField(message, 'id'),
    host: textField(message, 'host'),
    message: textField(message, 'message'),
  };
}

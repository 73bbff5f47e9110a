import type { JavaObject } from '@spark-mesos/java-serialization';
import type { ObjectBuilder } from '../object-builder.ts';
import { numberField, textField } from '../scala/values.ts';

/**
 * Tells a driver that an executor is on its way. It is news, no more: tasks start when the executor itself
 * registers with the driver.
 *
 *     ExecutorAdded => id:int workerId:String hostPort:String cores:int memory:int
 *
 * Source: Spark's `org.apache.spark.deploy.DeployMessages.ExecutorAdded`.
 */
export interface ExecutorAdded {
  readonly executorId: number;
  readonly workerId: string;
  /** Of the worker, for the driver's log. */
  readonly hostPort: string;
  readonly cores: number;
  readonly memoryMiB: number;
}

/** The message's class. */
export const EXECUTOR_ADDED_CLASS = 'org.apache.spark.deploy.DeployMessages$ExecutorAdded';

/** Writes the message. */
export function encodeExecutorAdded(build: ObjectBuilder, message: ExecutorAdded): JavaObject {
  return build.object(EXECUTOR_ADDED_CLASS, {
    id: message.executorId,
    workerId: message.workerId,
    hostPort: message.hostPort,
    cores: message.cores,
    memory: message.memoryMiB,
  });
}

/** Reads the message. */
export function decodeExecutorAdded(message: JavaObject): ExecutorAdded {
  return {
    executorId: numberField(message, 'id'),
    workerId: textField(message, 'workerId'),
    hostPort: textField(message, 'hostPort'),
    cores: numberField(message, 'cores'),
    memoryMiB: numberField(message, 'memory'),
  };
}

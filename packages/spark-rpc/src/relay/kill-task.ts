import { type ClassDescriptorSource, writeObjectStream } from '@spark-mesos/java-serialization';
import { encodeFrame } from '@spark-mesos/spark-network';
import { ObjectBuilder } from '../object-builder.ts';
import { CLUSTER_MESSAGES } from './message-shape.ts';

/** The class of a KillTask. */
export const KILL_TASK_CLASS = `${CLUSTER_MESSAGES}KillTask`;

/**
 * What a driver sends to have an executor end a task.
 *
 *     KillTask => interruptThread:boolean taskId:long executor:String reason:String
 *
 * Source: Spark's `org.apache.spark.scheduler.cluster.CoarseGrainedClusterMessages.KillTask`.
 */
export interface KillTask {
  readonly taskId: number;
  readonly executorId: string;
  /** The driver shows it as the reason why the task ended. */
  readonly reason: string;
}

/**
 * Makes the frame of one that interrupts the task's thread, as Spark does where it ends one of two attempts: a task that
 * waits for something would not hear of it otherwise.
 *
 * @param envelope what stands before the stream in the driver's own messages to the executor
 */
export function encodeKillTask(
  classes: ClassDescriptorSource,
  envelope: Uint8Array,
  { taskId, executorId, reason }: KillTask,
): Buffer {
  const values = { taskId, executor: executorId, reason, interruptThread: true };
  const message = new ObjectBuilder(classes).object(KILL_TASK_CLASS, values);
  const body = Buffer.concat([envelope, writeObjectStream(message)]);
  const frame = encodeFrame({ type: 'OneWayMessage', body });
  return Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
}

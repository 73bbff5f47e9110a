import type { ClassDescriptorSource } from '@spark-mesos/java-serialization';

/**
 * The states of an executor as a standalone master tells them, in the order of Spark's enumeration
 * `org.apache.spark.deploy.ExecutorState`; a value's number on the wire is its place in it. The last one is
 * not there in Spark 2.4.
 */
export const EXECUTOR_STATES = [
  'LAUNCHING',
  'RUNNING',
  'KILLED',
  'FAILED',
  'LOST',
  'EXITED',
  'DECOMMISSIONED',
] as const;

/** One of {@link EXECUTOR_STATES}. All but LAUNCHING, RUNNING and DECOMMISSIONED end the executor. */
export type ExecutorState = (typeof EXECUTOR_STATES)[number];

/** The enumeration's class. */
export const EXECUTOR_STATE_CLASS = 'org.apache.spark.deploy.ExecutorState$';

/**
 * Whether drivers with these classes know a state: one that they do not know is an error to them. An enumeration that
 * shows no state at all keeps them in static fields, as those of Scala 2.13 do, where every state is known.
 */
export function knowsExecutorState(classes: ClassDescriptorSource, state: ExecutorState): boolean {
  const states = classes.descriptor(EXECUTOR_STATE_CLASS).fields.map(({ name }) => name);
  return !states.includes('RUNNING') || states.includes(state);
}

import { mesos } from '@spark-mesos/mesos-proto';

/** The states that Spark knows of a task (org.apache.spark.TaskState). */
export type SparkTaskState = 'LAUNCHING' | 'RUNNING' | 'FINISHED' | 'FAILED' | 'KILLED' | 'LOST';

const { TaskState } = mesos.v1;

const SPARK_STATES: ReadonlyMap<mesos.v1.TaskState, SparkTaskState> = new Map([
  [TaskState.TASK_STAGING, 'LAUNCHING'],
  [TaskState.TASK_STARTING, 'LAUNCHING'],
  [TaskState.TASK_RUNNING, 'RUNNING'],
  [TaskState.TASK_KILLING, 'RUNNING'],
  [TaskState.TASK_FINISHED, 'FINISHED'],
  [TaskState.TASK_FAILED, 'FAILED'],
  [TaskState.TASK_GONE, 'FAILED'],
  [TaskState.TASK_GONE_BY_OPERATOR, 'FAILED'],
  [TaskState.TASK_KILLED, 'KILLED'],
  [TaskState.TASK_LOST, 'LOST'],
  [TaskState.TASK_ERROR, 'LOST'],
  [TaskState.TASK_DROPPED, 'LOST'],
  [TaskState.TASK_UNKNOWN, 'LOST'],
  [TaskState.TASK_UNREACHABLE, 'LOST'],
]);

const MESOS_STATES: Readonly<Record<SparkTaskState, mesos.v1.TaskState>> = {
  LAUNCHING: TaskState.TASK_STARTING,
  RUNNING: TaskState.TASK_RUNNING,
  FINISHED: TaskState.TASK_FINISHED,
  FAILED: TaskState.TASK_FAILED,
  KILLED: TaskState.TASK_KILLED,
  LOST: TaskState.TASK_LOST,
};

/** Spark's state for one of Mesos (rule U130). A state that a newer Mesos invents counts as lost. */
export function toSparkTaskState(state: mesos.v1.TaskState): SparkTaskState {
  return SPARK_STATES.get(state) ?? 'LOST';
}

/** Mesos's state for one of Spark (rule U131). */
export function toMesosTaskState(state: SparkTaskState): mesos.v1.TaskState {
  return MESOS_STATES[state];
}

/** Whether a task in this state is over (rule U132). */
export function isFinished(state: SparkTaskState): boolean {
  return state === 'FINISHED' || state === 'KILLED' || isFailed(state);
}

/** Whether a task in this state has ended badly (rule U132). */
export function isFailed(state: SparkTaskState): boolean {
  return state === 'FAILED' || state === 'LOST';
}

/** Whether the agent is cut off but the task may come back: lost only after a while (rule U133). */
export function isUnreachable(state: mesos.v1.TaskState): boolean {
  return state === TaskState.TASK_UNREACHABLE;
}

/** The name of a Mesos state, for messages: 'TASK_FAILED'. */
export function taskStateName(state: mesos.v1.TaskState): string {
  return TaskState[state] ?? `state ${state}`;
}

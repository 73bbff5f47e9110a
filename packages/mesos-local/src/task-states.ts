import { mesos } from '@spark-mesos/mesos-proto';

const { TaskState } = mesos.v1;

const TERMINAL = new Set<mesos.v1.TaskState>([
  TaskState.TASK_FINISHED,
  TaskState.TASK_FAILED,
  TaskState.TASK_KILLED,
  TaskState.TASK_ERROR,
  TaskState.TASK_LOST,
  TaskState.TASK_DROPPED,
  TaskState.TASK_GONE,
  TaskState.TASK_GONE_BY_OPERATOR,
]);

/** Whether a task in this state is over. */
export function isTerminal(state: mesos.v1.TaskState): boolean {
  return TERMINAL.has(state);
}

/** `TASK_RUNNING` and the like, as they are written in JSON. */
export function taskStateName(state: mesos.v1.TaskState): string {
  return TaskState[state] ?? 'TASK_UNKNOWN';
}

import { asObject, type JsonObject, numberOf, objectOf, objectsOf, textOf } from '../../shared/json.ts';
import type { TaskStatusView, TaskView } from './task.ts';

/** Where a master keeps tasks, in its answer to GET_TASKS. */
const LISTS = ['tasks', 'completed_tasks', 'unreachable_tasks', 'orphan_tasks'] as const;

/** The updates of tasks with their messages, by the keys of the tasks. */
export type TaskMessages = ReadonlyMap<string, readonly JsonObject[]>;

/** Reads a master's answer to GET_TASKS. It never throws: what is not as it should be reads as nothing. */
export function parseTaskMessages(answer: unknown): TaskMessages {
  const root = objectOf(asObject(answer), 'get_tasks');
  return new Map(
    LISTS.flatMap((list) => objectsOf(root, list)).map((entry) => {
      const frameworkId = textOf(objectOf(entry, 'framework_id'), 'value');
      const taskId = textOf(objectOf(entry, 'task_id'), 'value');
      return [`${frameworkId}/${taskId}`, objectsOf(entry, 'statuses')];
    }),
  );
}

/** A task with the messages and reasons of its updates, which `/state` leaves out. */
export function withMessages(task: TaskView, messages: TaskMessages): TaskView {
  const told = messages.get(task.key);
  return told === undefined
    ? task
    : { ...task, statuses: task.statuses.map((status) => withMessage(status, told)) };
}

function withMessage(status: TaskStatusView, told: readonly JsonObject[]): TaskStatusView {
  const same = told.find(
    (other) =>
      textOf(other, 'state') === status.state &&
      // Both come from the same number, which the two answers may have rounded differently.
      Math.abs(numberOf(other, 'timestamp') * 1000 - status.timeMs) < 1,
  );
  if (same === undefined) return status;
  return {
    ...status,
    message: status.message || textOf(same, 'message'),
    reason: status.reason || textOf(same, 'reason'),
  };
}

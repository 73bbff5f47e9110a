import { useRef } from 'preact/hooks';
import { requestJson } from '../shared/request.ts';
import { usePolling } from '../shared/use-polling.ts';
import type { TaskView } from './model/task.ts';
import { parseTaskMessages, type TaskMessages, withMessages } from './model/task-messages.ts';

/** All there is to be told changes with the updates of the tasks, upon which they are asked for anew. */
const POLL_MS = 60_000;

/**
 * Adds the messages of updates to those tasks that `isWanted` names, as soon as the master has told them. A master
 * that does not tell them leaves the tasks as they are.
 */
export function useTaskMessages(
  tasks: readonly TaskView[],
  isWanted: (task: TaskView) => boolean,
): readonly TaskView[] {
  const last = useRef<TaskMessages>(new Map());
  const wanted = tasks.filter((task) => task.statuses.length > 0 && isWanted(task));
  const key = wanted.map((task) => `${task.key} ${task.statuses.length}`).join('\n');
  const { value } = usePolling(key === '' ? undefined : key, POLL_MS, async (signal) =>
    parseTaskMessages(await requestJson('api/v1', signal, { type: 'GET_TASKS' })),
  );
  // While the next answer is on its way, the last one still holds.
  if (value !== undefined) last.current = value;
  return tasks.map((task) => (isWanted(task) ? withMessages(task, last.current) : task));
}

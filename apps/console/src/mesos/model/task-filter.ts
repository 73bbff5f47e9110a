import type { TaskPhase, TaskView } from './task.ts';

/** Every phase, in the order of a task's life. */
export const TASK_PHASES: readonly TaskPhase[] = [
  'waiting',
  'running',
  'stopping',
  'finished',
  'failed',
  'killed',
  'lost',
];

/** What a reader looks for among tasks; empty fields let all through. */
export interface TaskFilter {
  /** Words that must all occur somewhere in what names the task. */
  readonly text: string;
  /** A phase; one that does not exist matches nothing. */
  readonly phase: string;
}

/** The tasks that match, in their order. */
export function filterTasks(tasks: readonly TaskView[], filter: TaskFilter): readonly TaskView[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && filter.phase === '') return tasks;
  return tasks.filter((task) => {
    if (filter.phase !== '' && task.phase !== filter.phase) return false;
    const haystack = searchText(task);
    return words.every((word) => haystack.includes(word));
  });
}

function searchText(task: TaskView): string {
  const labels = task.labels.map(({ key, value }) => `${key}=${value}`);
  return [
    task.name,
    task.id,
    task.state,
    task.frameworkName,
    task.frameworkId,
    task.agentHostname,
    task.agentId,
    task.role,
    ...labels,
  ]
    .join(' ')
    .toLowerCase();
}

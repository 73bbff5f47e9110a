import { asObject, type JsonObject, objectsOf, textOf } from '../../shared/json.ts';

/** Whose sandbox is asked for: an executor's, or that of a task inside it. */
export interface SandboxTarget {
  readonly agentId: string;
  readonly frameworkId: string;
  readonly executorId: string;
  readonly taskId: string;
}

/** Where a sandbox lies on its agent. */
export interface SandboxPlace {
  readonly directory: string;
  /** The executor still runs, so its logs may still grow. */
  readonly running: boolean;
}

/**
 * Finds a sandbox in an agent's `/state`; undefined where the agent does not know the executor (yet, or any more).
 * Of several runs of one executor the one that runs wins, then the last one that ended.
 */
export function findSandbox(agentState: unknown, target: SandboxTarget): SandboxPlace | undefined {
  const root = asObject(agentState);
  const frameworks = [...objectsOf(root, 'frameworks'), ...objectsOf(root, 'completed_frameworks')].filter(
    (framework) => textOf(framework, 'id') === target.frameworkId,
  );
  const running = frameworks.flatMap((framework) => objectsOf(framework, 'executors'));
  const ended = frameworks.flatMap((framework) => objectsOf(framework, 'completed_executors')).reverse();
  for (const executor of [...running, ...ended]) {
    if (textOf(executor, 'id') !== target.executorId) continue;
    const directory = directoryOf(executor, target.taskId);
    if (directory !== '') return { directory, running: running.includes(executor) };
  }
  return undefined;
}

/** Tasks of the default executor have a sandbox of their own inside the executor's (Mesos's `tasks/<id>`). */
function directoryOf(executor: JsonObject, taskId: string): string {
  const directory = textOf(executor, 'directory');
  const nested = textOf(executor, 'type') === 'DEFAULT' && taskId !== '' && taskId !== textOf(executor, 'id');
  return nested && directory !== '' ? `${directory}/tasks/${taskId}` : directory;
}

import type { mesos } from '@spark-mesos/mesos-proto';
import type { FrameworkId, TaskId } from '../ids.ts';
import type { AgentState } from './agent-state.ts';
import { killCustomTask } from './custom-executors.ts';
import { shutdownCustomExecutor } from './executor-ends.ts';
import { type ContainerRun, type ExecutorRecord, MAX_COMPLETED_FRAMEWORKS } from './model.ts';
import { killGroupTask } from './task-groups.ts';
import { killTask, terminate } from './task-processes.ts';

/** The KILL of a task, whatever runs it. */
export function kill(
  state: AgentState,
  executor: ExecutorRecord,
  taskId: TaskId,
  killPolicy?: mesos.v1.IKillPolicy,
): void {
  const task = executor.tasks.get(taskId);
  if (task === undefined) return;
  if (executor.kind === 'custom') killCustomTask(state, executor, task, killPolicy);
  else if (executor.kind === 'group') killGroupTask(state, executor, task, killPolicy);
  else if (task.run !== undefined) killTask(state, task.run, task, killPolicy);
}

/** The end of an executor and of its tasks. */
export function shutdownExecutor(state: AgentState, executor: ExecutorRecord): void {
  if (executor.kind === 'custom') {
    shutdownCustomExecutor(state, executor);
    return;
  }
  for (const task of executor.tasks.values()) kill(state, executor, task.id);
}

/** A framework is over: all that it runs here ends, and nobody hears of it. */
export function shutdownFramework(state: AgentState, frameworkId: FrameworkId): void {
  const framework = state.frameworks.get(frameworkId);
  if (framework === undefined) return;
  framework.isOver = true;
  state.streams.dropFramework(frameworkId);
  for (const executor of framework.executors.values()) {
    if (executor.kind === 'custom') shutdownCustomExecutor(state, executor);
    else for (const { run } of executor.tasks.values()) if (run !== undefined) endQuietly(state, run);
  }
  const ended = [...state.frameworks.values()].filter(
    ({ isOver, executors }) => isOver && executors.size === 0,
  );
  for (const old of ended.slice(0, -MAX_COMPLETED_FRAMEWORKS)) state.frameworks.delete(old.id);
}

/** Nobody is left to hear how it ended. */
function endQuietly(state: AgentState, run: ContainerRun): void {
  if (run.phase === 'ended') return;
  if (run.phase !== 'preparing') {
    terminate(state, run, undefined);
    return;
  }
  run.phase = 'killing';
  state.signal(run, 'SIGKILL');
}

import type { ExecutorId } from '../ids.ts';
import type { AgentMessage } from '../master/messages.ts';
import { type AgentState, newAgentTask } from './agent-state.ts';
import { giveTask, launchExecutor } from './custom-executors.ts';
import type { AgentFrameworkRecord, ExecutorKind, ExecutorRecord } from './model.ts';
import { runGroup } from './task-groups.ts';
import { launchTask } from './task-processes.ts';

type Launch = Extract<AgentMessage, { kind: 'run-task' | 'run-task-group' }>;

function frameworkOf(state: AgentState, { frameworkId: id, framework: info }: Launch): AgentFrameworkRecord {
  const known = state.frameworks.get(id);
  if (known !== undefined) return known;
  const record = { id, info, executors: new Map(), isOver: false, completedExecutors: [] };
  state.frameworks.set(id, record);
  return record;
}

function newExecutor(
  state: AgentState,
  launch: Launch,
  { kind, info, id }: { kind: ExecutorKind; info: ExecutorRecord['info']; id: string },
): ExecutorRecord {
  const framework = frameworkOf(state, launch);
  const { workDir, agentId } = state.identity;
  const containerId = state.ids.containerId();
  const executor: ExecutorRecord = {
    kind,
    id: id as ExecutorId,
    containerId,
    frameworkId: launch.frameworkId,
    info,
    role: launch.role,
    directory: `${workDir}/slaves/${agentId}/frameworks/${launch.frameworkId}/executors/${id}/runs/${containerId}`,
    tasks: new Map(),
    run: undefined,
    streamId: undefined,
    isRegistered: false,
    isTerminating: false,
  };
  framework.executors.set(executor.id, executor);
  return executor;
}

/** A task comes: it is a command, or for an executor that may have to be started first. */
export function runTask(state: AgentState, message: Extract<AgentMessage, { kind: 'run-task' }>): void {
  const { frameworkId, task: info } = message;
  if (!info.executor) {
    const executor = newExecutor(state, message, { kind: 'command', info: undefined, id: info.taskId.value });
    const task = newAgentTask(info);
    executor.tasks.set(task.id, task);
    launchTask(state, executor, task);
    return;
  }
  const executorId = info.executor.executorId.value as ExecutorId;
  let executor = state.executor(frameworkId, executorId);
  if (executor === undefined) {
    executor = newExecutor(state, message, { kind: 'custom', info: info.executor, id: executorId });
    launchExecutor(state, executor);
  }
  giveTask(state, executor, info);
}

/** A group of tasks comes for the built-in default executor. */
export function runTaskGroup(
  state: AgentState,
  message: Extract<AgentMessage, { kind: 'run-task-group' }>,
): void {
  const { frameworkId, executor: info, tasks } = message;
  const executorId = info.executorId.value as ExecutorId;
  const executor =
    state.executor(frameworkId, executorId) ??
    newExecutor(state, message, { kind: 'group', info, id: executorId });
  runGroup(state, executor, tasks);
}

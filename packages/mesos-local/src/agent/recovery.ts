import { fromMesosJson, type JsonObject, mesos, toMesosJson } from '@spark-mesos/mesos-proto';
import type { ContainerId, ExecutorId, FrameworkId, TaskId } from '../ids.ts';
import { isTerminal } from '../task-states.ts';
import { type AgentState, newAgentTask } from './agent-state.ts';
import { startChecks } from './checks.ts';
import { awaitSubscription } from './executor-deadlines.ts';
import type { AgentTask, ContainerPhase, ContainerRun, ExecutorKind, ExecutorRecord } from './model.ts';
import { killKey } from './task-processes.ts';

const { ExecutorInfo, FrameworkInfo, TaskInfo, TaskStatus } = mesos.v1;
const DEFAULT_REREGISTRATION_TIMEOUT_MS = 2000;

interface RunCheckpoint {
  readonly id: string;
  readonly directory: string;
  readonly phase: ContainerPhase;
  readonly pid?: number;
  readonly killAtMs?: number;
}

interface TaskCheckpoint {
  readonly info: JsonObject;
  readonly groupId?: string;
  readonly state: number;
  readonly statuses: readonly JsonObject[];
  readonly isDelivered: boolean;
  readonly isUnhealthy: boolean;
  readonly run?: RunCheckpoint;
}

interface ExecutorCheckpoint {
  readonly kind: ExecutorKind;
  readonly id: string;
  readonly containerId: string;
  readonly info?: JsonObject;
  readonly role: string;
  readonly directory: string;
  readonly isRegistered: boolean;
  readonly isTerminating: boolean;
  readonly run?: RunCheckpoint;
  readonly tasks: readonly TaskCheckpoint[];
}

interface FrameworkCheckpoint {
  readonly id: string;
  readonly info: JsonObject;
  readonly isOver: boolean;
  readonly executors: readonly ExecutorCheckpoint[];
  readonly completedExecutors: readonly ExecutorCheckpoint[];
}

/** What an agent writes down so that another can go on where it stopped; plain JSON. */
export interface AgentCheckpoint {
  readonly frameworks: readonly FrameworkCheckpoint[];
  readonly updates: readonly { readonly frameworkId: string; readonly statuses: readonly JsonObject[] }[];
  /** Processes of frameworks that have asked for no checkpoint: they do not outlive the agent. */
  readonly strays: readonly string[];
}

/** All of an agent that is to outlive it. */
export function checkpointOf(state: AgentState): AgentCheckpoint {
  const kept = [...state.frameworks.values()].filter(({ info }) => info.checkpoint);
  const ids = new Set(kept.map(({ id }) => id));
  const executorOf = (executor: ExecutorRecord) => executorCheckpoint(state, executor);
  return {
    frameworks: kept.map(({ id, info, isOver, executors, completedExecutors }) => ({
      id,
      info: toMesosJson(FrameworkInfo, info),
      isOver,
      executors: [...executors.values()].map(executorOf),
      completedExecutors: completedExecutors.map(executorOf),
    })),
    updates: state.streams
      .waiting()
      .filter(({ frameworkId }) => ids.has(frameworkId))
      .map(({ frameworkId, statuses }) => ({ frameworkId, statuses: statuses.map(statusJson) })),
    strays: [...state.runs.values()]
      .filter(({ executor }) => !ids.has(executor.frameworkId))
      .map(({ id }) => id),
  };
}

function statusJson(status: mesos.v1.ITaskStatus): JsonObject {
  return toMesosJson(TaskStatus, status);
}

function runCheckpoint(state: AgentState, run: ContainerRun | undefined): { run?: RunCheckpoint } {
  if (run === undefined) return {};
  const { id, directory, phase, pid } = run;
  const killAtMs = state.deadlines.get(killKey(run));
  return {
    run: {
      id,
      directory,
      phase,
      ...(pid !== undefined && { pid }),
      ...(killAtMs !== undefined && { killAtMs }),
    },
  };
}

function executorCheckpoint(state: AgentState, executor: ExecutorRecord): ExecutorCheckpoint {
  const { kind, id, containerId, info, role, directory, isRegistered, isTerminating } = executor;
  return {
    kind,
    id,
    containerId,
    ...(info && { info: toMesosJson(ExecutorInfo, info) }),
    role,
    directory,
    isRegistered,
    isTerminating,
    ...runCheckpoint(state, executor.run),
    tasks: [...executor.tasks.values()].map((task) => ({
      info: toMesosJson(TaskInfo, task.info),
      ...(task.groupId !== undefined && { groupId: task.groupId }),
      state: task.state,
      statuses: task.statuses.map(statusJson),
      isDelivered: task.isDelivered,
      isUnhealthy: task.isUnhealthy,
      ...runCheckpoint(state, task.run),
    })),
  };
}

/** Goes on with what a former agent has written down. */
export function recoverAgent(state: AgentState, checkpoint: AgentCheckpoint): void {
  for (const saved of checkpoint.frameworks) {
    const id = saved.id as FrameworkId;
    const framework = {
      id,
      info: fromMesosJson(FrameworkInfo, saved.info),
      isOver: saved.isOver,
      executors: new Map<ExecutorId, ExecutorRecord>(),
      completedExecutors: saved.completedExecutors.map((executor) => recoverExecutor(state, id, executor)),
    };
    state.frameworks.set(id, framework);
    for (const one of saved.executors) {
      const executor = recoverExecutor(state, id, one);
      framework.executors.set(executor.id, executor);
    }
    for (const executor of framework.executors.values()) resume(state, executor);
  }
  for (const { frameworkId, statuses } of checkpoint.updates) {
    for (const status of statuses) {
      state.streams.restore(frameworkId as FrameworkId, fromMesosJson(TaskStatus, status));
    }
  }
  for (const containerId of checkpoint.strays) {
    state.emit({ kind: 'signal', containerId: containerId as ContainerId, signal: 'SIGKILL' });
  }
}

function recoverExecutor(
  state: AgentState,
  frameworkId: FrameworkId,
  saved: ExecutorCheckpoint,
): ExecutorRecord {
  const executor: ExecutorRecord = {
    kind: saved.kind,
    id: saved.id as ExecutorId,
    containerId: saved.containerId as ContainerId,
    frameworkId,
    info: saved.info && fromMesosJson(ExecutorInfo, saved.info),
    role: saved.role,
    directory: saved.directory,
    tasks: new Map(),
    run: undefined,
    streamId: undefined,
    isRegistered: saved.isRegistered,
    isTerminating: saved.isTerminating,
  };
  for (const one of saved.tasks) {
    const info = fromMesosJson(TaskInfo, one.info);
    const task: AgentTask = {
      ...newAgentTask(info, one.groupId),
      state: one.state,
      statuses: one.statuses.map((status) => fromMesosJson(TaskStatus, status)),
      isDelivered: one.isDelivered,
      isUnhealthy: one.isUnhealthy,
    };
    executor.tasks.set(info.taskId.value as TaskId, task);
    if (one.run !== undefined) task.run = recoverRun(state, executor, task, one.run);
  }
  const own = saved.run;
  if (saved.kind === 'custom' && own !== undefined)
    executor.run = recoverRun(state, executor, undefined, own);
  if (saved.kind === 'command') executor.run = [...executor.tasks.values()][0]?.run;
  return executor;
}

function recoverRun(
  state: AgentState,
  executor: ExecutorRecord,
  task: AgentTask | undefined,
  saved: RunCheckpoint,
): ContainerRun {
  const { id, directory, phase, pid, killAtMs } = saved;
  const run: ContainerRun = {
    id: id as ContainerId,
    executor,
    task,
    directory,
    phase,
    pid,
    ending: undefined,
  };
  if (phase !== 'ended') state.runs.set(run.id, run);
  if (killAtMs !== undefined) state.deadlines.set(killKey(run), killAtMs);
  return run;
}

/** Processes are watched again; executors of a framework's own have to come back by themselves. */
function resume(state: AgentState, executor: ExecutorRecord): void {
  for (const task of executor.tasks.values()) {
    if (task.run?.phase === 'running' && !isTerminal(task.state)) startChecks(state, task.run, task);
  }
  if (executor.kind !== 'custom' || executor.isTerminating) return;
  const timeoutMs = state.settings.executorReregistrationTimeoutMs ?? DEFAULT_REREGISTRATION_TIMEOUT_MS;
  awaitSubscription(state, executor, timeoutMs);
}

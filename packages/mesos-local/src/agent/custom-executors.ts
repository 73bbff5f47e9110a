import { mesos } from '@spark-mesos/mesos-proto';
import { durationText } from '../duration-text.ts';
import type { TaskId } from '../ids.ts';
import { ResourceSet } from '../resources/resource-set.ts';
import { isTerminal } from '../task-states.ts';
import { type AgentState, liveTasks, newAgentTask } from './agent-state.ts';
import { executorEnvironment } from './environment.ts';
import { awaitSubscription, registrationTimeoutMs, subscribedInTime } from './executor-deadlines.ts';
import { shutdownCustomExecutor, shutdownGraceMs } from './executor-ends.ts';
import { sendEvent } from './executor-events.ts';
import { executorToken } from './executor-token.ts';
import type { AgentInput } from './messages.ts';
import type { AgentTask, ContainerRun, ExecutorRecord } from './model.ts';
import { agentStatus, executorContainerStatus, imageOf } from './task-status.ts';

const { TaskState } = mesos.v1;
const { Reason, Source } = mesos.v1.TaskStatus;
const { Type: EventType } = mesos.v1.executor.Event;
const { Type: CallType } = mesos.v1.executor.Call;

/** Starts an executor of the framework's own. */
export function launchExecutor(state: AgentState, executor: ExecutorRecord): void {
  const { info, containerId, directory } = executor;
  const framework = state.frameworkOf(executor);
  if (info === undefined || framework === undefined) return;
  const run: ContainerRun = {
    id: containerId,
    executor,
    task: undefined,
    directory,
    phase: 'preparing',
    pid: undefined,
    ending: undefined,
  };
  executor.run = run;
  state.runs.set(containerId, run);
  const command = info.command ?? {};
  const { executorSecretKey } = state.settings;
  const resources = ResourceSet.of(info.resources ?? []);
  state.linkVolumes(directory, info.resources);
  const graceMs = shutdownGraceMs(state, executor);
  const environment = executorEnvironment({
    identity: state.identity,
    frameworkId: executor.frameworkId,
    executorId: executor.id,
    directory,
    checkpoint: framework.info.checkpoint ?? false,
    command,
    shutdownGrace: durationText(graceMs),
    token:
      executorSecretKey === undefined
        ? undefined
        : executorToken({ cid: containerId, eid: executor.id, fid: executor.frameworkId }, executorSecretKey),
  });
  state.emit({
    kind: 'launch',
    launch: {
      containerId,
      directory,
      isNested: false,
      command,
      environment,
      user: command.user || framework.info.user || undefined,
      container: imageOf(info.container) === undefined ? undefined : (info.container ?? undefined),
      cpus: resources.quantityOf('cpus') / 1000,
      memMiB: resources.quantityOf('mem') / 1000,
      memLimitMiB: undefined,
    },
  });
  awaitSubscription(state, executor, registrationTimeoutMs(state));
}

/** A task for an executor: it gets it at once, or when it has subscribed. */
export function giveTask(state: AgentState, executor: ExecutorRecord, info: mesos.v1.ITaskInfo): void {
  const task = newAgentTask(info);
  executor.tasks.set(task.id, task);
  state.forgetOldTasks(executor);
  if (executor.isTerminating) {
    const reason = Reason.REASON_EXECUTOR_TERMINATED;
    state.update(executor, task.id, agentStatus(TaskState.TASK_LOST, 'Executor terminating', reason));
    return;
  }
  state.linkVolumes(executor.directory, info.resources);
  raiseMemoryLimit(state, executor);
  if (executor.isRegistered) deliver(state, executor, task);
}

/** An executor and its tasks may hold what they have asked for together. */
function raiseMemoryLimit(state: AgentState, executor: ExecutorRecord): void {
  const { run, info } = executor;
  if (run === undefined || !(state.settings.limitsMemory ?? true)) return;
  const resources = [info?.resources, ...liveTasks(executor).map((task) => task.info.resources)];
  const memLimitMiB =
    resources.reduce((sum, some) => sum + ResourceSet.of(some ?? []).quantityOf('mem'), 0) / 1000;
  if (memLimitMiB > 0) state.emit({ kind: 'raise-memory-limit', containerId: run.id, memLimitMiB });
}

function deliver(state: AgentState, executor: ExecutorRecord, task: AgentTask): void {
  if (executor.streamId === undefined) return;
  task.isDelivered = true;
  sendEvent(state, executor, { type: EventType.LAUNCH, launch: { task: task.info } });
}

type Subscription = Extract<AgentInput, { kind: 'executor-subscribed' }>;

/** The SUBSCRIBE call, the first or one after a break. */
export function subscribeExecutor(state: AgentState, input: Subscription): void {
  const { frameworkId, executorId, streamId, subscribe } = input;
  const executor = state.executor(frameworkId, executorId);
  if (executor === undefined || executor.isTerminating || state.frameworkOf(executor)?.isOver) {
    state.emit({ kind: 'send-executor', streamId, event: { type: EventType.SHUTDOWN } });
    state.emit({ kind: 'close-executor-stream', streamId });
    return;
  }
  if (executor.streamId !== undefined) {
    state.emit({ kind: 'close-executor-stream', streamId: executor.streamId });
  }
  const isFirst = !executor.isRegistered;
  executor.streamId = streamId;
  executor.isRegistered = true;
  subscribedInTime(state, executor);
  for (const { status } of subscribe.unacknowledgedUpdates ?? []) updateOfExecutor(state, executor, status);
  const known = new Set((subscribe.unacknowledgedTasks ?? []).map(({ taskId }) => taskId.value));
  if (!isFirst) dropUndelivered(state, executor, known);
  sendEvent(state, executor, {
    type: EventType.SUBSCRIBED,
    subscribed: {
      executorInfo: executor.info as mesos.v1.IExecutorInfo,
      frameworkInfo: state.frameworkOf(executor)?.info as mesos.v1.IFrameworkInfo,
      agentInfo: agentInfo(state),
      containerId: { value: executor.containerId },
    },
  });
  for (const task of liveTasks(executor)) if (!task.isDelivered) deliver(state, executor, task);
}

/** A task that was sent and that the executor has never got is lost. */
function dropUndelivered(state: AgentState, executor: ExecutorRecord, known: ReadonlySet<string>): void {
  const capabilities = state.frameworkOf(executor)?.info.capabilities ?? [];
  const { PARTITION_AWARE } = mesos.v1.FrameworkInfo.Capability.Type;
  const isAware = capabilities.some(({ type }) => type === PARTITION_AWARE);
  for (const task of liveTasks(executor)) {
    if (!task.isDelivered || task.state !== TaskState.TASK_STAGING || known.has(task.id)) continue;
    const lost = isAware ? TaskState.TASK_DROPPED : TaskState.TASK_LOST;
    const message = 'Task launched during agent restart';
    state.update(executor, task.id, agentStatus(lost, message, Reason.REASON_AGENT_RESTARTED));
  }
}

function agentInfo({ identity }: AgentState): mesos.v1.IAgentInfo {
  const resources = (identity.resources ?? []).map(({ role: _role, ...resource }) => resource);
  return {
    hostname: identity.hostname,
    port: identity.port,
    resources: resources as mesos.v1.IResource[],
    attributes: [...(identity.attributes ?? [])],
    id: { value: identity.agentId },
  };
}

/** The calls of an executor that has subscribed. */
export function executorCall(
  state: AgentState,
  executor: ExecutorRecord,
  call: mesos.v1.executor.ICall,
): void {
  if (call.type === CallType.UPDATE && call.update) updateOfExecutor(state, executor, call.update.status);
  if (call.type === CallType.MESSAGE && call.message) {
    const { frameworkId, id: executorId } = executor;
    state.emit({ kind: 'executor-message', frameworkId, executorId, data: call.message.data });
  }
}

/** An update goes on to the master; the executor hears at once that it has not to say it again. */
function updateOfExecutor(state: AgentState, executor: ExecutorRecord, status: mesos.v1.ITaskStatus): void {
  if (state.frameworkOf(executor)?.isOver) return;
  const taskId = status.taskId.value as TaskId;
  const task = executor.tasks.get(taskId);
  const uuid = status.uuid ?? new Uint8Array();
  const isKnown = task?.statuses.some((known) => known.uuid && Buffer.compare(known.uuid, uuid) === 0);
  if (!isKnown && !(task !== undefined && isTerminal(task.state))) {
    const { taskId: _taskId, ...fields } = status;
    const containerStatus = {
      ...executorContainerStatus(state.identity, executor),
      ...status.containerStatus,
    };
    state.update(executor, taskId, { ...fields, source: Source.SOURCE_EXECUTOR, containerStatus });
  }
  sendEvent(state, executor, {
    type: EventType.ACKNOWLEDGED,
    acknowledged: { taskId: { value: taskId }, uuid },
  });
}

/** Bytes from the framework; lost when the executor does not listen. */
export function messageToExecutor(state: AgentState, executor: ExecutorRecord, data: Uint8Array): void {
  sendEvent(state, executor, { type: EventType.MESSAGE, message: { data } });
}

/** The KILL of a task that an executor of somebody's own runs. */
export function killCustomTask(
  state: AgentState,
  executor: ExecutorRecord,
  task: AgentTask,
  killPolicy: mesos.v1.IKillPolicy | undefined,
): void {
  if (isTerminal(task.state)) return;
  if (executor.isRegistered || task.isDelivered) {
    const kill = { taskId: { value: task.id }, ...(killPolicy !== undefined && { killPolicy }) };
    sendEvent(state, executor, { type: EventType.KILL, kill });
    return;
  }
  const message = 'Killed before delivery to the executor';
  const reason = Reason.REASON_TASK_KILLED_DURING_LAUNCH;
  state.update(executor, task.id, agentStatus(TaskState.TASK_KILLED, message, reason));
  if (liveTasks(executor).length === 0) shutdownCustomExecutor(state, executor);
}

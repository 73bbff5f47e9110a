import { mesos } from '@spark-mesos/mesos-proto';
import type { AgentId, TaskId } from '../ids.ts';
import { isTerminal } from '../task-states.ts';
import { withDrainReason } from './drain-reason.ts';
import type { MasterState } from './master-state.ts';
import type { MasterInput } from './messages.ts';
import { type FrameworkRecord, MAX_COMPLETED_TASKS, type TaskRecord } from './model.ts';

const { Type: EventType } = mesos.v1.scheduler.Event;
const { PARTITION_AWARE } = mesos.v1.FrameworkInfo.Capability.Type;
const { TaskState } = mesos.v1;
const { Source, Reason } = mesos.v1.TaskStatus;

/** A status that the master makes itself: it has no uuid and must not be acknowledged. */
export function masterStatus(
  state: MasterState,
  taskId: string,
  fields: Omit<mesos.v1.ITaskStatus, 'taskId' | 'source' | 'timestamp'>,
): mesos.v1.ITaskStatus {
  return {
    taskId: { value: taskId },
    source: Source.SOURCE_MASTER,
    timestamp: state.nowMs / 1000,
    ...fields,
  };
}

/** Passes a status on to the framework. */
export function sendStatus(
  state: MasterState,
  framework: FrameworkRecord,
  status: mesos.v1.ITaskStatus,
): void {
  state.send(framework, { type: EventType.UPDATE, update: { status } });
}

/** The state that a framework knows for a task that is gone: one that minds partitions hears it exactly. */
export function lostStateFor(framework: FrameworkRecord, exact: mesos.v1.TaskState): mesos.v1.TaskState {
  return framework.capabilities.has(PARTITION_AWARE) ? exact : TaskState.TASK_LOST;
}

/** Keeps one status for each state, as `/state` shows them, without the bytes that only its receiver needs. */
export function rememberStatus(task: TaskRecord, status: mesos.v1.ITaskStatus): void {
  const { data: _data, ...kept } = status;
  if (task.statuses.at(-1)?.state === status.state) task.statuses.pop();
  task.statuses.push(kept);
  task.lastStatus = status;
}

/** Tells people and operators of a new status of a task. */
export function reportStatus(state: MasterState, task: TaskRecord, status: mesos.v1.ITaskStatus): void {
  state.report({
    kind: 'task-updated',
    frameworkId: task.frameworkId,
    taskId: task.id,
    state: status.state,
    message: status.message ?? undefined,
  });
}

/** Gives a task's resources back; they are offered again with the next cycle. */
export function dischargeTask(state: MasterState, task: TaskRecord): void {
  if (!task.charged) return;
  task.charged = false;
  const { frameworkId, agentId, role, resources } = task;
  state.allocator.recover({ frameworkId, agentId, role, resources });
}

/** The task is over and its framework knows. */
export function completeTask(state: MasterState, framework: FrameworkRecord, task: TaskRecord): void {
  dischargeTask(state, task);
  framework.tasks.delete(task.id);
  state.agents.get(task.agentId)?.tasks.delete(task);
  framework.completedTasks.push(task);
  if (framework.completedTasks.length > MAX_COMPLETED_TASKS) framework.completedTasks.shift();
  state.report({ kind: 'task-completed', frameworkId: framework.id, taskId: task.id });
}

/** An update of an agent: the books first, then the framework, if it listens; the agent tries again. */
export function taskUpdate(state: MasterState, update: Extract<MasterInput, { kind: 'task-update' }>): void {
  const framework = state.frameworks.get(update.frameworkId);
  if (framework === undefined || !state.agents.has(update.agentId)) return;
  const status = withDrainReason(state, update.agentId, update.status);
  const task = framework.tasks.get(status.taskId.value as TaskId);
  if (task !== undefined && task.agentId === update.agentId) {
    const isNew = !sameBytes(task.lastStatus?.uuid, status.uuid);
    task.state = update.latestState;
    if (isTerminal(update.latestState)) dischargeTask(state, task);
    rememberStatus(task, status);
    if (isNew) {
      reportStatus(state, task, status);
    }
  }
  sendStatus(state, framework, status);
}

function sameBytes(left: Uint8Array | null | undefined, right: Uint8Array | null | undefined): boolean {
  return left !== null && left !== undefined && right !== null && right !== undefined
    ? Buffer.compare(left, right) === 0
    : false;
}

/** The ACKNOWLEDGE call; the acknowledgement of a terminal update ends the task. */
export function acknowledge(
  state: MasterState,
  framework: FrameworkRecord,
  call: mesos.v1.scheduler.Call.IAcknowledge,
): void {
  const agentId = call.agentId.value as AgentId;
  if (!state.agents.get(agentId)?.connected) return;
  const taskId = call.taskId.value as TaskId;
  const task = framework.tasks.get(taskId);
  if (task !== undefined && task.agentId === agentId) {
    const last = task.lastStatus;
    if (last !== undefined && isTerminal(last.state) && sameBytes(last.uuid, call.uuid)) {
      completeTask(state, framework, task);
    }
  }
  state.tell(agentId, { kind: 'acknowledge', frameworkId: framework.id, taskId, uuid: call.uuid });
}

/** The KILL call; for a task that nobody knows the answer is what reconciliation would say. */
export function kill(
  state: MasterState,
  framework: FrameworkRecord,
  call: mesos.v1.scheduler.Call.IKill,
): void {
  const taskId = call.taskId.value as TaskId;
  const task = framework.tasks.get(taskId);
  if (task === undefined) {
    reconcileOne(state, framework, taskId, call.agentId?.value as AgentId | undefined);
    return;
  }
  if (call.agentId && call.agentId.value !== task.agentId) return;
  state.tell(task.agentId, {
    kind: 'kill-task',
    frameworkId: framework.id,
    taskId,
    killPolicy: call.killPolicy ?? undefined,
  });
}

/** The RECONCILE call: an empty list asks for every task. */
export function reconcile(
  state: MasterState,
  framework: FrameworkRecord,
  call: mesos.v1.scheduler.Call.IReconcile,
): void {
  const asked = call.tasks ?? [];
  if (asked.length === 0) {
    for (const task of framework.tasks.values()) sendLatest(state, framework, task);
    return;
  }
  for (const { taskId, agentId } of asked) {
    reconcileOne(state, framework, taskId.value as TaskId, agentId?.value as AgentId | undefined);
  }
}

function sendLatest(state: MasterState, framework: FrameworkRecord, task: TaskRecord): void {
  const { lastStatus } = task;
  const status = masterStatus(state, task.id, {
    state: lastStatus?.state ?? task.state,
    message: 'Reconciliation: Latest task state',
    reason: Reason.REASON_RECONCILIATION,
    agentId: { value: task.agentId },
    ...(task.info.executor && { executorId: task.info.executor.executorId }),
    ...(lastStatus?.containerStatus && { containerStatus: lastStatus.containerStatus }),
  });
  sendStatus(state, framework, status);
}

function reconcileOne(
  state: MasterState,
  framework: FrameworkRecord,
  taskId: TaskId,
  agentId: AgentId | undefined,
): void {
  const task = framework.tasks.get(taskId);
  if (task !== undefined) {
    sendLatest(state, framework, task);
    return;
  }
  // It may be on an agent that has yet to find this master: no answer, the framework asks again.
  const { recoveredAgents } = state;
  if (agentId === undefined ? recoveredAgents.size > 0 : recoveredAgents.has(agentId)) return;
  const reason = Reason.REASON_RECONCILIATION;
  const where = agentId === undefined ? {} : { agentId: { value: agentId } };
  const unreachableSince = agentId === undefined ? undefined : state.unreachableAgents.get(agentId);
  let fields: Omit<mesos.v1.ITaskStatus, 'taskId' | 'source' | 'timestamp'>;
  if (agentId !== undefined && state.agents.has(agentId)) {
    const exact = lostStateFor(framework, TaskState.TASK_GONE);
    fields = { state: exact, message: 'Reconciliation: Task is unknown to the agent', reason, ...where };
  } else if (unreachableSince !== undefined) {
    const exact = lostStateFor(framework, TaskState.TASK_UNREACHABLE);
    const unreachableTime = { nanoseconds: unreachableSince * 1e6 };
    fields = {
      state: exact,
      message: 'Reconciliation: Task is unreachable',
      reason,
      ...where,
      unreachableTime,
    };
  } else {
    const exact = lostStateFor(framework, TaskState.TASK_UNKNOWN);
    fields = { state: exact, message: 'Reconciliation: Task is unknown', reason, ...where };
  }
  sendStatus(state, framework, masterStatus(state, taskId, fields));
}

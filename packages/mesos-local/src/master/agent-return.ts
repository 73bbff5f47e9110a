import { mesos } from '@spark-mesos/mesos-proto';
import type { AgentId, TaskId } from '../ids.ts';
import { ResourceSet } from '../resources/resource-set.ts';
import { isTerminal } from '../task-states.ts';
import { addAgent, agentLostKey } from './agents.ts';
import { applyDeactivation, isBarred } from './draining.ts';
import { addExecutor, findExecutor, removeExecutor } from './executors.ts';
import type { MasterState } from './master-state.ts';
import { type AgentTaskReport, executorIdOf, type MasterInput } from './messages.ts';
import type { AgentRecord, FrameworkRecord } from './model.ts';
import { makeOffers } from './offers.ts';
import { recoverFrameworks } from './recovery.ts';
import { completeTask, lostStateFor, masterStatus, rememberStatus, sendStatus } from './tasks.ts';

const { TaskState } = mesos.v1;
const { Reason } = mesos.v1.TaskStatus;

type Return = Extract<MasterInput, { kind: 'agent-reregistered' }>;

/**
 * An agent that was here before comes back, with the tasks that live on it: after a restart of its own,
 * after it was given up as unreachable, or after a restart of the master.
 */
export function agentReregistered(state: MasterState, input: Return): void {
  const { agentId } = input;
  if (isBarred(state, agentId, input.agent)) {
    state.shutdownAgent(agentId);
    return;
  }
  state.deadlines.delete(agentLostKey(agentId));
  state.recoveredAgents.delete(agentId);
  const known = state.agents.get(agentId);
  const agent = known ?? addAgent(state, agentId, input.agent);
  if (known !== undefined) {
    known.connected = true;
    state.allocator.setAgentActive(agentId, true);
    forgetUnreported(state, known, input);
  }
  recoverFrameworks(state, input.frameworks);
  for (const report of input.executors) takeInExecutor(state, agent, report);
  for (const report of input.tasks) takeInTask(state, agent, report);
  for (const framework of state.frameworks.values()) closeUnreachable(state, framework, agentId);
  for (const { frameworkId } of input.frameworks) {
    if (state.removedFrameworkIds.has(frameworkId))
      state.tell(agentId, { kind: 'shutdown-framework', frameworkId });
    else if (state.frameworks.get(frameworkId)?.streamId !== undefined)
      state.tell(agentId, { kind: 'framework-listens', frameworkId });
  }
  applyDeactivation(state, agentId);
  state.report({ kind: 'agent-registered', agentId });
  makeOffers(state, [agentId]);
}

/** What the agent does not know any more has ended without a word. */
function forgetUnreported(state: MasterState, agent: AgentRecord, { tasks, executors }: Return): void {
  const reported = new Set(tasks.map(({ frameworkId, info }) => `${frameworkId} ${info.taskId.value}`));
  for (const task of [...agent.tasks]) {
    const framework = state.frameworks.get(task.frameworkId);
    if (framework === undefined || reported.has(`${task.frameworkId} ${task.id}`)) continue;
    const status = masterStatus(state, task.id, {
      state: lostStateFor(framework, TaskState.TASK_DROPPED),
      message: 'Reconciliation: task unknown to the agent',
      reason: Reason.REASON_RECONCILIATION,
      agentId: { value: agent.id },
    });
    task.state = status.state;
    rememberStatus(task, status);
    completeTask(state, framework, task);
    sendStatus(state, framework, status);
  }
  const kept = new Set(executors.map(({ frameworkId, info }) => `${frameworkId} ${info.executorId.value}`));
  for (const executor of [...agent.executors.values()]) {
    if (!kept.has(`${executor.frameworkId} ${executor.id}`)) removeExecutor(state, executor);
  }
}

function takeInExecutor(
  state: MasterState,
  agent: AgentRecord,
  { frameworkId, role, info }: Return['executors'][number],
): void {
  const framework = state.frameworks.get(frameworkId);
  const task = { taskId: { value: '' }, executor: info } as mesos.v1.ITaskInfo;
  if (framework === undefined || findExecutor(agent, frameworkId, executorIdOf(task))) return;
  const { resources } = addExecutor(framework, agent, role, info);
  state.allocator.charge({ frameworkId, agentId: agent.id, role, resources });
}

function takeInTask(state: MasterState, agent: AgentRecord, report: AgentTaskReport): void {
  const { frameworkId, role, info } = report;
  const framework = state.frameworks.get(frameworkId);
  const id = info.taskId.value as TaskId;
  if (framework === undefined || framework.tasks.has(id)) return;
  const lost = framework.unreachableTasks.get(id);
  const task = lost ?? {
    id,
    info,
    frameworkId,
    agentId: agent.id,
    role,
    resources: ResourceSet.of(info.resources ?? []),
    state: report.state,
    charged: false,
    lastStatus: undefined,
    statuses: [],
  };
  task.state = report.state;
  task.charged = !isTerminal(report.state);
  task.lastStatus = report.lastStatus;
  framework.unreachableTasks.delete(id);
  framework.tasks.set(id, task);
  agent.tasks.add(task);
  const { resources } = task;
  if (task.charged) state.allocator.charge({ frameworkId, agentId: agent.id, role, resources });
  if (lost === undefined) return;
  const status = masterStatus(state, id, {
    state: report.state,
    message: 'Unreachable agent re-reregistered',
    reason: Reason.REASON_AGENT_REREGISTERED,
    agentId: { value: agent.id },
    ...(info.executor && { executorId: info.executor.executorId }),
    ...(report.lastStatus?.containerStatus && { containerStatus: report.lastStatus.containerStatus }),
  });
  rememberStatus(task, { ...status, uuid: report.lastStatus?.uuid ?? null });
  sendStatus(state, framework, status);
}

/** Tasks that were unreachable and that the agent has not brought back will not come back any more. */
function closeUnreachable(state: MasterState, framework: FrameworkRecord, agentId: AgentId): void {
  for (const task of [...framework.unreachableTasks.values()]) {
    if (task.agentId !== agentId) continue;
    framework.unreachableTasks.delete(task.id);
    task.state = lostStateFor(framework, TaskState.TASK_GONE);
    completeTask(state, framework, task);
  }
}

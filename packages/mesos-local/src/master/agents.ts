import { mesos } from '@spark-mesos/mesos-proto';
import type { AgentId } from '../ids.ts';
import { removeExecutor } from './executors.ts';
import { type MasterState, timesOf } from './master-state.ts';
import type { MasterInput } from './messages.ts';
import type { AgentDescription, AgentRecord, FrameworkRecord } from './model.ts';
import { makeOffers, rescindOffer } from './offers.ts';
import {
  completeTask,
  dischargeTask,
  lostStateFor,
  masterStatus,
  rememberStatus,
  reportStatus,
  sendStatus,
} from './tasks.ts';

const { Type: EventType } = mesos.v1.scheduler.Event;
const { TaskState } = mesos.v1;
const { Reason } = mesos.v1.TaskStatus;

/** A new agent: its resources are offered at once. */
export function agentRegistered(
  state: MasterState,
  { agentId, agent }: Extract<MasterInput, { kind: 'agent-registered' }>,
): void {
  addAgent(state, agentId, agent);
  state.report({ kind: 'agent-registered', agentId });
  makeOffers(state, [agentId]);
}

/** An agent is there, be it for the first time or again. */
export function addAgent(state: MasterState, agentId: AgentId, agent: AgentDescription): AgentRecord {
  const record: AgentRecord = {
    ...agent,
    id: agentId,
    registeredAtMs: state.nowMs,
    connected: true,
    tasks: new Set(),
    executors: new Map(),
    offers: new Map(),
  };
  state.agents.set(agentId, record);
  state.unreachableAgents.delete(agentId);
  state.allocator.addAgent(agentId, agent.resources);
  return record;
}

/** The key of the time at which a disconnected agent is given up. */
export function agentLostKey(agentId: AgentId): string {
  return `agent-lost ${agentId}`;
}

/** The agent's connection broke: offers of it are void, and tasks without checkpoint are lost at once. */
export function agentDisconnected(state: MasterState, agentId: AgentId): void {
  const agent = state.agents.get(agentId);
  if (agent === undefined || !agent.connected) return;
  agent.connected = false;
  state.allocator.setAgentActive(agentId, false);
  for (const offer of [...agent.offers.values()]) rescindOffer(state, offer);
  for (const task of [...agent.tasks]) {
    const framework = state.frameworks.get(task.frameworkId);
    if (framework === undefined || framework.info.checkpoint) continue;
    const status = masterStatus(state, task.id, {
      state: TaskState.TASK_LOST,
      message: `Agent ${agent.hostname} disconnected`,
      reason: Reason.REASON_AGENT_DISCONNECTED,
      agentId: { value: agentId },
    });
    task.state = TaskState.TASK_LOST;
    rememberStatus(task, status);
    reportStatus(state, task, status);
    completeTask(state, framework, task);
    sendStatus(state, framework, status);
  }
  for (const executor of [...agent.executors.values()]) {
    if (!state.frameworks.get(executor.frameworkId)?.info.checkpoint) removeExecutor(state, executor);
  }
  const { agentPingTimeoutMs, maxAgentPingTimeouts } = timesOf(state.settings);
  state.deadlines.set(agentLostKey(agentId), state.nowMs + agentPingTimeoutMs * maxAgentPingTimeouts);
  state.report({ kind: 'agent-disconnected', agentId });
}

/** The agent is given up: every task on it is lost, and every framework hears that it failed. */
export function agentRemoved(
  state: MasterState,
  { agentId, how }: Extract<MasterInput, { kind: 'agent-removed' }>,
): void {
  const agent = state.agents.get(agentId);
  if (agent === undefined) return;
  state.deadlines.delete(agentLostKey(agentId));
  if (how === 'unreachable') state.unreachableAgents.set(agentId, state.nowMs);
  for (const offer of [...agent.offers.values()]) rescindOffer(state, offer);
  for (const task of [...agent.tasks]) loseTask(state, agent, task, how);
  for (const executor of [...agent.executors.values()]) removeExecutor(state, executor);
  state.agents.delete(agentId);
  state.allocator.removeAgent(agentId);
  for (const framework of state.frameworks.values()) {
    state.send(framework, { type: EventType.FAILURE, failure: { agentId: { value: agentId } } });
  }
  state.report({ kind: 'agent-removed', agentId });
}

/** What a framework is told of a task that went with its agent. */
function lossOf(
  framework: FrameworkRecord,
  agent: AgentRecord,
  how: 'unreachable' | 'unregistered' | 'gone',
): Pick<mesos.v1.ITaskStatus, 'state' | 'message' | 'reason'> {
  switch (how) {
    case 'unreachable': {
      const state = lostStateFor(framework, TaskState.TASK_UNREACHABLE);
      return { state, message: 'health check timed out', reason: Reason.REASON_AGENT_REMOVED };
    }
    case 'gone': {
      const state = lostStateFor(framework, TaskState.TASK_GONE_BY_OPERATOR);
      const message = 'Agent marked gone by operator';
      return { state, message, reason: Reason.REASON_AGENT_REMOVED_BY_OPERATOR };
    }
    case 'unregistered': {
      const message = `Agent ${agent.hostname} removed: the agent unregistered`;
      return { state: TaskState.TASK_LOST, message, reason: Reason.REASON_AGENT_REMOVED };
    }
  }
}

function loseTask(
  state: MasterState,
  agent: AgentRecord,
  task: AgentRecord['tasks'] extends Set<infer T> ? T : never,
  how: 'unreachable' | 'unregistered' | 'gone',
): void {
  const framework = state.frameworks.get(task.frameworkId);
  if (framework === undefined) return;
  const isUnreachable = how === 'unreachable';
  const status = masterStatus(state, task.id, {
    ...lossOf(framework, agent, how),
    agentId: { value: agent.id },
    ...(isUnreachable && { unreachableTime: { nanoseconds: state.nowMs * 1e6 } }),
  });
  task.state = status.state;
  rememberStatus(task, status);
  reportStatus(state, task, status);
  if (isUnreachable) {
    dischargeTask(state, task);
    framework.tasks.delete(task.id);
    agent.tasks.delete(task);
    framework.unreachableTasks.set(task.id, task);
  } else {
    completeTask(state, framework, task);
  }
  sendStatus(state, framework, status);
}

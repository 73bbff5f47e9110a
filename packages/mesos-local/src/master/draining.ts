import { mesos, toSafeNumber } from '@spark-mesos/mesos-proto';
import type { AgentId } from '../ids.ts';
import { isTerminal } from '../task-states.ts';
import { agentRemoved } from './agents.ts';
import { machineOf } from './machines.ts';
import type { MasterState } from './master-state.ts';
import type { AgentDescription, TaskRecord } from './model.ts';
import { makeOffers, rescindOffer } from './offers.ts';

const { DrainState } = mesos.v1;

/** What a task has to end when neither it nor anybody else says more. */
const DEFAULT_GRACE_NS = 3e9;

function isKnown(state: MasterState, agentId: AgentId): boolean {
  return (
    state.agents.has(agentId) || state.unreachableAgents.has(agentId) || state.recoveredAgents.has(agentId)
  );
}

/** Why an agent cannot be drained, in Mesos's words. */
export function drainProblem(state: MasterState, agentId: AgentId): string | undefined {
  const agent = state.agents.get(agentId);
  if (agent !== undefined && machineOf(state, agent) !== undefined) {
    return `Agent ${agentId} is part of a maintenance schedule under Machine ${agent.hostname} (${agent.ip})`;
  }
  return isKnown(state, agentId) ? undefined : 'Unknown agent';
}

/** Why an agent cannot be deactivated. */
export function deactivateProblem(state: MasterState, agentId: AgentId): string | undefined {
  return isKnown(state, agentId) ? undefined : 'Unknown agent';
}

/** Why an agent cannot be reactivated. */
export function reactivateProblem(state: MasterState, agentId: AgentId): string | undefined {
  if (!state.operator.deactivatedAgents.has(agentId)) return 'Agent is not deactivated';
  const isDraining = state.operator.draining.get(agentId)?.state === DrainState.DRAINING;
  return isDraining ? 'Agent is still in the DRAINING state' : undefined;
}

/** The agent is not offered any more; what runs on it runs on. */
export function deactivateAgent(state: MasterState, agentId: AgentId): void {
  state.operator.deactivatedAgents.add(agentId);
  const agent = state.agents.get(agentId);
  if (agent === undefined) return;
  state.allocator.setAgentActive(agentId, false);
  for (const offer of [...agent.offers.values()]) rescindOffer(state, offer);
}

/** The agent is offered again. */
export function reactivateAgent(state: MasterState, agentId: AgentId): void {
  state.operator.deactivatedAgents.delete(agentId);
  state.operator.draining.delete(agentId);
  if (!state.agents.get(agentId)?.connected) return;
  state.allocator.setAgentActive(agentId, true);
  makeOffers(state, [agentId]);
}

/** The agent is not offered any more, and its tasks are asked to end. */
export function drainAgent(state: MasterState, call: mesos.v1.master.Call.IDrainAgent): void {
  const agentId = call.agentId.value as AgentId;
  const { maxGracePeriod: grace, markGone } = call;
  const graceNs = grace ? toSafeNumber(grace.seconds ?? 0) * 1e9 + (grace.nanos ?? 0) : undefined;
  deactivateAgent(state, agentId);
  state.operator.draining.set(agentId, {
    state: DrainState.DRAINING,
    config: {
      ...(graceNs !== undefined && { maxGracePeriod: { nanoseconds: graceNs } }),
      markGone: markGone ?? false,
    },
    startedAtMs: state.nowMs,
  });
  for (const task of state.agents.get(agentId)?.tasks ?? []) {
    if (!isTerminal(task.state)) killForDraining(state, task, graceNs);
  }
}

function killForDraining(state: MasterState, task: TaskRecord, graceNs: number | undefined): void {
  const own = task.info.killPolicy?.gracePeriod?.nanoseconds;
  const ownNs = own === undefined || own === null ? DEFAULT_GRACE_NS : toSafeNumber(own);
  const killPolicy =
    graceNs === undefined ? undefined : { gracePeriod: { nanoseconds: Math.min(graceNs, ownNs) } };
  const { agentId, frameworkId, id: taskId } = task;
  state.tell(agentId, { kind: 'kill-task', frameworkId, taskId, killPolicy });
}

/** An agent that comes back has missed what an operator has said of it meanwhile. */
export function applyDeactivation(state: MasterState, agentId: AgentId): void {
  const drain = state.operator.draining.get(agentId);
  if (state.operator.deactivatedAgents.has(agentId)) state.allocator.setAgentActive(agentId, false);
  if (drain?.state !== DrainState.DRAINING) return;
  const grace = drain.config.maxGracePeriod?.nanoseconds;
  const graceNs = grace === undefined || grace === null ? undefined : toSafeNumber(grace);
  for (const task of state.agents.get(agentId)?.tasks ?? []) {
    if (!isTerminal(task.state)) killForDraining(state, task, graceNs);
  }
}

/** An agent on which nothing is left, no task and no operation, has been drained. */
export function finishDraining(state: MasterState): void {
  for (const [agentId, drain] of state.operator.draining) {
    if (drain.state !== DrainState.DRAINING) continue;
    const agent = state.agents.get(agentId);
    if (agent === undefined || agent.tasks.size > 0) continue;
    if ([...state.operator.operations.values()].some((operation) => operation.agentId === agentId)) continue;
    if (drain.config.markGone) markAgentGone(state, agentId);
    else drain.state = DrainState.DRAINED;
    state.report({ kind: 'operator-changed' });
  }
}

/** Whether an agent is not let in: it was marked gone, or its machine is down. */
export function isBarred(state: MasterState, agentId: AgentId, agent: AgentDescription): boolean {
  return state.operator.goneAgents.has(agentId) || machineOf(state, agent)?.mode === 'down';
}

/** The agent will never come back: it is told to end, and its tasks are gone. */
export function markAgentGone(state: MasterState, agentId: AgentId): void {
  state.operator.goneAgents.add(agentId);
  state.operator.draining.delete(agentId);
  state.operator.deactivatedAgents.delete(agentId);
  state.unreachableAgents.delete(agentId);
  state.recoveredAgents.delete(agentId);
  state.shutdownAgent(agentId);
  agentRemoved(state, { kind: 'agent-removed', agentId, how: 'gone' });
}

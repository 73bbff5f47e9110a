import { mesos } from '@spark-mesos/mesos-proto';
import type { AgentId, FrameworkId } from '../ids.ts';
import { type MasterState, timesOf } from './master-state.ts';
import type { ClusterEvent, MasterInput } from './messages.ts';
import { type OperatorRegistry, operatorRegistryOf, recoverOperator } from './operator-registry.ts';
import { clientOf, frameworkRecord } from './subscription.ts';

const { Type: EventType } = mesos.v1.scheduler.Event;

/** The key of the time at which agents that have not found this master are given up. */
export const RECOVERY_KEY = 'recovery';

/** An agent that the registry knows and that has not come back yet. */
export interface RecoveredAgent {
  readonly id: AgentId;
  readonly hostname: string;
  readonly port: number;
}

/** What outlives a master: the next one begins with it. */
export interface RegistryContent {
  readonly agents: readonly RecoveredAgent[];
  readonly unreachableAgents: readonly (readonly [AgentId, sinceMs: number])[];
  /** Ids that can never subscribe again. */
  readonly removedFrameworkIds: readonly FrameworkId[];
  readonly goneAgents: readonly AgentId[];
  readonly weights: readonly (readonly [role: string, weight: number])[];
  readonly quotas: readonly (readonly [role: string, quota: WrittenQuota])[];
  /** Maintenance and draining; none in a registry that has just begun. */
  readonly operator?: OperatorRegistry;
}

/** A quota in thousandths, as lists of name and quantity. */
interface WrittenQuota {
  readonly guarantees: readonly (readonly [string, number])[];
  readonly limits: readonly (readonly [string, number])[];
}

/** A master that has just been elected takes over what the one before it knew. */
export function recover(state: MasterState, registry: RegistryContent): void {
  for (const agent of registry.agents) state.recoveredAgents.set(agent.id, agent);
  for (const [agentId, sinceMs] of registry.unreachableAgents) state.unreachableAgents.set(agentId, sinceMs);
  for (const frameworkId of registry.removedFrameworkIds) state.removedFrameworkIds.add(frameworkId);
  for (const agentId of registry.goneAgents) state.operator.goneAgents.add(agentId);
  for (const [role, weight] of registry.weights) {
    state.operator.weights.set(role, weight);
    state.allocator.setWeight(role, weight);
  }
  for (const [role, { guarantees, limits }] of registry.quotas) {
    const quota = { guarantees: new Map(guarantees), limits: new Map(limits) };
    state.operator.quotas.set(role, quota);
    state.allocator.setQuota(role, quota);
  }
  if (registry.operator !== undefined) recoverOperator(state, registry.operator);
  if (state.recoveredAgents.size === 0) return;
  state.deadlines.set(RECOVERY_KEY, state.nowMs + timesOf(state.settings).agentReregisterTimeoutMs);
}

const KEPT: ReadonlySet<ClusterEvent['kind']> = new Set([
  'agent-registered',
  'agent-removed',
  'framework-removed',
  'operator-changed',
]);

/** Whether what the next master has to know has changed with this. */
export function changesRegistry({ kind }: ClusterEvent): boolean {
  return KEPT.has(kind);
}

/** What the next master has to know of this one. */
export function registryOf(state: MasterState): RegistryContent {
  const registered = [...state.agents.values()].map(({ id, hostname, port }) => ({ id, hostname, port }));
  return {
    agents: [...registered, ...state.recoveredAgents.values()],
    unreachableAgents: [...state.unreachableAgents],
    removedFrameworkIds: [...state.removedFrameworkIds],
    goneAgents: [...state.operator.goneAgents],
    weights: [...state.operator.weights],
    quotas: [...state.operator.quotas].map(([role, { guarantees, limits }]) => [
      role,
      { guarantees: [...guarantees], limits: [...limits] },
    ]),
    operator: operatorRegistryOf(state),
  };
}

/** The time for agents to come back is over: those that have not are unreachable, and their tasks with them. */
export function giveUpRecoveredAgents(state: MasterState): void {
  for (const agentId of [...state.recoveredAgents.keys()]) {
    state.recoveredAgents.delete(agentId);
    state.unreachableAgents.set(agentId, state.nowMs);
    for (const framework of state.frameworks.values()) {
      state.send(framework, { type: EventType.FAILURE, failure: { agentId: { value: agentId } } });
    }
    state.report({ kind: 'agent-removed', agentId });
  }
}

/**
 * Frameworks that this master does not know, but an agent runs something for: they are there, disconnected, until
 * they subscribe again. As in Mesos, no failover timeout ends them before they have.
 */
export function recoverFrameworks(
  state: MasterState,
  frameworks: Extract<MasterInput, { kind: 'agent-reregistered' }>['frameworks'],
): void {
  for (const { frameworkId, info } of frameworks) {
    if (state.frameworks.has(frameworkId) || state.removedFrameworkIds.has(frameworkId)) continue;
    const framework = frameworkRecord(state, frameworkId, info);
    framework.isRecovered = true;
    state.frameworks.set(frameworkId, framework);
    state.allocator.addFramework(frameworkId, clientOf(state, framework, []));
    state.allocator.setFrameworkActive(frameworkId, false);
  }
}

import { mesos } from '@spark-mesos/mesos-proto';
import type { AgentId, FrameworkId, StreamId } from '../ids.ts';
import { ResourceSet } from '../resources/resource-set.ts';
import {
  deactivateAgent,
  deactivateProblem,
  drainAgent,
  drainProblem,
  markAgentGone,
  reactivateAgent,
  reactivateProblem,
} from './draining.ts';
import {
  machinesProblem,
  scheduleProblem,
  startMaintenance,
  stopMaintenance,
  updateSchedule,
} from './maintenance.ts';
import type { MasterState } from './master-state.ts';
import type { AgentRecord } from './model.ts';
import { rescindOffer } from './offers.ts';
import { removeQuota, removeQuotaProblem, setQuota, setQuotaRefusal } from './older-quota-calls.ts';
import { conversionsOf, convert } from './operation-conversions.ts';
import { operationProblem, reservableProblem } from './operation-validation.ts';
import { agentText, resourcesConverted } from './operations.ts';
import { getState } from './operator-messages.ts';
import { quotaProblem, updateQuotas, updateWeights, weightsProblem } from './quota-calls.ts';
import { removeFramework } from './subscription.ts';

const { Type } = mesos.v1.master.Call;
const { Type: EventType } = mesos.v1.master.Event;
const { Type: OperationType } = mesos.v1.Offer.Operation;

const HEARTBEAT_PREFIX = 'operator-heartbeat ';

/** For how long a framework does not see resources that an operator has just taken from under its offers. */
const RESCIND_REFUSE_MS = 5000;

/** Why an operator's call cannot be done: what it is answered. */
export interface OperatorRefusal {
  readonly status: 400 | 409 | 501;
  readonly text: string;
}

type Call = mesos.v1.master.ICall;

/** A call that changes something and that the state does not allow; undefined when it can be done. */
export function operatorRefusal(
  state: MasterState,
  call: Call,
  principal: string | undefined,
): OperatorRefusal | undefined {
  if (isOperationCall(call)) return operationRefusal(state, call, principal);
  if (call.setQuota) return setQuotaRefusal(state, call.setQuota.quotaRequest);
  if ((call.type ?? Type.UNKNOWN) === Type.UNKNOWN) {
    return { status: 501, text: 'NOT_SUPPORTED: this embedded Mesos does no UNKNOWN' };
  }
  const text = changeProblem(state, call);
  return text === undefined ? undefined : { status: 400, text };
}

/** The calls that change what an agent's resources are: reserved, or a volume. */
export const OPERATION_CALLS: ReadonlySet<mesos.v1.master.Call.Type> = new Set([
  Type.RESERVE_RESOURCES,
  Type.UNRESERVE_RESOURCES,
  Type.CREATE_VOLUMES,
  Type.DESTROY_VOLUMES,
  Type.GROW_VOLUME,
  Type.SHRINK_VOLUME,
]);

/** Whether a call is one of {@link OPERATION_CALLS}. */
export function isOperationCall({ type }: Call): boolean {
  return OPERATION_CALLS.has(type ?? Type.UNKNOWN);
}

function changeProblem(state: MasterState, call: Call): string | undefined {
  switch (call.type) {
    case Type.UPDATE_WEIGHTS:
      return weightsProblem(call.updateWeights?.weightInfos ?? []);
    case Type.UPDATE_QUOTA:
      return quotaProblem(state, call.updateQuota ?? {});
    case Type.REMOVE_QUOTA:
      return removeQuotaProblem(state, call.removeQuota?.role ?? '');
    case Type.UPDATE_MAINTENANCE_SCHEDULE:
      return scheduleProblem(state, call.updateMaintenanceSchedule?.schedule ?? {});
    case Type.START_MAINTENANCE:
      return machinesProblem(state, call.startMaintenance?.machines ?? [], 'down');
    case Type.STOP_MAINTENANCE:
      return machinesProblem(state, call.stopMaintenance?.machines ?? [], 'up');
    case Type.DRAIN_AGENT:
      return drainProblem(state, call.drainAgent?.agentId.value as AgentId);
    case Type.DEACTIVATE_AGENT:
      return deactivateProblem(state, call.deactivateAgent?.agentId.value as AgentId);
    case Type.REACTIVATE_AGENT:
      return reactivateProblem(state, call.reactivateAgent?.agentId.value as AgentId);
    case Type.TEARDOWN: {
      const isKnown = state.frameworks.has(call.teardown?.frameworkId.value as FrameworkId);
      return isKnown ? undefined : 'No framework found with specified ID';
    }
    case Type.MARK_AGENT_GONE: {
      const agentId = call.markAgentGone?.agentId.value as AgentId;
      if (state.operator.goneAgents.has(agentId)) return undefined;
      return deactivateProblem(state, agentId) && `Agent '${agentId}' not found`;
    }
    default:
      return undefined;
  }
}

function operationOf(call: Call): mesos.v1.Offer.IOperation {
  if (call.type === Type.UNRESERVE_RESOURCES) {
    const resources = call.unreserveResources?.resources ?? [];
    return { type: OperationType.UNRESERVE, unreserve: { resources } };
  }
  if (call.type === Type.CREATE_VOLUMES) {
    return { type: OperationType.CREATE, create: { volumes: call.createVolumes?.volumes ?? [] } };
  }
  if (call.type === Type.DESTROY_VOLUMES) {
    return { type: OperationType.DESTROY, destroy: { volumes: call.destroyVolumes?.volumes ?? [] } };
  }
  if (call.growVolume) {
    const { volume, addition } = call.growVolume;
    return { type: OperationType.GROW_VOLUME, growVolume: { volume, addition } };
  }
  if (call.shrinkVolume) {
    const { volume, subtract } = call.shrinkVolume;
    return { type: OperationType.SHRINK_VOLUME, shrinkVolume: { volume, subtract } };
  }
  const { resources, source } = call.reserveResources ?? {};
  return { type: OperationType.RESERVE, reserve: { resources: resources ?? [], source: source ?? [] } };
}

function agentOfOperation(state: MasterState, call: Call): AgentRecord | undefined {
  const { reserveResources, unreserveResources, createVolumes, destroyVolumes } = call;
  const volumes = createVolumes ?? destroyVolumes ?? call.growVolume ?? call.shrinkVolume;
  const agentId = (reserveResources ?? unreserveResources ?? volumes)?.agentId?.value;
  return state.agents.get(agentId as AgentId);
}

/** All of an agent that nobody uses: free now, or free when its offers are taken back. */
function unused(state: MasterState, agent: AgentRecord): ResourceSet {
  let resources = state.allocator.availableOn(agent.id);
  for (const offer of agent.offers.values()) resources = resources.plus(offer.resources.unallocated());
  return resources;
}

/** The resources that an operation names. */
function resourcesOf({
  reserve,
  unreserve,
  create,
  destroy,
  growVolume,
  shrinkVolume,
}: mesos.v1.Offer.IOperation): readonly mesos.v1.IResource[] {
  if (growVolume) return [growVolume.volume, growVolume.addition];
  if (shrinkVolume) return [shrinkVolume.volume];
  return reserve?.resources ?? unreserve?.resources ?? create?.volumes ?? destroy?.volumes ?? [];
}

function operationRefusal(
  state: MasterState,
  call: Call,
  principal: string | undefined,
): OperatorRefusal | undefined {
  const operation = operationOf(call);
  for (const resource of resourcesOf(operation)) {
    const text = reservableProblem(resource);
    if (text !== undefined) return { status: 400, text };
  }
  const agent = agentOfOperation(state, call);
  if (agent === undefined) return { status: 400, text: 'No agent found with specified ID' };
  const problem = operationProblem(operation, {
    principal,
    frameworkRoles: undefined,
    agentResources: agent.resources,
  });
  if (problem !== undefined) {
    const name = OperationType[operation.type ?? OperationType.UNKNOWN];
    const text = `Invalid ${name} operation on agent ${agentText(agent)}: ${problem}`;
    return { status: 400, text };
  }
  const result = convert(unused(state, agent), conversionsOf(operation));
  return result.ok ? undefined : { status: 409, text: result.problem };
}

/** Takes back as many offers as it needs, and changes what is free then. */
function convertFree(state: MasterState, call: Call): void {
  const agent = agentOfOperation(state, call);
  if (agent === undefined) return;
  const conversions = conversionsOf(operationOf(call));
  let missing = conversions.reduce((needed, { consumed }) => needed.plus(consumed), ResourceSet.empty);
  for (const offer of [...agent.offers.values()]) {
    const rest = missing.minus(offer.resources.unallocated());
    if (rest.equals(missing)) continue;
    missing = rest;
    rescindOffer(state, offer, RESCIND_REFUSE_MS);
    if (missing.isEmpty) break;
  }
  if (!convert(state.allocator.availableOn(agent.id), conversions).ok) return;
  for (const { consumed, converted } of conversions) {
    state.allocator.convertAvailable(agent.id, consumed, converted);
  }
  resourcesConverted(state, agent);
}

/** Does what an operator asks and {@link operatorRefusal} has nothing against. */
export function operatorCall(state: MasterState, call: Call): void {
  if (call.updateWeights) updateWeights(state, call.updateWeights.weightInfos ?? []);
  if (call.updateQuota) updateQuotas(state, call.updateQuota.quotaConfigs ?? []);
  if (call.setQuota) setQuota(state, call.setQuota.quotaRequest);
  if (call.removeQuota) removeQuota(state, call.removeQuota.role);
  if (call.updateMaintenanceSchedule) updateSchedule(state, call.updateMaintenanceSchedule.schedule);
  if (call.startMaintenance) startMaintenance(state, call.startMaintenance.machines ?? []);
  if (call.stopMaintenance) stopMaintenance(state, call.stopMaintenance.machines ?? []);
  if (call.drainAgent) drainAgent(state, call.drainAgent);
  if (call.deactivateAgent) deactivateAgent(state, call.deactivateAgent.agentId.value as AgentId);
  if (call.reactivateAgent) reactivateAgent(state, call.reactivateAgent.agentId.value as AgentId);
  if (isOperationCall(call)) convertFree(state, call);
  if (call.markAgentGone) markAgentGone(state, call.markAgentGone.agentId.value as AgentId);
  if (call.teardown) {
    const framework = state.frameworks.get(call.teardown.frameworkId.value as FrameworkId);
    if (framework !== undefined) removeFramework(state, framework);
  }
  state.report({ kind: 'operator-changed' });
}

/** An operator listens: it hears how everything is, and from then on what changes. */
export function operatorSubscribed(state: MasterState, streamId: StreamId): void {
  const { heartbeatIntervalMs } = state.settings;
  state.sendToOperator(streamId, {
    type: EventType.SUBSCRIBED,
    subscribed: { getState: getState(state), heartbeatIntervalSeconds: heartbeatIntervalMs / 1000 },
  });
  state.operator.streams.add(streamId);
  beat(state, streamId);
}

function beat(state: MasterState, streamId: StreamId): void {
  state.sendToOperator(streamId, { type: EventType.HEARTBEAT });
  state.deadlines.set(HEARTBEAT_PREFIX + streamId, state.nowMs + state.settings.heartbeatIntervalMs);
}

/** The operator listens no more. */
export function operatorStreamClosed(state: MasterState, streamId: StreamId): void {
  state.operator.streams.delete(streamId);
  state.deadlines.delete(HEARTBEAT_PREFIX + streamId);
}

/** Sends a heartbeat that is due; false when the deadline is none of an operator's stream. */
export function wakeOperator(state: MasterState, deadline: string): boolean {
  if (!deadline.startsWith(HEARTBEAT_PREFIX)) return false;
  const streamId = deadline.slice(HEARTBEAT_PREFIX.length) as StreamId;
  if (state.operator.streams.has(streamId)) beat(state, streamId);
  return true;
}

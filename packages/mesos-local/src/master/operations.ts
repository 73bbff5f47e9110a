import { mesos } from '@spark-mesos/mesos-proto';
import type { AgentId, FrameworkId } from '../ids.ts';
import { ResourceSet } from '../resources/resource-set.ts';
import { answerInverseOffers } from './inverse-offers.ts';
import type { MasterState } from './master-state.ts';
import type { AgentRecord, FrameworkRecord } from './model.ts';
import { conversionsOf, convert } from './operation-conversions.ts';
import { operationProblem } from './operation-validation.ts';
import type { OperationRecord } from './operator-state.ts';

const { Type: EventType } = mesos.v1.scheduler.Event;
const { Type: CallType } = mesos.v1.scheduler.Call;
const { Type } = mesos.v1.Offer.Operation;
const { OperationState } = mesos.v1;

/** Unacknowledged statuses are sent again after 10 s, then after twice as long each time, at most 10 min. */
const FIRST_RETRY_MS = 10_000;
const MAX_RETRY_MS = 600_000;
const KEY_PREFIX = 'operation ';

/** Where an operation takes place. */
export interface OperationPlace {
  readonly framework: FrameworkRecord;
  readonly agent: AgentRecord;
  readonly role: string;
}

/** An operation without an id is dropped in silence; with one, the framework hears why. */
export function dropOperation(
  state: MasterState,
  framework: FrameworkRecord,
  operation: mesos.v1.Offer.IOperation,
  message: string,
): void {
  if (!operation.id) return;
  sendOperationStatus(state, framework, {
    operationId: operation.id,
    state: OperationState.OPERATION_ERROR,
    message,
  });
}

function sendOperationStatus(
  state: MasterState,
  framework: FrameworkRecord,
  status: mesos.v1.IOperationStatus,
): void {
  state.send(framework, { type: EventType.UPDATE_OPERATION_STATUS, updateOperationStatus: { status } });
}

/** Frameworks may leave out for which role the resources are; the offers tell. */
function allocatedTo(
  resources: readonly mesos.v1.IResource[] | null | undefined,
  role: string,
): mesos.v1.IResource[] {
  return (resources ?? []).map((resource) => allocatedToRole(resource, role));
}

function allocatedToRole(resource: mesos.v1.IResource, role: string): mesos.v1.IResource {
  return resource.allocationInfo ? resource : { ...resource, allocationInfo: { role } };
}

function grownFor(
  { volume, addition }: mesos.v1.Offer.Operation.IGrowVolume,
  role: string,
): mesos.v1.Offer.Operation.IGrowVolume {
  return { volume: allocatedToRole(volume, role), addition: allocatedToRole(addition, role) };
}

function completeOperation(operation: mesos.v1.Offer.IOperation, role: string): mesos.v1.Offer.IOperation {
  const { reserve, unreserve, create, destroy, growVolume, shrinkVolume } = operation;
  return {
    type: operation.type ?? Type.UNKNOWN,
    ...(operation.id && { id: operation.id }),
    ...(reserve && {
      reserve: {
        resources: allocatedTo(reserve.resources, role),
        source: allocatedTo(reserve.source, role),
      },
    }),
    ...(unreserve && { unreserve: { resources: allocatedTo(unreserve.resources, role) } }),
    ...(create && { create: { volumes: allocatedTo(create.volumes, role) } }),
    ...(destroy && { destroy: { volumes: allocatedTo(destroy.volumes, role) } }),
    ...(growVolume && { growVolume: grownFor(growVolume, role) }),
    ...(shrinkVolume && {
      shrinkVolume: { ...shrinkVolume, volume: allocatedToRole(shrinkVolume.volume, role) },
    }),
  };
}

/** How Mesos names an agent in its messages. */
export function agentText({ id, ip, port, hostname }: AgentRecord): string {
  return `${id} at slave(1)@${ip}:${port} (${hostname})`;
}

/** What a framework has after an operation. */
export interface AfterOperation {
  /** What later operations of the same ACCEPT may use. */
  readonly available: ResourceSet;
  /** What they may not: a volume of another size is first offered again. */
  readonly aside: ResourceSet;
}

/** Does an operation on offered resources, or says why not; returns what the framework has then. */
export function applyOperation(
  state: MasterState,
  { framework, agent, role }: OperationPlace,
  operation: mesos.v1.Offer.IOperation,
  available: ResourceSet,
): AfterOperation {
  const unchanged = { available, aside: ResourceSet.empty };
  const info = completeOperation(operation, role);
  const principal = framework.info.principal || undefined;
  const problem = operationProblem(info, {
    principal,
    frameworkRoles: framework.roles,
    agentResources: agent.resources,
  });
  if (problem !== undefined) {
    dropOperation(state, framework, operation, `${problem}; on agent ${agentText(agent)}`);
    return unchanged;
  }
  const conversions = conversionsOf(info);
  const result = convert(available, conversions);
  if (!result.ok) {
    const isResize = RESIZING.has(info.type ?? Type.UNKNOWN);
    const name = Type[info.type ?? Type.UNKNOWN];
    const text = isResize ? `Invalid ${name} operation: ${result.problem}` : result.problem;
    dropOperation(state, framework, operation, text);
    return unchanged;
  }
  for (const { consumed, converted } of conversions) {
    const allocation = { frameworkId: framework.id, role, agentId: agent.id, resources: consumed };
    state.allocator.convertAllocated(allocation, converted);
  }
  resourcesConverted(state, agent);
  if (operation.id) finishOperation(state, framework.id, agent.id, info);
  if (!RESIZING.has(info.type ?? Type.UNKNOWN))
    return { available: result.resources, aside: ResourceSet.empty };
  const sum = (sets: readonly ResourceSet[]) => sets.reduce((all, one) => all.plus(one), ResourceSet.empty);
  const aside = sum(conversions.map(({ converted }) => converted));
  return { available: result.resources.minus(aside), aside };
}

const RESIZING: ReadonlySet<mesos.v1.Offer.Operation.Type> = new Set([Type.GROW_VOLUME, Type.SHRINK_VOLUME]);

/** What the agent has looks otherwise now; it keeps that itself, for the next master. */
export function resourcesConverted(state: MasterState, agent: AgentRecord): void {
  agent.resources = state.allocator.totalOf(agent.id);
  state.reportResources(agent.id, agent.resources);
}

function finishOperation(
  state: MasterState,
  frameworkId: FrameworkId,
  agentId: AgentId,
  info: mesos.v1.Offer.IOperation,
): void {
  const uuid = state.operator.nextUuid();
  const status: mesos.v1.IOperationStatus = {
    operationId: info.id ?? null,
    state: OperationState.OPERATION_FINISHED,
    uuid: { value: state.operator.nextUuid() },
    agentId: { value: agentId },
  };
  const record = { uuid, frameworkId, agentId, info, status, retryMs: FIRST_RETRY_MS };
  state.operator.operations.set(Buffer.from(uuid).toString('hex'), record);
  sendLatest(state, record);
}

function sendLatest(state: MasterState, operation: OperationRecord): void {
  const framework = state.frameworks.get(operation.frameworkId);
  const key = Buffer.from(operation.uuid).toString('hex');
  if (framework === undefined || !state.agents.has(operation.agentId)) {
    state.operator.operations.delete(key);
    return;
  }
  sendOperationStatus(state, framework, operation.status);
  state.deadlines.set(KEY_PREFIX + key, state.nowMs + operation.retryMs);
  operation.retryMs = Math.min(operation.retryMs * 2, MAX_RETRY_MS);
}

/** Sends a status again whose time has come; false when the deadline is none of an operation. */
export function wakeOperation(state: MasterState, deadline: string): boolean {
  if (!deadline.startsWith(KEY_PREFIX)) return false;
  const operation = state.operator.operations.get(deadline.slice(KEY_PREFIX.length));
  if (operation !== undefined) sendLatest(state, operation);
  return true;
}

/** The ACKNOWLEDGE_OPERATION_STATUS call: the operation is over. */
export function acknowledgeOperation(
  state: MasterState,
  framework: FrameworkRecord,
  call: mesos.v1.scheduler.Call.IAcknowledgeOperationStatus,
): void {
  for (const [key, operation] of state.operator.operations) {
    if (operation.frameworkId !== framework.id) continue;
    if (operation.info.id?.value !== call.operationId.value) continue;
    if (Buffer.compare(operation.status.uuid?.value ?? new Uint8Array(), call.uuid) !== 0) continue;
    state.operator.operations.delete(key);
    state.deadlines.delete(KEY_PREFIX + key);
  }
}

/** The RECONCILE_OPERATIONS call: an empty list asks for every operation. Its answers need no acknowledgement. */
export function reconcileOperations(
  state: MasterState,
  framework: FrameworkRecord,
  call: mesos.v1.scheduler.Call.IReconcileOperations,
): void {
  const own = [...state.operator.operations.values()].filter(
    ({ frameworkId }) => frameworkId === framework.id,
  );
  const asked = call.operations ?? [];
  if (asked.length === 0) {
    for (const { status } of own) sendOperationStatus(state, framework, { ...status, uuid: null });
    return;
  }
  for (const { operationId, agentId } of asked) {
    const known = own.find(({ info }) => info.id?.value === operationId.value);
    const status = known?.status ?? {
      operationId,
      ...unknownOperation(state, agentId?.value as AgentId | undefined),
      ...(agentId && { agentId }),
    };
    sendOperationStatus(state, framework, { ...status, uuid: null });
  }
}

function unknownOperation(
  state: MasterState,
  agentId: AgentId | undefined,
): Pick<mesos.v1.IOperationStatus, 'state' | 'message'> {
  const { OPERATION_UNKNOWN, OPERATION_RECOVERING, OPERATION_UNREACHABLE, OPERATION_GONE_BY_OPERATOR } =
    OperationState;
  if (agentId !== undefined && state.recoveredAgents.has(agentId)) {
    const message = 'Reconciliation: Agent is recovered but has not re-registered';
    return { state: OPERATION_RECOVERING, message };
  }
  if (agentId === undefined || state.agents.has(agentId)) {
    return { state: OPERATION_UNKNOWN, message: 'Reconciliation: Operation is unknown' };
  }
  if (state.unreachableAgents.has(agentId)) {
    return { state: OPERATION_UNREACHABLE, message: 'Reconciliation: Agent is unreachable' };
  }
  if (state.operator.goneAgents.has(agentId)) {
    return { state: OPERATION_GONE_BY_OPERATOR, message: 'Reconciliation: Agent marked gone by operator' };
  }
  return { state: OPERATION_UNKNOWN, message: 'Reconciliation: Both operation and agent are unknown' };
}

/** Calls of a framework about its operations and about inverse offers. */
export function operationCall(
  state: MasterState,
  framework: FrameworkRecord,
  call: mesos.v1.scheduler.ICall,
): void {
  const { acknowledgeOperationStatus, reconcileOperations: reconcile } = call;
  const { acceptInverseOffers, declineInverseOffers } = call;
  if (call.type === CallType.ACKNOWLEDGE_OPERATION_STATUS && acknowledgeOperationStatus) {
    acknowledgeOperation(state, framework, acknowledgeOperationStatus);
  }
  if (call.type === CallType.RECONCILE_OPERATIONS && reconcile) {
    reconcileOperations(state, framework, reconcile);
  }
  if (call.type === CallType.ACCEPT_INVERSE_OFFERS && acceptInverseOffers) {
    answerInverseOffers(state, framework, 'ACCEPT', acceptInverseOffers);
  }
  if (call.type === CallType.DECLINE_INVERSE_OFFERS && declineInverseOffers) {
    answerInverseOffers(state, framework, 'DECLINE', declineInverseOffers);
  }
}

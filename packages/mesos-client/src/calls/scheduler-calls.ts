import { mesos } from '@spark-mesos/mesos-proto';

const { Call } = mesos.v1.scheduler;
const { Type } = Call;

type SchedulerCall = mesos.v1.scheduler.ICall;

/** An id as Mesos wraps it, or its text. */
export type Id = string | { readonly value: string };

const idOf = (id: Id): { value: string } => ({ value: typeof id === 'string' ? id : id.value });

/*
 * Calls as plain values. None carries the framework's id: the client puts it in when it sends them.
 */

/** Asks for a stream of events, as a new framework or, when `framework.id` is set, as one that comes back. */
export function subscribeCall(
  framework: mesos.v1.IFrameworkInfo,
  suppressedRoles: readonly string[] = [],
  offerConstraints?: mesos.v1.scheduler.IOfferConstraints,
): SchedulerCall {
  const frameworkId = framework.id;
  return {
    type: Type.SUBSCRIBE,
    subscribe: {
      frameworkInfo: framework,
      suppressedRoles: [...suppressedRoles],
      ...(offerConstraints === undefined ? {} : { offerConstraints }),
    },
    // It must be in both places, or the master refuses.
    ...(frameworkId == null ? {} : { frameworkId }),
  };
}

/**
 * Takes offers, all of one agent, and does the operations in turn.
 *
 * What they leave over is declined for `refuseSeconds`, by default for Mesos's 5 s.
 */
export function acceptCall(
  offerIds: readonly Id[],
  operations: readonly mesos.v1.Offer.IOperation[],
  refuseSeconds?: number,
): SchedulerCall {
  return {
    type: Type.ACCEPT,
    accept: { offerIds: offerIds.map(idOf), operations: [...operations], ...filtersOf(refuseSeconds) },
  };
}

/** The operation that launches tasks, for {@link acceptCall}. */
export function launchOperation(tasks: readonly mesos.v1.ITaskInfo[]): mesos.v1.Offer.IOperation {
  return { type: mesos.v1.Offer.Operation.Type.LAUNCH, launch: { taskInfos: [...tasks] } };
}

/** Gives offers back and wants none of what they held for `refuseSeconds`, by default for Mesos's 5 s. */
export function declineCall(offerIds: readonly Id[], refuseSeconds?: number): SchedulerCall {
  return { type: Type.DECLINE, decline: { offerIds: offerIds.map(idOf), ...filtersOf(refuseSeconds) } };
}

/** Wants offers again, all filters forgotten; for all roles unless some are named. */
export function reviveCall(roles: readonly string[] = []): SchedulerCall {
  return { type: Type.REVIVE, revive: { roles: [...roles] } };
}

/** Wants no more offers; for all roles unless some are named. Offers made already stay good. */
export function suppressCall(roles: readonly string[] = []): SchedulerCall {
  return { type: Type.SUPPRESS, suppress: { roles: [...roles] } };
}

/** Ends a task; an update tells when it has ended, also when the master does not know it. */
export function killCall(
  taskId: Id,
  options: { readonly agentId?: Id; readonly killPolicy?: mesos.v1.IKillPolicy } = {},
): SchedulerCall {
  return {
    type: Type.KILL,
    kill: {
      taskId: idOf(taskId),
      ...(options.agentId === undefined ? {} : { agentId: idOf(options.agentId) }),
      ...(options.killPolicy === undefined ? {} : { killPolicy: options.killPolicy }),
    },
  };
}

/** Ends an executor and with it all its tasks, for which no updates need follow. */
export function shutdownCall(executorId: Id, agentId: Id): SchedulerCall {
  return { type: Type.SHUTDOWN, shutdown: { executorId: idOf(executorId), agentId: idOf(agentId) } };
}

/**
 * Tells that an update has been dealt with; undefined for updates that must not be acknowledged:
 * those that the master itself makes have no uuid.
 */
export function acknowledgeCall(status: mesos.v1.ITaskStatus): SchedulerCall | undefined {
  const { agentId, taskId, uuid } = status;
  if (uuid == null || uuid.length === 0 || agentId == null) {
    return undefined;
  }
  return { type: Type.ACKNOWLEDGE, acknowledge: { agentId, taskId, uuid } };
}

/** The same for an operation; undefined when its status must not be acknowledged. */
export function acknowledgeOperationStatusCall(status: mesos.v1.IOperationStatus): SchedulerCall | undefined {
  const { operationId, uuid, agentId, resourceProviderId } = status;
  if (uuid == null || operationId == null) {
    return undefined;
  }
  return {
    type: Type.ACKNOWLEDGE_OPERATION_STATUS,
    acknowledgeOperationStatus: {
      operationId,
      uuid: uuid.value,
      ...(agentId == null ? {} : { agentId }),
      ...(resourceProviderId == null ? {} : { resourceProviderId }),
    },
  };
}

/** A task whose state is asked for. */
export interface TaskQuery {
  readonly taskId: Id;
  readonly agentId?: Id;
}

/** Asks for the state of these tasks, or of all when none is named; updates bring the answer. */
export function reconcileCall(tasks: readonly TaskQuery[] = []): SchedulerCall {
  return {
    type: Type.RECONCILE,
    reconcile: {
      tasks: tasks.map(({ taskId, agentId }) => ({
        taskId: idOf(taskId),
        ...(agentId === undefined ? {} : { agentId: idOf(agentId) }),
      })),
    },
  };
}

/** An operation whose state is asked for. */
export interface OperationQuery {
  readonly operationId: Id;
  readonly agentId?: Id;
  readonly resourceProviderId?: Id;
}

/** Asks for the state of these operations, or of all when none is named. */
export function reconcileOperationsCall(operations: readonly OperationQuery[] = []): SchedulerCall {
  return {
    type: Type.RECONCILE_OPERATIONS,
    reconcileOperations: {
      operations: operations.map(({ operationId, agentId, resourceProviderId }) => ({
        operationId: idOf(operationId),
        ...(agentId === undefined ? {} : { agentId: idOf(agentId) }),
        ...(resourceProviderId === undefined ? {} : { resourceProviderId: idOf(resourceProviderId) }),
      })),
    },
  };
}

/** Bytes for an executor, which may get lost on the way. */
export function messageCall(executorId: Id, agentId: Id, data: Uint8Array): SchedulerCall {
  return { type: Type.MESSAGE, message: { executorId: idOf(executorId), agentId: idOf(agentId), data } };
}

/** Wishes for resources. The master of 1.11 listens to none. */
export function requestCall(requests: readonly mesos.v1.IRequest[]): SchedulerCall {
  return { type: Type.REQUEST, request: { requests: [...requests] } };
}

/** Agrees to give resources back before a maintenance. */
export function acceptInverseOffersCall(
  inverseOfferIds: readonly Id[],
  refuseSeconds?: number,
): SchedulerCall {
  return {
    type: Type.ACCEPT_INVERSE_OFFERS,
    acceptInverseOffers: { inverseOfferIds: inverseOfferIds.map(idOf), ...filtersOf(refuseSeconds) },
  };
}

/** Does not agree to it. */
export function declineInverseOffersCall(
  inverseOfferIds: readonly Id[],
  refuseSeconds?: number,
): SchedulerCall {
  return {
    type: Type.DECLINE_INVERSE_OFFERS,
    declineInverseOffers: { inverseOfferIds: inverseOfferIds.map(idOf), ...filtersOf(refuseSeconds) },
  };
}

/**
 * Changes the framework, such as its roles, without a new subscription.
 *
 * Replaces all three: what is not given is unset. The client puts the id in, and subscribes with the new ones from then on.
 */
export function updateFrameworkCall(
  framework: mesos.v1.IFrameworkInfo,
  suppressedRoles: readonly string[] = [],
  offerConstraints?: mesos.v1.scheduler.IOfferConstraints,
): SchedulerCall {
  return {
    type: Type.UPDATE_FRAMEWORK,
    updateFramework: {
      frameworkInfo: framework,
      suppressedRoles: [...suppressedRoles],
      ...(offerConstraints === undefined ? {} : { offerConstraints }),
    },
  };
}

/** Removes the framework and kills its tasks. Its id is of no use afterwards. */
export function teardownCall(): SchedulerCall {
  return { type: Type.TEARDOWN };
}

/** Whether a call that may have arrived can be sent again and does no harm if it had. */
export function isRepeatable(call: SchedulerCall): boolean {
  // The offers of a repeated ACCEPT would be used up, and its tasks reported lost while they run.
  return call.type !== Type.ACCEPT && call.type !== Type.MESSAGE;
}

function filtersOf(refuseSeconds: number | undefined): { filters?: mesos.v1.IFilters } {
  return refuseSeconds === undefined ? {} : { filters: { refuseSeconds } };
}

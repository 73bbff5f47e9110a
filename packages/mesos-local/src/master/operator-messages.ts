import { mesos, toInt64 } from '@spark-mesos/mesos-proto';
import { toEndpointFormat } from '../resources/resource-format.ts';
import { ResourceSet } from '../resources/resource-set.ts';
import { fromMilli } from '../resources/value.ts';
import { inverseOffersOf } from './inverse-offers.ts';
import type { MasterState } from './master-state.ts';
import type { AgentRecord, FrameworkRecord, TaskRecord } from './model.ts';
import { offerMessage } from './offers.ts';
import { MESOS_VERSION } from './subscription.ts';

const { Type: Capability } = mesos.v1.AgentInfo.Capability;
const { Type: ReservationType } = mesos.v1.Resource.ReservationInfo;

/** What an agent of this version can do. */
const AGENT_CAPABILITIES = [
  Capability.MULTI_ROLE,
  Capability.HIERARCHICAL_ROLE,
  Capability.RESERVATION_REFINEMENT,
  Capability.RESOURCE_PROVIDER,
  Capability.RESIZE_VOLUME,
  Capability.AGENT_OPERATION_FEEDBACK,
  Capability.AGENT_DRAINING,
  Capability.TASK_RESOURCE_LIMITS,
].map((type) => ({ type }));

/** Names of resources that the roles' figures show. */
const SHOWN_NAMES = ['cpus', 'mem', 'disk', 'gpus'];

function timeInfo(atMs: number): mesos.v1.ITimeInfo {
  return { nanoseconds: toInt64(BigInt(Math.round(atMs * 1000)) * 1000n) };
}

function sum(parts: Iterable<{ readonly resources: ResourceSet }>): ResourceSet {
  let total = ResourceSet.empty;
  for (const { resources } of parts) total = total.plus(resources);
  return total;
}

/** What tasks and executors have of an agent or by a framework. */
function usedBy(tasks: Iterable<TaskRecord>, executors: Iterable<{ readonly resources: ResourceSet }>) {
  return sum([...[...tasks].filter((task) => task.charged), ...executors]);
}

function shown(resources: ResourceSet): mesos.v1.IResource[] {
  return toEndpointFormat(resources.toMessages());
}

/** An agent's resources as it was started with them. */
function initialResources(resources: ResourceSet): mesos.v1.IResource[] {
  return resources
    .mapShapes((shape) => {
      const isStatic = shape.reservations.filter(({ type }) => type === ReservationType.STATIC);
      return shape.reservedBy(isStatic);
    })
    .toMessages();
}

/** An agent as its own endpoints and the master's show it. */
export function agentInfo(
  id: string,
  agent: Pick<AgentRecord, 'hostname' | 'port' | 'resources' | 'attributes'>,
): mesos.v1.IAgentInfo {
  return {
    hostname: agent.hostname,
    port: agent.port,
    resources: initialResources(agent.resources),
    attributes: [...agent.attributes],
    id: { value: id },
  };
}

/** An agent in GET_AGENTS and AGENT_ADDED. */
export function agentMessage(
  state: MasterState,
  agent: AgentRecord,
): mesos.v1.master.Response.GetAgents.IAgent {
  const { deactivatedAgents, draining } = state.operator;
  const deactivated = deactivatedAgents.has(agent.id);
  const drain = draining.get(agent.id);
  return {
    agentInfo: agentInfo(agent.id, agent),
    active: agent.connected && !deactivated,
    deactivated,
    version: MESOS_VERSION,
    pid: `slave(1)@${agent.ip}:${agent.port}`,
    registeredTime: timeInfo(agent.registeredAtMs),
    totalResources: shown(agent.resources),
    allocatedResources: shown(usedBy(agent.tasks, agent.executors.values())),
    offeredResources: shown(sum(agent.offers.values())),
    capabilities: AGENT_CAPABILITIES,
    ...(drain && {
      drainInfo: { state: drain.state, config: drain.config },
      estimatedDrainStartTime: timeInfo(drain.startedAtMs),
    }),
  };
}

/** A framework in FRAMEWORK_ADDED and FRAMEWORK_UPDATED: what it has is not told there. */
export function frameworkNews(framework: FrameworkRecord): mesos.v1.master.Response.GetFrameworks.IFramework {
  const isConnected = framework.streamId !== undefined;
  return {
    frameworkInfo: framework.info,
    active: isConnected,
    connected: isConnected,
    recovered: framework.isRecovered,
    registeredTime: timeInfo(framework.registeredAtMs),
    reregisteredTime: timeInfo(framework.reregisteredAtMs ?? framework.registeredAtMs),
    unregisteredTime: timeInfo(framework.unregisteredAtMs ?? 0),
  };
}

/** A framework in GET_FRAMEWORKS. */
function frameworkMessage(
  state: MasterState,
  framework: FrameworkRecord,
): mesos.v1.master.Response.GetFrameworks.IFramework {
  const { unregisteredTime, ...news } = frameworkNews(framework);
  const offers = [...framework.offers.values()].flatMap((offer) => {
    const agent = state.agents.get(offer.agentId);
    return agent === undefined ? [] : [offerMessage(state, offer, framework, agent)];
  });
  return {
    ...news,
    ...(framework.unregisteredAtMs !== undefined && unregisteredTime && { unregisteredTime }),
    offers,
    inverseOffers: inverseOffersOf(state, framework),
    allocatedResources: shown(usedBy(framework.tasks.values(), framework.executors)),
    offeredResources: shown(sum(framework.offers.values())),
    offerConstraints: framework.offerConstraints,
  };
}

/** A task as the operator API shows it. */
export function taskMessage(task: TaskRecord): mesos.v1.ITask {
  const { info, lastStatus } = task;
  const user = info.command?.user ?? info.executor?.command?.user;
  return {
    name: info.name,
    taskId: info.taskId,
    frameworkId: { value: task.frameworkId },
    ...(info.executor && { executorId: info.executor.executorId }),
    agentId: { value: task.agentId },
    state: task.state,
    resources: task.resources.toMessages(),
    statuses: task.statuses,
    ...(lastStatus && { statusUpdateState: lastStatus.state }),
    ...(lastStatus?.uuid && { statusUpdateUuid: lastStatus.uuid }),
    ...(info.labels && { labels: info.labels }),
    ...(info.discovery && { discovery: info.discovery }),
    ...(info.container && { container: info.container }),
    ...(info.healthCheck && { healthCheck: info.healthCheck }),
    ...(info.killPolicy && { killPolicy: info.killPolicy }),
    ...(user && { user }),
  };
}

/** GET_AGENTS. */
export function getAgents(state: MasterState): mesos.v1.master.Response.IGetAgents {
  return {
    agents: [...state.agents.values()].map((agent) => agentMessage(state, agent)),
    recoveredAgents: [...state.recoveredAgents.values()].map(({ id, hostname, port }) => ({
      hostname,
      port,
      id: { value: id },
    })),
  };
}

/** GET_FRAMEWORKS. */
export function getFrameworks(state: MasterState): mesos.v1.master.Response.IGetFrameworks {
  return {
    frameworks: [...state.frameworks.values()].map((framework) => frameworkMessage(state, framework)),
    completedFrameworks: state.completedFrameworks.map((framework) => frameworkMessage(state, framework)),
  };
}

/** GET_EXECUTORS: those that frameworks have brought; a command task's own is none of the master's. */
export function getExecutors(state: MasterState): mesos.v1.master.Response.IGetExecutors {
  const executors = [...state.agents.values()].flatMap((agent) => [...agent.executors.values()]);
  return {
    executors: executors.map(({ info, agentId }) => ({
      executorInfo: info,
      agentId: { value: agentId },
    })),
  };
}

/** GET_TASKS. */
export function getTasks(state: MasterState): mesos.v1.master.Response.IGetTasks {
  const frameworks = [...state.frameworks.values(), ...state.completedFrameworks];
  return {
    tasks: frameworks.flatMap(({ tasks }) => [...tasks.values()].map(taskMessage)),
    unreachableTasks: frameworks.flatMap(({ unreachableTasks }) =>
      [...unreachableTasks.values()].map(taskMessage),
    ),
    completedTasks: frameworks.flatMap(({ completedTasks }) => completedTasks.map(taskMessage)),
  };
}

/** GET_STATE, and the first record of an operator's stream. */
export function getState(state: MasterState): mesos.v1.master.Response.IGetState {
  return {
    getTasks: getTasks(state),
    getExecutors: getExecutors(state),
    getFrameworks: getFrameworks(state),
    getAgents: getAgents(state),
  };
}

/** GET_OPERATIONS: those whose end has not been acknowledged. */
export function getOperations(state: MasterState): mesos.v1.master.Response.IGetOperations {
  return {
    operations: [...state.operator.operations.values()].map((operation) => ({
      frameworkId: { value: operation.frameworkId },
      agentId: { value: operation.agentId },
      info: operation.info,
      latestStatus: operation.status,
      statuses: [operation.status],
      uuid: { value: operation.uuid },
    })),
  };
}

/** Roles that anything is known of: they have frameworks, reservations, a weight or a quota. */
export function knownRoles(state: MasterState): string[] {
  const names = new Set([...state.operator.weights.keys(), ...state.operator.quotas.keys()]);
  for (const framework of state.frameworks.values()) for (const role of framework.roles) names.add(role);
  for (const agent of state.agents.values()) {
    if (!agent.resources.hasReservations) continue;
    for (const role of agent.resources.byReservation().keys()) if (role !== '*') names.add(role);
  }
  return [...names].sort();
}

/** GET_ROLES. */
export function getRoles(state: MasterState): mesos.v1.master.Response.IGetRoles {
  const { SCALAR } = mesos.v1.Value.Type;
  const frameworks = [...state.frameworks.values()];
  const roles = knownRoles(state).map((name) => {
    const isBelow = ({ role }: { readonly role: string }) => role === name || role.startsWith(`${name}/`);
    const holders = frameworks.flatMap((framework) => [
      ...[...framework.tasks.values()].filter((task) => task.charged),
      ...framework.executors,
      ...framework.offers.values(),
    ]);
    const amounts = sum(holders.filter(isBelow)).scalars();
    return {
      name,
      weight: state.allocator.weightOf(name),
      frameworks: frameworks
        .filter((framework) => framework.roles.includes(name))
        .map(({ id }) => ({ value: id })),
      resources: SHOWN_NAMES.flatMap((resource) => {
        const milli = amounts.get(resource) ?? 0;
        return milli === 0 ? [] : [{ name: resource, type: SCALAR, scalar: { value: fromMilli(milli) } }];
      }),
    };
  });
  return { roles };
}

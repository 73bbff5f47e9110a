import { mesos, toMesosJson } from '@spark-mesos/mesos-proto';
import { durationText } from '../duration-text.ts';
import { type MasterState, timesOf } from '../master/master-state.ts';
import type {
  AgentRecord,
  ExecutorOnAgent,
  FrameworkRecord,
  OfferRecord,
  TaskRecord,
} from '../master/model.ts';
import { MESOS_VERSION } from '../master/subscription.ts';
import { hasField } from '../message-fields.ts';
import { ResourceSet } from '../resources/resource-set.ts';
import { buildView } from './build-view.ts';
import {
  attributesView,
  fullReservedView,
  fullResourcesView,
  type ResourcesView,
  reservedView,
  resourcesView,
  unreservedPart,
} from './resources-view.ts';
import { labelsView, type TaskView, taskView } from './task-view.ts';

const Capability = mesos.v1.FrameworkInfo.Capability.Type;

/** What an agent of this version can do. */
export const AGENT_CAPABILITIES = [
  'MULTI_ROLE',
  'HIERARCHICAL_ROLE',
  'RESERVATION_REFINEMENT',
  'RESOURCE_PROVIDER',
  'RESIZE_VOLUME',
  'AGENT_OPERATION_FEEDBACK',
  'AGENT_DRAINING',
  'TASK_RESOURCE_LIMITS',
] as const;

/** What these hold together. */
export function sum(parts: Iterable<{ readonly resources: ResourceSet }>): ResourceSet {
  let total = ResourceSet.empty;
  for (const { resources } of parts) total = total.plus(resources);
  return total;
}

/** What tasks that have not ended and executors hold. */
export function usedOf(tasks: Iterable<TaskRecord>, executors: Iterable<ExecutorOnAgent>): ResourceSet {
  return sum([...[...tasks].filter((task) => task.charged), ...executors]);
}

/** An agent in `/state` and `/slaves`. */
export function agentView(agent: AgentRecord, isDeactivated = false) {
  return {
    id: agent.id as string,
    hostname: agent.hostname,
    port: agent.port,
    attributes: attributesView(agent.attributes),
    pid: `slave(1)@${agent.ip}:${agent.port}`,
    registered_time: agent.registeredAtMs / 1000,
    resources: resourcesView(agent.resources),
    used_resources: resourcesView(usedOf(agent.tasks, agent.executors.values())),
    offered_resources: resourcesView(sum(agent.offers.values())),
    reserved_resources: reservedView(agent.resources),
    unreserved_resources: resourcesView(unreservedPart(agent.resources)),
    active: agent.connected && !isDeactivated,
    deactivated: isDeactivated,
    version: MESOS_VERSION,
    capabilities: AGENT_CAPABILITIES,
  };
}

/** One agent of {@link MasterStateView}. */
export type AgentView = ReturnType<typeof agentView>;

/** Agents that the registry knows, and that have not come back to this master yet. */
function recoveredView(state: MasterState) {
  return [...state.recoveredAgents.values()].map(({ id, hostname, port }) => ({
    id: id as string,
    hostname,
    port,
  }));
}

/** `/slaves`: the agents with their resources in full. */
export function agentsView(state: MasterState, agentId: string | null) {
  const shown = [...state.agents.values()].filter((agent) => agentId === null || agent.id === agentId);
  return {
    slaves: shown.map((agent) => ({
      ...agentView(agent, state.operator.deactivatedAgents.has(agent.id)),
      reserved_resources_full: fullReservedView(agent.resources),
      unreserved_resources_full: fullResourcesView(unreservedPart(agent.resources)),
      used_resources_full: fullResourcesView(usedOf(agent.tasks, agent.executors.values())),
      offered_resources_full: fullResourcesView(sum(agent.offers.values())),
    })),
    recovered_slaves: recoveredView(state),
  };
}

function offerView(offer: OfferRecord) {
  return {
    id: offer.id as string,
    framework_id: offer.frameworkId as string,
    allocation_info: { role: offer.role },
    slave_id: offer.agentId as string,
    resources: resourcesView(offer.resources),
  };
}

function executorView({ id, agentId, frameworkId, info, role, resources }: ExecutorOnAgent) {
  const command = info.command ?? {};
  return {
    executor_id: id as string,
    name: info.name ?? '',
    framework_id: frameworkId as string,
    command: {
      ...(hasField(command, 'shell') && { shell: command.shell ?? true }),
      ...(command.value && { value: command.value }),
      argv: command.arguments ?? [],
      ...(command.environment && { environment: toMesosJson(mesos.v1.Environment, command.environment) }),
      uris: (command.uris ?? []).map(({ value, executable }) => ({ value, executable: executable ?? false })),
    },
    resources: resourcesView(resources),
    role,
    slave_id: agentId as string,
  };
}

/** A framework in `/state` and `/frameworks`, active or completed. */
export interface FrameworkView {
  id: string;
  name: string;
  used_resources: ResourcesView;
  offered_resources: ResourcesView;
  capabilities: string[];
  hostname: string;
  webui_url: string;
  active: boolean;
  connected: boolean;
  recovered: boolean;
  user: string;
  failover_timeout: number;
  checkpoint: boolean;
  registered_time: number;
  unregistered_time: number;
  reregistered_time?: number;
  principal?: string;
  resources: ResourcesView;
  roles?: readonly string[];
  role?: string;
  tasks: TaskView[];
  unreachable_tasks: TaskView[];
  completed_tasks: TaskView[];
  offers: ReturnType<typeof offerView>[];
  executors: ReturnType<typeof executorView>[];
  offer_constraints: unknown;
  labels?: unknown;
}

/** A framework as the master's endpoints show it. */
export function frameworkView(framework: FrameworkRecord): FrameworkView {
  const { info } = framework;
  const used = usedOf(framework.tasks.values(), framework.executors);
  const offered = sum(framework.offers.values());
  const isConnected = framework.streamId !== undefined;
  const isMultiRole = framework.capabilities.has(Capability.MULTI_ROLE);
  return {
    id: framework.id,
    name: info.name,
    used_resources: resourcesView(used),
    offered_resources: resourcesView(offered),
    capabilities: [...framework.capabilities].map((type) => Capability[type] ?? String(type)),
    hostname: info.hostname ?? '',
    webui_url: info.webuiUrl ?? '',
    active: isConnected,
    connected: isConnected,
    recovered: framework.isRecovered,
    user: info.user,
    failover_timeout: info.failoverTimeout ?? 0,
    checkpoint: info.checkpoint ?? false,
    registered_time: framework.registeredAtMs / 1000,
    unregistered_time: (framework.unregisteredAtMs ?? 0) / 1000,
    ...(framework.reregisteredAtMs !== undefined && { reregistered_time: framework.reregisteredAtMs / 1000 }),
    ...(info.principal && { principal: info.principal }),
    resources: resourcesView(used.plus(offered)),
    ...(isMultiRole ? { roles: framework.roles } : { role: framework.roles[0] ?? '*' }),
    tasks: [...framework.tasks.values()].map(taskView),
    unreachable_tasks: [...framework.unreachableTasks.values()].map(taskView),
    completed_tasks: framework.completedTasks.map(taskView),
    offers: [...framework.offers.values()].map(offerView),
    executors: [...framework.executors].map(executorView),
    offer_constraints: toMesosJson(mesos.v1.scheduler.OfferConstraints, framework.offerConstraints),
    ...(info.labels && { labels: labelsView(info.labels) }),
  };
}

/** `/frameworks`. */
export function frameworksView(state: MasterState, frameworkId: string | null) {
  const isShown = (framework: FrameworkRecord) => frameworkId === null || framework.id === frameworkId;
  return {
    frameworks: [...state.frameworks.values()].filter(isShown).map(frameworkView),
    completed_frameworks: state.completedFrameworks.filter(isShown).map(frameworkView),
    unregistered_frameworks: [],
  };
}

/** The master's settings in the form of its flags. */
export function flagsView(state: MasterState): Record<string, string> {
  const {
    hostname,
    ip,
    port,
    allocationIntervalMs,
    offerTimeoutMs,
    isAuthenticated = false,
  } = state.settings;
  const { agentPingTimeoutMs, maxAgentPingTimeouts, agentReregisterTimeoutMs } = timesOf(state.settings);
  const authenticates = String(isAuthenticated);
  return {
    agent_ping_timeout: durationText(agentPingTimeoutMs),
    agent_reregister_timeout: durationText(agentReregisterTimeoutMs),
    allocation_interval: durationText(allocationIntervalMs),
    allocator: 'hierarchical',
    authenticate_frameworks: 'false',
    authenticate_http_frameworks: authenticates,
    authenticate_http_readonly: authenticates,
    authenticate_http_readwrite: authenticates,
    framework_sorter: 'drf',
    hostname,
    ip,
    max_agent_ping_timeouts: String(maxAgentPingTimeouts),
    max_completed_frameworks: '50',
    max_completed_tasks_per_framework: '1000',
    min_allocatable_resources: 'cpus:0.01|mem:32',
    ...(offerTimeoutMs !== undefined && { offer_timeout: durationText(offerTimeoutMs) }),
    port: String(port),
    registry: 'in_memory',
    role_sorter: 'drf',
  };
}

/** `/state`: all that the master knows, as a real one shows it. */
export function masterStateView(state: MasterState) {
  const { masterId, hostname, ip, port } = state.settings;
  const pid = `master@${ip}:${port}`;
  const agents = [...state.agents.values()];
  return {
    ...buildView(),
    start_time: state.startedAtMs / 1000,
    elected_time: state.startedAtMs / 1000,
    id: masterId,
    pid,
    hostname,
    capabilities: ['AGENT_UPDATE', 'AGENT_DRAINING', 'QUOTA_V2'],
    activated_slaves: agents.filter((agent) => agent.connected).length,
    deactivated_slaves: agents.filter((agent) => !agent.connected).length,
    unreachable_slaves: state.unreachableAgents.size,
    leader: pid,
    leader_info: { id: masterId, pid, port, hostname },
    flags: flagsView(state),
    slaves: agents.map((agent) => agentView(agent, state.operator.deactivatedAgents.has(agent.id))),
    recovered_slaves: recoveredView(state),
    ...frameworksView(state, null),
    orphan_tasks: [],
    unregistered_frameworks: [],
  };
}

/** What `/state` shows. */
export type MasterStateView = ReturnType<typeof masterStateView>;

/** `/tasks`: all tasks of all frameworks, the newest first unless asked otherwise. */
export function tasksView(state: MasterState, query: URLSearchParams) {
  const frameworks = [...state.frameworks.values(), ...state.completedFrameworks];
  const wantedFramework = query.get('framework_id');
  const wantedTask = query.get('task_id');
  const tasks = frameworks
    .filter((framework) => wantedFramework === null || framework.id === wantedFramework)
    .flatMap((framework) => [
      ...framework.tasks.values(),
      ...framework.unreachableTasks.values(),
      ...framework.completedTasks,
    ])
    .filter((task) => wantedTask === null || task.id === wantedTask);
  const firstSeen = (task: TaskRecord) => task.statuses[0]?.timestamp ?? Number.POSITIVE_INFINITY;
  const sign = query.get('order') === 'asc' ? 1 : -1;
  tasks.sort((a, b) => sign * (firstSeen(a) - firstSeen(b)) || 0);
  const offset = Number(query.get('offset') ?? 0) || 0;
  const limit = Number(query.get('limit') ?? 100) || 100;
  return { tasks: tasks.slice(offset, offset + limit).map(taskView) };
}

import { mesos } from '@spark-mesos/mesos-proto';
import type { AgentCore } from '../agent/agent-core.ts';
import type { AgentFrameworkRecord, AgentTask, ExecutorRecord } from '../agent/model.ts';
import type { AgentDescription } from '../master/model.ts';
import { ResourceSet } from '../resources/resource-set.ts';
import { isTerminal } from '../task-states.ts';
import { buildView } from './build-view.ts';
import { AGENT_CAPABILITIES } from './master-view.ts';
import {
  attributesView,
  fullResourcesView,
  reservedView,
  resourcesView,
  unreservedPart,
} from './resources-view.ts';
import { labelsView, taskView } from './task-view.ts';

const { Type } = mesos.v1.Value;

/** What a command executor takes for itself beside its task; only the agent counts it. */
const EXECUTOR_OVERHEAD = ResourceSet.of([
  { name: 'cpus', type: Type.SCALAR, scalar: { value: 0.1 } },
  { name: 'mem', type: Type.SCALAR, scalar: { value: 32 } },
]);

/** From this length on, a command is cut in an executor's name. */
const NAMED_COMMAND_LENGTH = 15;
const CUT_COMMAND_LENGTH = 12;

function cut(text: string): string {
  return text.length > NAMED_COMMAND_LENGTH ? `${text.slice(0, CUT_COMMAND_LENGTH)}...` : text;
}

/** The name that an agent gives to the executor of a command task. */
export function commandExecutorName(task: mesos.v1.ITaskInfo): string {
  const { shell = true, value = '', arguments: args = [] } = task.command ?? {};
  const command = shell
    ? `sh -c '${cut(value ?? '')}'`
    : `[${cut([value ?? '', (args ?? []).join(', ')].join(', '))}]`;
  return `Command Executor (Task: ${task.taskId.value}) (Command: ${command})`;
}

/** What an executor is called in `/state` and `/containers`. */
export function executorName({ kind, info, tasks }: ExecutorRecord): string {
  const [task] = tasks.values();
  if (kind === 'command' && task !== undefined) return commandExecutorName(task.info);
  return info?.name ?? '';
}

/** What the framework says that an executor comes from; for a command task, its name. */
export function executorSource({ kind, id, info }: ExecutorRecord): string {
  return kind === 'command' ? id : (info?.source ?? '');
}

/** Everything that an executor and its tasks hold on the agent. */
export function executorResources(executor: ExecutorRecord): ResourceSet {
  const own =
    executor.info === undefined
      ? EXECUTOR_OVERHEAD
      : ResourceSet.of(executor.info.resources ?? []).unallocated();
  return [...executor.tasks.values()]
    .filter((task) => !isTerminal(task.state))
    .reduce((sum, { info }) => sum.plus(ResourceSet.of(info.resources ?? []).unallocated()), own);
}

function executorView(agentId: string, executor: ExecutorRecord) {
  const { frameworkId, role, info } = executor;
  const tasks = [...executor.tasks.values()];
  const view = (task: AgentTask) => {
    const { info: taskInfo, state, statuses } = task;
    return taskView({ info: taskInfo, frameworkId, agentId, role, state, statuses });
  };
  const live = tasks.filter((task) => !isTerminal(task.state));
  const isQueued = (task: AgentTask) => !task.isDelivered || task.run?.phase === 'preparing';
  const labels = info?.labels ?? (executor.kind === 'command' ? tasks[0]?.info.labels : undefined);
  return {
    id: executor.id as string,
    name: executorName(executor),
    source: executorSource(executor),
    container: executor.containerId as string,
    directory: executor.directory,
    resources: resourcesView(executorResources(executor)),
    role,
    ...(labels && { labels: labelsView(labels) }),
    tasks: live.filter((task) => !isQueued(task)).map(view),
    queued_tasks: live.filter(isQueued).map(view),
    completed_tasks: tasks.filter((task) => isTerminal(task.state)).map(view),
  };
}

function frameworkOnAgentView(agentId: string, framework: AgentFrameworkRecord) {
  const { info } = framework;
  const isMultiRole = (info.roles ?? []).length > 0;
  return {
    id: framework.id as string,
    name: info.name,
    user: info.user,
    failover_timeout: info.failoverTimeout ?? 0,
    checkpoint: info.checkpoint ?? false,
    hostname: info.hostname ?? '',
    ...(isMultiRole ? { roles: info.roles } : { role: info.role ?? '*' }),
    executors: [...framework.executors.values()].map((executor) => executorView(agentId, executor)),
    completed_executors: framework.completedExecutors.map((executor) => executorView(agentId, executor)),
  };
}

/** All that runs on an agent, with what its executors take. */
export function agentUsed(core: AgentCore): ResourceSet {
  return [...core.frameworks.values()]
    .flatMap((framework) => [...framework.executors.values()])
    .reduce((sum, executor) => sum.plus(executorResources(executor)), ResourceSet.empty);
}

/** `/state` of an agent. */
export function agentStateView(core: AgentCore, agent: AgentDescription, startedAtMs: number) {
  const { identity } = core;
  const pid = `slave(1)@${identity.ip}:${identity.port}`;
  const frameworks = [...core.frameworks.values()];
  return {
    ...buildView(),
    start_time: startedAtMs / 1000,
    id: identity.agentId as string,
    pid,
    hostname: identity.hostname,
    capabilities: AGENT_CAPABILITIES,
    resources: resourcesView(agent.resources),
    reserved_resources: reservedView(agent.resources),
    unreserved_resources: resourcesView(unreservedPart(agent.resources)),
    reserved_resources_full: {},
    unreserved_resources_full: fullResourcesView(unreservedPart(agent.resources)),
    reserved_resources_allocated: {},
    unreserved_resources_allocated: resourcesView(agentUsed(core)),
    resource_providers: [],
    attributes: attributesView(agent.attributes),
    master_hostname: identity.hostname,
    flags: { work_dir: identity.workDir, port: String(identity.port), ip: identity.ip },
    frameworks: frameworks
      .filter((framework) => !framework.isOver)
      .map((framework) => frameworkOnAgentView(identity.agentId, framework)),
    completed_frameworks: frameworks
      .filter((framework) => framework.isOver)
      .map((framework) => frameworkOnAgentView(identity.agentId, framework)),
  };
}

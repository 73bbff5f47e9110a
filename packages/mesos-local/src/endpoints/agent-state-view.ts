import { mesos } from '@spark-mesos/mesos-proto';
import type { AgentCore } from '../agent/agent-core.ts';
import type { AgentFrameworkRecord, ExecutorRecord } from '../agent/model.ts';
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

/** Everything that an executor and its task hold on the agent. */
export function executorResources(executor: ExecutorRecord): ResourceSet {
  const own = EXECUTOR_OVERHEAD;
  if (isTerminal(executor.taskState)) return own;
  return ResourceSet.of(executor.task.resources ?? [])
    .unallocated()
    .plus(own);
}

function executorView(agentId: string, executor: ExecutorRecord) {
  const task = taskView({
    info: executor.task,
    frameworkId: executor.frameworkId,
    agentId,
    role: executor.role,
    state: executor.taskState,
    statuses: executor.statuses,
  });
  const isOver = isTerminal(executor.taskState);
  const isQueued = executor.phase === 'preparing';
  return {
    id: executor.id as string,
    name: commandExecutorName(executor.task),
    source: executor.taskId as string,
    container: executor.containerId as string,
    directory: executor.directory,
    resources: resourcesView(executorResources(executor)),
    role: executor.role,
    ...(executor.task.labels && { labels: labelsView(executor.task.labels) }),
    tasks: isOver || isQueued ? [] : [task],
    queued_tasks: isQueued && !isOver ? [task] : [],
    completed_tasks: isOver ? [task] : [],
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

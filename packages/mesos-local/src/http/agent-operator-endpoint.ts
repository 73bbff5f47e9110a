import { mesos } from '@spark-mesos/mesos-proto';
import type { AgentCore } from '../agent/agent-core.ts';
import type { AgentTask, ExecutorRecord } from '../agent/model.ts';
import {
  agentStateView,
  agentUsed,
  executorName,
  executorResources,
  executorSource,
} from '../endpoints/agent-state-view.ts';
import type { AttachedFiles } from '../endpoints/attached-files.ts';
import { containerStatistics, executorsOf } from '../endpoints/containers-view.ts';
import { resourceMetrics, systemMetrics } from '../endpoints/metrics-view.ts';
import type { AgentDescription } from '../master/model.ts';
import { agentInfo } from '../master/operator-messages.ts';
import { isTerminal } from '../task-states.ts';
import { fileCallReply } from './file-endpoints.ts';
import { emptyReply, type HttpReply, type HttpRequest, textReply } from './messages.ts';
import { answerReply, type OperatorCalls, readOperatorCall } from './operator-call.ts';
import { versionInfo } from './operator-endpoint.ts';

const { Call, Response } = mesos.v1.agent;
const { Type } = Call;
const { Type: ResponseType } = Response;

type Call = mesos.v1.agent.ICall;

/** What the endpoint works on. */
export interface AgentOperatorOptions {
  readonly core: () => AgentCore;
  readonly agent: AgentDescription;
  readonly files: AttachedFiles;
  readonly startedAtMs: number;
  readonly now: () => number;
}

const AGENT_CALLS: OperatorCalls<mesos.v1.agent.Call> = {
  callClass: Call,
  name: 'agent::Call',
  types: Type,
  withPart: new Set<number>([Type.GET_METRICS, Type.SET_LOGGING_LEVEL, Type.LIST_FILES, Type.READ_FILE]),
};

/** POST /api/v1 of an agent: the calls of operators that ask. */
export async function agentOperatorEndpoint(
  options: AgentOperatorOptions,
  request: HttpRequest,
): Promise<HttpReply> {
  const reading = await readOperatorCall(AGENT_CALLS, request);
  if (!reading.ok) return reading.reply;
  const { call, contentType } = reading;
  if (call.type === Type.LIST_FILES || call.type === Type.READ_FILE) {
    return fileCallReply(options.files, call, (answer) => answerReply(Response, answer, contentType));
  }
  if (call.type === Type.SET_LOGGING_LEVEL) return emptyReply(200);
  const answer = processAnswer(options, call.type) ?? workAnswer(options, call.type);
  if (answer === undefined) {
    const name = Type[call.type ?? Type.UNKNOWN] ?? 'UNKNOWN';
    return textReply(501, `NOT_SUPPORTED: the agents of this embedded Mesos do no ${name}`);
  }
  return answerReply(Response, answer, contentType);
}

/** What the agent says of itself. */
function processAnswer(
  { core, agent, startedAtMs }: AgentOperatorOptions,
  type: Call['type'],
): mesos.v1.agent.IResponse | undefined {
  switch (type) {
    case Type.GET_HEALTH:
      return { type: ResponseType.GET_HEALTH, getHealth: { healthy: true } };
    case Type.GET_VERSION:
      return { type: ResponseType.GET_VERSION, getVersion: { versionInfo: versionInfo() } };
    case Type.GET_LOGGING_LEVEL:
      return { type: ResponseType.GET_LOGGING_LEVEL, getLoggingLevel: { level: 0 } };
    case Type.GET_AGENT: {
      const info = agentInfo(core().identity.agentId, agent);
      return { type: ResponseType.GET_AGENT, getAgent: { agentInfo: info } };
    }
    case Type.GET_FLAGS: {
      const { flags } = agentStateView(core(), agent, startedAtMs);
      const named = Object.entries(flags).map(([name, value]) => ({ name, value }));
      return { type: ResponseType.GET_FLAGS, getFlags: { flags: named } };
    }
    case Type.GET_METRICS: {
      const figures = {
        'slave/registered': 1,
        'slave/executors_running': executorsOf(core()).length,
        ...resourceMetrics('slave', agent.resources, agentUsed(core())),
        ...systemMetrics(),
      };
      const metrics = Object.entries(figures).map(([name, value]) => ({ name, value }));
      return { type: ResponseType.GET_METRICS, getMetrics: { metrics } };
    }
    default:
      return undefined;
  }
}

/** What runs on it. */
function workAnswer(
  { core, now }: AgentOperatorOptions,
  type: Call['type'],
): mesos.v1.agent.IResponse | undefined {
  switch (type) {
    case Type.GET_CONTAINERS:
      return {
        type: ResponseType.GET_CONTAINERS,
        getContainers: { containers: containers(core(), now()) },
      };
    case Type.GET_FRAMEWORKS:
      return { type: ResponseType.GET_FRAMEWORKS, getFrameworks: frameworks(core()) };
    case Type.GET_EXECUTORS:
      return { type: ResponseType.GET_EXECUTORS, getExecutors: executors(core()) };
    case Type.GET_TASKS:
      return { type: ResponseType.GET_TASKS, getTasks: tasks(core()) };
    case Type.GET_OPERATIONS:
      return { type: ResponseType.GET_OPERATIONS, getOperations: {} };
    case Type.GET_RESOURCE_PROVIDERS:
      return { type: ResponseType.GET_RESOURCE_PROVIDERS, getResourceProviders: {} };
    case Type.GET_STATE:
      return {
        type: ResponseType.GET_STATE,
        getState: {
          getTasks: tasks(core()),
          getExecutors: executors(core()),
          getFrameworks: frameworks(core()),
        },
      };
    default:
      return undefined;
  }
}

function containers(core: AgentCore, nowMs: number): mesos.v1.agent.Response.GetContainers.IContainer[] {
  return executorsOf(core).map((executor) => ({
    frameworkId: { value: executor.frameworkId },
    executorId: { value: executor.id },
    executorName: executorName(executor),
    containerId: { value: executor.containerId },
    containerStatus: {
      containerId: { value: executor.containerId },
      ...(executor.run?.pid !== undefined && { executorPid: executor.run.pid }),
    },
    resourceStatistics: containerStatistics(executor, nowMs),
  }));
}

function frameworks(core: AgentCore): mesos.v1.agent.Response.IGetFrameworks {
  const all = [...core.frameworks.values()];
  const message = ({ info, id }: (typeof all)[number]) => ({
    frameworkInfo: { ...info, id: { value: id } },
  });
  return {
    frameworks: all.filter(({ isOver }) => !isOver).map(message),
    completedFrameworks: all.filter(({ isOver }) => isOver).map(message),
  };
}

function executors(core: AgentCore): mesos.v1.agent.Response.IGetExecutors {
  return {
    executors: executorsOf(core).map(executorMessage),
    completedExecutors: [...core.frameworks.values()]
      .flatMap(({ completedExecutors }) => completedExecutors)
      .map(executorMessage),
  };
}

/** An executor with what it takes for itself; that of a command task is made up, as the agent makes it up. */
function executorMessage(executor: ExecutorRecord): mesos.v1.agent.Response.GetExecutors.IExecutor {
  if (executor.info !== undefined) return { executorInfo: executor.info };
  const own = executorResources({ ...executor, tasks: new Map() });
  return {
    executorInfo: {
      executorId: { value: executor.id },
      frameworkId: { value: executor.frameworkId },
      command: { shell: false, value: 'mesos-executor', arguments: ['mesos-executor'] },
      resources: own.allocatedTo(executor.role).toMessages(),
      name: executorName(executor),
      source: executorSource(executor),
    },
  };
}

function tasks(core: AgentCore): mesos.v1.agent.Response.IGetTasks {
  const known = [...core.frameworks.values()].flatMap((framework) =>
    [...framework.executors.values(), ...framework.completedExecutors].flatMap((executor) =>
      [...executor.tasks.values()].map((task) => ({ executor, task })),
    ),
  );
  const agentId = core.identity.agentId;
  const isQueued = (task: AgentTask) => !task.isDelivered || task.run?.phase === 'preparing';
  const messages = (fits: (task: AgentTask) => boolean) =>
    known.filter(({ task }) => fits(task)).map(({ executor, task }) => taskMessage(agentId, executor, task));
  return {
    queuedTasks: messages((task) => !isTerminal(task.state) && isQueued(task)),
    launchedTasks: messages((task) => !isTerminal(task.state) && !isQueued(task)),
    completedTasks: messages((task) => isTerminal(task.state)),
  };
}

function taskMessage(agentId: string, executor: ExecutorRecord, task: AgentTask): mesos.v1.ITask {
  const { info, statuses } = task;
  const last = statuses.at(-1);
  return {
    name: info.name,
    taskId: info.taskId,
    frameworkId: { value: executor.frameworkId },
    ...(info.executor && { executorId: info.executor.executorId }),
    agentId: { value: agentId },
    state: task.state,
    resources: [...(info.resources ?? [])],
    statuses,
    ...(last && { statusUpdateState: last.state }),
    ...(last?.uuid && { statusUpdateUuid: last.uuid }),
    ...(info.labels && { labels: info.labels }),
    ...(info.container && { container: info.container }),
  };
}

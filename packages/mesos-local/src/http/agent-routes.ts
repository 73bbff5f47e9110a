import type { AgentCore } from '../agent/agent-core.ts';
import { agentStateView, agentUsed, commandExecutorName } from '../endpoints/agent-state-view.ts';
import { buildView } from '../endpoints/build-view.ts';
import { resourceMetrics, systemMetrics } from '../endpoints/metrics-view.ts';
import type { SandboxFiles } from '../endpoints/sandbox-files.ts';
import type { AgentDescription } from '../master/model.ts';
import { emptyReply, type HttpHandler, type HttpRequest, jsonReply } from './messages.ts';
import { type Routes, route } from './routes.ts';

/** What an agent's endpoints work on. */
export interface AgentRoutesOptions {
  readonly core: AgentCore;
  readonly agent: AgentDescription;
  readonly files: SandboxFiles;
  readonly startedAtMs: number;
}

function containers(core: AgentCore) {
  return [...core.frameworks.values()].flatMap((framework) =>
    [...framework.executors.values()].map((executor) => ({
      container_id: executor.containerId as string,
      executor_id: executor.id as string,
      executor_name: commandExecutorName(executor.task),
      framework_id: framework.id as string,
      source: executor.taskId as string,
      status: {
        container_id: { value: executor.containerId as string },
        ...(executor.pid !== undefined && { executor_pid: executor.pid }),
      },
    })),
  );
}

/** All that an agent answers. */
export function agentHandler({ core, agent, files, startedAtMs }: AgentRoutesOptions): HttpHandler {
  const { version, git_sha, git_tag, build_date, build_time, build_user } = buildView();
  const json = (view: () => unknown): HttpHandler => {
    return (request: HttpRequest) => jsonReply(request, view());
  };
  const routes: Routes = {
    '/state': json(() => agentStateView(core, agent, startedAtMs)),
    '/containers': json(() => containers(core)),
    '/flags': json(() => ({ flags: agentStateView(core, agent, startedAtMs).flags })),
    '/version': json(() => ({ build_date, build_time, build_user, git_sha, git_tag, version })),
    '/metrics/snapshot': json(() => ({
      'slave/registered': 1,
      'slave/executors_running': containers(core).length,
      ...resourceMetrics('slave', agent.resources, agentUsed(core)),
      ...systemMetrics(),
    })),
    '/health': () => emptyReply(200),
    '/files/browse': (request) => files.browse(request),
    '/files/read': (request) => files.read(request),
    '/files/download': (request) => files.download(request),
    '/files/debug': (request) => files.debug(request),
  };
  return (request) => route(routes, request);
}

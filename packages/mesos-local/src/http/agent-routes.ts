import type { mesos } from '@spark-mesos/mesos-proto';
import type { AgentCore } from '../agent/agent-core.ts';
import type { AgentInput } from '../agent/messages.ts';
import { agentStateView, agentUsed } from '../endpoints/agent-state-view.ts';
import type { AttachedFiles } from '../endpoints/attached-files.ts';
import { buildView } from '../endpoints/build-view.ts';
import { containersView, executorsOf, statisticsView } from '../endpoints/containers-view.ts';
import { resourceMetrics, systemMetrics } from '../endpoints/metrics-view.ts';
import type { AgentDescription } from '../master/model.ts';
import { agentOperatorEndpoint } from './agent-operator-endpoint.ts';
import type { EventStreams } from './event-streams.ts';
import { executorEndpoint } from './executor-endpoint.ts';
import { fileRoutes } from './file-endpoints.ts';
import { emptyReply, type HttpHandler, type HttpRequest, jsonReply } from './messages.ts';
import { type Routes, route } from './routes.ts';

/** What an agent's endpoints work on. */
export interface AgentRoutesOptions {
  /** The agent's mind: another one after every restart. */
  readonly core: () => AgentCore;
  readonly agent: AgentDescription;
  readonly files: AttachedFiles;
  readonly streams: EventStreams<mesos.v1.executor.IEvent>;
  readonly step: (input: AgentInput) => void;
  readonly startedAtMs: number;
  readonly now: () => number;
}

/** All that an agent answers. */
export function agentHandler(options: AgentRoutesOptions): HttpHandler {
  const { core, agent, files, startedAtMs, now } = options;
  const { version, git_sha, git_tag, build_date, build_time, build_user } = buildView();
  const json = (view: () => unknown): HttpHandler => {
    return (request: HttpRequest) => jsonReply(request, view());
  };
  const routes: Routes = {
    '/api/v1/executor': (request) => executorEndpoint(options, request),
    '/api/v1': (request) => agentOperatorEndpoint(options, request),
    '/state': json(() => agentStateView(core(), agent, startedAtMs)),
    '/containers': json(() => containersView(core(), now())),
    '/monitor/statistics': json(() => statisticsView(core(), now())),
    '/flags': json(() => ({ flags: agentStateView(core(), agent, startedAtMs).flags })),
    '/version': json(() => ({ build_date, build_time, build_user, git_sha, git_tag, version })),
    '/metrics/snapshot': json(() => ({
      'slave/registered': 1,
      'slave/executors_running': executorsOf(core()).length,
      ...resourceMetrics('slave', agent.resources, agentUsed(core())),
      ...systemMetrics(),
    })),
    '/health': () => emptyReply(200),
    ...fileRoutes(files),
  };
  return (request) => route(routes, request);
}

import type { mesos } from '@spark-mesos/mesos-proto';
import { AttachedFiles } from '../endpoints/attached-files.ts';
import { buildView } from '../endpoints/build-view.ts';
import {
  agentsView,
  flagsView,
  frameworksView,
  masterStateView,
  tasksView,
} from '../endpoints/master-view.ts';
import { masterMetrics } from '../endpoints/metrics-view.ts';
import { rolesView } from '../endpoints/roles-view.ts';
import { summaryView } from '../endpoints/summary-view.ts';
import type { FrameworkId } from '../ids.ts';
import type { MasterState } from '../master/master-state.ts';
import type { MasterInput } from '../master/messages.ts';
import type { Authentication, PrincipalHandler } from './authentication.ts';
import type { EventStreams } from './event-streams.ts';
import { fileRoutes } from './file-endpoints.ts';
import { type Leadership, onlyLeader, onlyRecovered, redirectReply } from './leader-gate.ts';
import {
  emptyReply,
  type HttpHandler,
  type HttpReply,
  type HttpRequest,
  jsonReply,
  methodReply,
  notFoundReply,
  textReply,
} from './messages.ts';
import { operatorEndpoint } from './operator-endpoint.ts';
import { operatorRoutes } from './operator-routes.ts';
import { type Routes, route } from './routes.ts';
import { schedulerEndpoint } from './scheduler-endpoint.ts';
import { staticFile } from './static-files.ts';

const SCHEDULER = 'mesos-master-scheduler';
const READ_ONLY = 'mesos-master-readonly';
const READ_WRITE = 'mesos-master-readwrite';

/** What the master's endpoints work on. */
export interface MasterRoutesOptions {
  readonly state: MasterState;
  readonly streams: EventStreams<mesos.v1.scheduler.IEvent>;
  readonly operatorStreams: EventStreams<mesos.v1.master.IEvent>;
  readonly step: (input: MasterInput) => void;
  /** The endpoints of an agent, so that the console can ask for all from one place. */
  readonly agentHandler: (agentId: string) => HttpHandler | undefined;
  readonly consoleRoot: string | undefined;
  readonly authentication: Authentication;
  readonly leadership: () => Leadership;
}

/** All that a master answers. */
export function masterHandler(options: MasterRoutesOptions): HttpHandler {
  const { state } = options;
  const build = buildView();
  const { version, git_sha, git_tag, build_date, build_time, build_user } = build;
  const { authentication, leadership } = options;
  const json = (view: (request: HttpRequest) => unknown): HttpHandler => {
    return (request) => jsonReply(request, view(request));
  };
  const own = (handler: HttpHandler) => authentication.guard(READ_ONLY, handler);
  const read = (handler: HttpHandler) => own(onlyLeader(leadership, handler));
  const write = (handler: HttpHandler) => authentication.guard(READ_WRITE, onlyLeader(leadership, handler));
  const calls = (realm: string, answer: PrincipalHandler): HttpHandler =>
    authentication.guard(realm, (request, principal) =>
      onlyRecovered(leadership, (passed) => answer(passed, principal))(request),
    );
  // A real master attaches its log if it writes one to a file; the log of this one is its owner's.
  const files = new AttachedFiles();
  const operators = Object.entries(operatorRoutes({ ...options, files })).map(
    ([path, answer]): [string, HttpHandler] => [
      path,
      authentication.guard(READ_WRITE, (request, principal) =>
        onlyLeader(leadership, (passed) => answer(passed, principal))(request),
      ),
    ],
  );
  const filePaths = Object.entries(fileRoutes(files)).map(([path, answer]) => [path, own(answer)] as const);
  const routes: Routes = {
    ...Object.fromEntries(operators),
    ...Object.fromEntries(filePaths),
    '/api/v1/scheduler': calls(SCHEDULER, (request, principal) =>
      schedulerEndpoint(options, request, principal),
    ),
    '/api/v1': calls(READ_WRITE, (request, principal) =>
      operatorEndpoint({ ...options, files }, request, principal),
    ),
    '/state': read(json(() => masterStateView(state))),
    '/state-summary': read(json(() => summaryView(state))),
    '/slaves': read(json((request) => agentsView(state, request.query.get('slave_id')))),
    '/frameworks': read(json((request) => frameworksView(state, request.query.get('framework_id')))),
    '/tasks': read(json((request) => tasksView(state, request.query))),
    '/roles': read(json(() => rolesView(state))),
    '/flags': own(json(() => ({ flags: flagsView(state) }))),
    '/version': json(() => ({ build_date, build_time, build_user, git_sha, git_tag, version })),
    '/metrics/snapshot': own(json(() => masterMetrics(state))),
    '/health': () => emptyReply(200),
    '/redirect': () => redirectReply(leadership(), state.settings),
    '/teardown': write((request) => teardown(options, request)),
    '/agent': read((request) => throughToAgent(options, request)),
  };
  return (request) => route(routes, request, (unknown) => page(options, unknown));
}

async function page({ consoleRoot }: MasterRoutesOptions, request: HttpRequest): Promise<HttpReply> {
  const file = consoleRoot === undefined ? undefined : await staticFile(consoleRoot, request);
  return file ?? notFoundReply();
}

/** POST /teardown with `frameworkId=…` as its body. */
async function teardown({ state, step }: MasterRoutesOptions, request: HttpRequest): Promise<HttpReply> {
  if (request.method !== 'POST') return methodReply(request.method);
  const form = new URLSearchParams(Buffer.from(await request.body()).toString('utf8'));
  const frameworkId = form.get('frameworkId');
  if (!frameworkId) return textReply(400, "Missing 'frameworkId' query parameter in the request body");
  if (!state.frameworks.has(frameworkId as FrameworkId)) {
    return textReply(400, 'No framework found with specified ID');
  }
  step({ kind: 'operator-teardown', frameworkId: frameworkId as FrameworkId });
  return emptyReply(200);
}

/** `/agent/ID/files/read` is `/files/read` of that agent: a page of the master may not ask another port. */
function throughToAgent(
  { agentHandler }: MasterRoutesOptions,
  request: HttpRequest,
): HttpReply | Promise<HttpReply> {
  const [, , agentId = '', ...rest] = request.path.split('/');
  const handler = agentHandler(agentId);
  return handler === undefined ? notFoundReply() : handler({ ...request, path: `/${rest.join('/')}` });
}

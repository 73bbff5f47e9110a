import { randomUUID } from 'node:crypto';
import { codecOf, type MesosContentType, mesos } from '@spark-mesos/mesos-proto';
import type { AttachedFiles } from '../endpoints/attached-files.ts';
import { buildView } from '../endpoints/build-view.ts';
import { flagsView } from '../endpoints/master-view.ts';
import { masterMetrics } from '../endpoints/metrics-view.ts';
import type { StreamId } from '../ids.ts';
import { maintenanceStatus } from '../master/maintenance.ts';
import type { MasterState } from '../master/master-state.ts';
import type { MasterInput } from '../master/messages.ts';
import { isOperationCall, OPERATION_CALLS, operatorRefusal } from '../master/operator-calls.ts';
import {
  getAgents,
  getExecutors,
  getFrameworks,
  getOperations,
  getRoles,
  getState,
  getTasks,
} from '../master/operator-messages.ts';
import { quotaStatus } from '../master/quota-calls.ts';
import { masterInfo } from '../master/subscription.ts';
import type { EventStreams } from './event-streams.ts';
import { fileCallReply } from './file-endpoints.ts';
import { emptyReply, type HttpReply, type HttpRequest, textReply } from './messages.ts';
import { answerReply, type OperatorCalls, readOperatorCall } from './operator-call.ts';

const { Call, Response } = mesos.v1.master;
const { Type } = Call;
const { Type: ResponseType } = Response;

type Call = mesos.v1.master.ICall;

/** What the endpoint works on. */
export interface OperatorEndpointOptions {
  readonly state: MasterState;
  readonly operatorStreams: EventStreams<mesos.v1.master.IEvent>;
  readonly step: (input: MasterInput) => void;
  readonly files: AttachedFiles;
}

const MASTER_CALLS: OperatorCalls<mesos.v1.master.Call> = {
  callClass: Call,
  name: 'master::Call',
  types: Type,
  withPart: new Set<number>([
    Type.GET_METRICS,
    Type.SET_LOGGING_LEVEL,
    Type.LIST_FILES,
    Type.READ_FILE,
    Type.UPDATE_WEIGHTS,
    ...OPERATION_CALLS,
    Type.UPDATE_MAINTENANCE_SCHEDULE,
    Type.START_MAINTENANCE,
    Type.STOP_MAINTENANCE,
    Type.DRAIN_AGENT,
    Type.DEACTIVATE_AGENT,
    Type.REACTIVATE_AGENT,
    Type.UPDATE_QUOTA,
    Type.SET_QUOTA,
    Type.REMOVE_QUOTA,
    Type.TEARDOWN,
    Type.MARK_AGENT_GONE,
  ]),
};

/** POST /api/v1 behind authentication and the leader's gate: the calls of operators. */
export async function operatorEndpoint(
  options: OperatorEndpointOptions,
  request: HttpRequest,
  principal: string | undefined,
): Promise<HttpReply> {
  const reading = await readOperatorCall(MASTER_CALLS, request);
  if (!reading.ok) return reading.reply;
  const { call, contentType } = reading;
  if (call.type === Type.SUBSCRIBE) return subscription(options, contentType);
  if (call.type === Type.LIST_FILES || call.type === Type.READ_FILE) {
    return fileCallReply(options.files, call, (answer) => answerReply(Response, answer, contentType));
  }
  if (call.type === Type.SET_LOGGING_LEVEL) return emptyReply(200);
  const answer = answerTo(options.state, call);
  if (answer !== undefined) return answerReply(Response, answer, contentType);
  return change(options, call, principal);
}

function subscription(
  { operatorStreams, step }: OperatorEndpointOptions,
  contentType: MesosContentType,
): HttpReply {
  const streamId = randomUUID() as string as StreamId;
  return {
    kind: 'stream',
    headers: { 'Content-Type': codecOf(contentType).mediaType },
    open(response) {
      operatorStreams.open(streamId, response, contentType, () =>
        step({ kind: 'operator-stream-closed', streamId }),
      );
      step({ kind: 'operator-subscribed', streamId });
    },
  };
}

/** Does what can be done, and says so as Mesos does: operations on resources are only accepted. */
function change(
  { state, step }: OperatorEndpointOptions,
  call: Call,
  principal: string | undefined,
): HttpReply {
  const refusal = operatorRefusal(state, call, principal);
  if (refusal !== undefined) return textReply(refusal.status, refusal.text);
  step({ kind: 'operator-call', call });
  return emptyReply(isOperationCall(call) ? 202 : 200);
}

/** What a GET call is answered; undefined for all other calls. */
function answerTo(state: MasterState, { type }: Call): mesos.v1.master.IResponse | undefined {
  switch (type) {
    case Type.GET_STATE:
      return { type: ResponseType.GET_STATE, getState: getState(state) };
    case Type.GET_AGENTS:
      return { type: ResponseType.GET_AGENTS, getAgents: getAgents(state) };
    case Type.GET_FRAMEWORKS:
      return { type: ResponseType.GET_FRAMEWORKS, getFrameworks: getFrameworks(state) };
    case Type.GET_EXECUTORS:
      return { type: ResponseType.GET_EXECUTORS, getExecutors: getExecutors(state) };
    case Type.GET_TASKS:
      return { type: ResponseType.GET_TASKS, getTasks: getTasks(state) };
    case Type.GET_OPERATIONS:
      return { type: ResponseType.GET_OPERATIONS, getOperations: getOperations(state) };
    case Type.GET_ROLES:
      return { type: ResponseType.GET_ROLES, getRoles: getRoles(state) };
    default:
      return settingsAnswer(state, type) ?? processAnswer(state, type);
  }
}

/** What operators have set. */
function settingsAnswer(state: MasterState, type: Call['type']): mesos.v1.master.IResponse | undefined {
  const { operator } = state;
  switch (type) {
    case Type.GET_WEIGHTS: {
      const weightInfos = [...operator.weights].map(([role, weight]) => ({ role, weight }));
      return {
        type: ResponseType.GET_WEIGHTS,
        ...(weightInfos.length > 0 && { getWeights: { weightInfos } }),
      };
    }
    case Type.GET_QUOTA:
      return { type: ResponseType.GET_QUOTA, getQuota: { status: quotaStatus(state) } };
    case Type.GET_MAINTENANCE_STATUS: {
      const status = maintenanceStatus(state);
      return { type: ResponseType.GET_MAINTENANCE_STATUS, getMaintenanceStatus: { status } };
    }
    case Type.GET_MAINTENANCE_SCHEDULE: {
      const schedule = operator.schedule ?? {};
      return { type: ResponseType.GET_MAINTENANCE_SCHEDULE, getMaintenanceSchedule: { schedule } };
    }
    default:
      return undefined;
  }
}

/** What the master says of itself. */
function processAnswer(state: MasterState, type: Call['type']): mesos.v1.master.IResponse | undefined {
  switch (type) {
    case Type.GET_HEALTH:
      return { type: ResponseType.GET_HEALTH, getHealth: { healthy: true } };
    case Type.GET_FLAGS: {
      const flags = Object.entries(flagsView(state)).map(([name, value]) => ({ name, value }));
      return { type: ResponseType.GET_FLAGS, getFlags: { flags } };
    }
    case Type.GET_VERSION:
      return { type: ResponseType.GET_VERSION, getVersion: { versionInfo: versionInfo() } };
    case Type.GET_METRICS: {
      const metrics = Object.entries(masterMetrics(state)).map(([name, value]) => ({ name, value }));
      return { type: ResponseType.GET_METRICS, getMetrics: { metrics } };
    }
    case Type.GET_LOGGING_LEVEL:
      return { type: ResponseType.GET_LOGGING_LEVEL, getLoggingLevel: { level: 0 } };
    case Type.GET_MASTER: {
      const startTime = state.startedAtMs / 1000;
      const getMaster = { masterInfo: masterInfo(state), startTime, electedTime: startTime };
      return { type: ResponseType.GET_MASTER, getMaster };
    }
    default:
      return undefined;
  }
}

/** The build that this claims to be, as a message. */
export function versionInfo(): mesos.v1.IVersionInfo {
  const build = buildView();
  return {
    version: build.version,
    buildDate: build.build_date,
    buildTime: build.build_time,
    buildUser: build.build_user,
    gitSha: build.git_sha,
    gitTag: build.git_tag,
  };
}

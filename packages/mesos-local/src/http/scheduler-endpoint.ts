import { randomUUID } from 'node:crypto';
import { codecOf, mesos } from '@spark-mesos/mesos-proto';
import type { FrameworkId, StreamId } from '../ids.ts';
import {
  frameworkProblem,
  rolesOf,
  suppressionProblem,
  updateProblem,
} from '../master/framework-validation.ts';
import type { MasterState } from '../master/master-state.ts';
import type { MasterInput } from '../master/messages.ts';
import { constraintsProblem } from '../master/offer-constraints.ts';
import { callProblem } from '../master/scheduler-call-validation.ts';
import { principalProblem } from './authentication.ts';
import { acceptedContentType, notAcceptableReply, readCall } from './call-body.ts';
import type { EventStreams } from './event-streams.ts';
import { emptyReply, type HttpReply, type HttpRequest, methodReply, textReply } from './messages.ts';

const { Call } = mesos.v1.scheduler;
const { Type: CallType } = Call;

/** Calls that no part of this master can do. */
const UNSUPPORTED = new Set<mesos.v1.scheduler.Call.Type>([CallType.UNKNOWN]);

/** What the endpoint works on. */
export interface SchedulerEndpointOptions {
  readonly state: MasterState;
  readonly streams: EventStreams<mesos.v1.scheduler.IEvent>;
  readonly step: (input: MasterInput) => void;
}

/**
 * POST /api/v1/scheduler behind authentication and the leader's gate, with the checks in Mesos's order: method, content type, body, the call itself,
 * Accept, then stream id and framework.
 */
export async function schedulerEndpoint(
  options: SchedulerEndpointOptions,
  request: HttpRequest,
  principal: string | undefined,
): Promise<HttpReply> {
  if (request.method !== 'POST') return methodReply(request.method);
  const reading = await readCall(Call, request);
  if (!reading.ok) return reading.reply;
  const { call } = reading;
  const ofFramework = call.subscribe?.frameworkInfo?.principal;
  const problem = callProblem(call) ?? principalProblem(principal, ofFramework);
  if (problem !== undefined) return textReply(400, `Failed to validate scheduler::Call: ${problem}`);
  const contentType = acceptedContentType(request.headers.accept);
  if (contentType === undefined) return notAcceptableReply();
  if (call.type !== CallType.SUBSCRIBE) return otherCall(options, request, call, principal);
  if (request.headers['mesos-stream-id'] !== undefined) {
    return textReply(400, "Subscribe calls should not include the 'Mesos-Stream-Id' header");
  }
  if (!call.subscribe) return emptyReply(400);
  const subscribe = withPrincipal(call.subscribe, principal);
  const streamId = randomUUID() as string as StreamId;
  const frameworkId = (call.frameworkId?.value || undefined) as FrameworkId | undefined;
  const { streams, step } = options;
  return {
    kind: 'stream',
    headers: {
      'Content-Type': codecOf(contentType).mediaType,
      'Mesos-Stream-Id': streamId,
    },
    open(response) {
      streams.open(streamId, response, contentType, () => step({ kind: 'stream-closed', streamId }));
      step({ kind: 'subscribe', streamId, subscribe, frameworkId });
    },
  };
}

/** A framework that names no principal is of the one who subscribes. */
function withPrincipal(
  subscribe: mesos.v1.scheduler.Call.ISubscribe,
  principal: string | undefined,
): mesos.v1.scheduler.Call.ISubscribe {
  const { frameworkInfo } = subscribe;
  if (principal === undefined || frameworkInfo.principal) return subscribe;
  return { ...subscribe, frameworkInfo: { ...frameworkInfo, principal } };
}

/** Why a framework cannot be changed like this, in the words of a real master. */
function updateFrameworkProblem(
  before: mesos.v1.IFrameworkInfo,
  { frameworkInfo, suppressedRoles, offerConstraints }: mesos.v1.scheduler.Call.IUpdateFramework,
): string | undefined {
  const problem = frameworkProblem(frameworkInfo);
  if (problem !== undefined) return `Supplied FrameworkInfo is not valid: ${problem}`;
  const change = updateProblem(before, frameworkInfo);
  if (change !== undefined) return `FrameworkInfo update is not valid: ${change}`;
  const roles = rolesOf(frameworkInfo);
  const unmet = suppressionProblem(suppressedRoles, roles) ?? constraintsProblem(offerConstraints, roles);
  return unmet && `'UpdateFramework' call is not valid: ${unmet}`;
}

function otherCall(
  { state, step }: SchedulerEndpointOptions,
  request: HttpRequest,
  call: mesos.v1.scheduler.ICall,
  principal: string | undefined,
): HttpReply {
  const framework = state.frameworks.get(call.frameworkId?.value as FrameworkId);
  if (framework === undefined) return textReply(400, 'Framework cannot be found');
  const stranger = principalProblem(principal, framework.info.principal);
  if (stranger !== undefined) return textReply(400, stranger);
  if (framework.streamId === undefined) return textReply(403, 'Framework is not subscribed');
  const streamId = request.headers['mesos-stream-id'];
  if (streamId === undefined) {
    return textReply(400, "All non-subscribe calls should include the 'Mesos-Stream-Id' header");
  }
  if (streamId !== framework.streamId) {
    const text = `The stream ID '${String(streamId)}' included in this request didn't match the stream ID currently associated with framework ID ${framework.id}`;
    return textReply(400, text);
  }
  const type = call.type ?? CallType.UNKNOWN;
  if (UNSUPPORTED.has(type)) {
    return textReply(501, `NOT_SUPPORTED: this embedded Mesos does no ${CallType[type]}`);
  }
  if (type === CallType.UPDATE_FRAMEWORK && call.updateFramework) {
    const problem = updateFrameworkProblem(framework.info, call.updateFramework);
    if (problem !== undefined) return textReply(400, problem);
  }
  step({ kind: 'call', frameworkId: framework.id, call });
  return emptyReply(type === CallType.UPDATE_FRAMEWORK ? 200 : 202);
}

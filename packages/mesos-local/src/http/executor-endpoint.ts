import { randomUUID } from 'node:crypto';
import { codecOf, mesos } from '@spark-mesos/mesos-proto';
import type { AgentCore } from '../agent/agent-core.ts';
import { executorCallProblem } from '../agent/executor-call-validation.ts';
import { type ExecutorClaims, readExecutorToken } from '../agent/executor-token.ts';
import type { AgentInput } from '../agent/messages.ts';
import type { ExecutorRecord } from '../agent/model.ts';
import type { ExecutorId, FrameworkId, StreamId } from '../ids.ts';
import { acceptedContentType, notAcceptableReply, readCall } from './call-body.ts';
import type { EventStreams } from './event-streams.ts';
import { emptyReply, type HttpReply, type HttpRequest, methodReply, textReply } from './messages.ts';

const { Call } = mesos.v1.executor;
const { Type: CallType } = Call;

/** What the endpoint works on. */
export interface ExecutorEndpointOptions {
  readonly core: () => AgentCore;
  readonly streams: EventStreams<mesos.v1.executor.IEvent>;
  readonly step: (input: AgentInput) => void;
}

/**
 * POST /api/v1/executor of an agent, with the checks in Mesos's order: token, method, content type, body, the call
 * itself, Accept, then framework, executor, claims and subscription.
 */
export async function executorEndpoint(
  options: ExecutorEndpointOptions,
  request: HttpRequest,
): Promise<HttpReply> {
  const core = options.core();
  const { executorSecretKey } = core.settings;
  const claims = executorSecretKey === undefined ? undefined : claimsOf(request, executorSecretKey);
  if (executorSecretKey !== undefined && claims === undefined) {
    const challenge = { 'WWW-Authenticate': 'Bearer realm="mesos-agent-executor"' };
    return textReply(401, '401 Unauthorized.', challenge);
  }
  if (request.method !== 'POST') return methodReply(request.method);
  const reading = await readCall(Call, request);
  if (!reading.ok) return reading.reply;
  const { call } = reading;
  const problem = executorCallProblem(call);
  if (problem !== undefined) return textReply(400, `Failed to validate Executor::Call: ${problem}`);
  const contentType = acceptedContentType(request.headers.accept);
  if (call.type === CallType.SUBSCRIBE && contentType === undefined) return notAcceptableReply();
  if (call.type === CallType.HEARTBEAT) return emptyReply(202);
  const framework = core.frameworks.get(call.frameworkId.value as FrameworkId);
  if (framework === undefined) return textReply(400, 'Framework cannot be found');
  const executor = framework.executors.get(call.executorId.value as ExecutorId);
  if (executor === undefined) return textReply(400, 'Executor cannot be found');
  const wrong = claims === undefined ? undefined : claimsProblem(claims, executor);
  if (wrong !== undefined) return textReply(403, wrong);
  if (call.type === CallType.SUBSCRIBE && contentType !== undefined) {
    return subscription(options, executor, call, contentType);
  }
  if (executor.kind === 'custom' && !executor.isRegistered) {
    return textReply(403, 'Executor is not subscribed');
  }
  if (call.type === CallType.UNKNOWN) return emptyReply(501);
  options.step({ kind: 'executor-call', frameworkId: framework.id, executorId: executor.id, call });
  return emptyReply(202);
}

function subscription(
  { streams, step }: ExecutorEndpointOptions,
  { frameworkId, id: executorId }: ExecutorRecord,
  call: mesos.v1.executor.ICall,
  contentType: 'json' | 'protobuf',
): HttpReply {
  const streamId = randomUUID() as string as StreamId;
  const subscribe = call.subscribe ?? {};
  return {
    kind: 'stream',
    headers: { 'Content-Type': codecOf(contentType).mediaType },
    open(response) {
      streams.open(streamId, response, contentType, () => step({ kind: 'executor-stream-closed', streamId }));
      step({ kind: 'executor-subscribed', frameworkId, executorId, streamId, subscribe });
    },
  };
}

function claimsOf(request: HttpRequest, key: string): Partial<ExecutorClaims> | undefined {
  const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  return token === undefined ? undefined : readExecutorToken(token, key);
}

/** Whose token it is that came with the call, in the words of a real agent. */
function claimsProblem(
  claims: Partial<ExecutorClaims>,
  { frameworkId, id, containerId }: ExecutorRecord,
): string | undefined {
  const text = `{ cid:${claims.cid}, eid:${claims.eid}, fid:${claims.fid} }`;
  if (claims.fid !== frameworkId) {
    return `Authenticated principal '${text}' does not contain an 'fid' claim with the framework ID ${frameworkId}, which is set in the call`;
  }
  if (claims.eid !== id) {
    return `Authenticated principal '${text}' does not contain an 'eid' claim with the executor ID ${id}, which is set in the call`;
  }
  return claims.cid === containerId
    ? undefined
    : `Authenticated principal '${text}' does not contain a 'cid' claim with the correct active ContainerID`;
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type DispatcherSpark, sparkOfVersion, wantedSpark } from '../../launch/driver-spark.ts';
import type { SubmissionRequest } from '../../model/submission-request.ts';
import { mayManage, type Principal, type Role } from '../../security/roles.ts';
import type { DispatcherService } from '../../service.ts';
import type { Gate } from '../gate.ts';
import { RequestProblem } from '../problem.ts';
import { TOKEN_PROPERTY, withoutToken } from '../token-property.ts';
import { createAnswer, killAnswer, statusAnswer } from './answers.ts';
import { readCreateRequest } from './create-request.ts';
import { readV1Path, type V1Target } from './path.ts';
import { errorReply, formatReply, REPLY_TYPE, type V1Reply } from './reply.ts';

/** What the routes are made of. */
export interface V1Options {
  readonly service: DispatcherService;
  readonly gate: Gate;
  readonly serverSparkVersion: string;
  /** The Sparks that drivers may run. */
  readonly sparks: readonly DispatcherSpark[];
  /** What is shown at /, where it is something else than the protocol's own answer. */
  readonly landing: (request: FastifyRequest, reply: FastifyReply) => FastifyReply | undefined;
}

/** Spark's own words (rule D20b). */
const NOT_READY = 'Scheduler is not ready to take requests';

type AskedTarget = Exclude<V1Target, { kind: 'nowhere' }>;
type ActedTarget = { readonly kind: 'kill' | 'status' | 'killAll' | 'clear'; readonly submissionId?: string };

const NEEDED: Readonly<Record<Exclude<AskedTarget['kind'], 'readyz'>, Role>> = {
  create: 'submitter',
  kill: 'submitter',
  status: 'viewer',
  killAll: 'admin',
  clear: 'admin',
};

/**
 * Spark's submission protocol v1. It answers every path that nobody else answers, since Spark's server does so too.
 */
export function addV1Routes(app: FastifyInstance, options: V1Options): void {
  const handler = async (request: FastifyRequest, reply: FastifyReply) =>
    sendV1(reply, await answer(request, options), options.serverSparkVersion);
  app.all('/', async (request, reply) => options.landing(request, reply) ?? handler(request, reply));
  app.all('/*', handler);
}

/** Sends a reply of the protocol. */
export function sendV1(reply: FastifyReply, answered: V1Reply, serverSparkVersion: string): FastifyReply {
  return reply
    .code(answered.status)
    .header('content-type', REPLY_TYPE)
    .send(formatReply(answered, serverSparkVersion));
}

/** Whether a request is one of this protocol, by its path. */
export function isV1Path(url: string): boolean {
  return !url.startsWith('/api/');
}

async function answer(request: FastifyRequest, options: V1Options): Promise<V1Reply> {
  const target = readV1Path(pathOf(request.url));
  if (target.kind === 'nowhere') {
    const { highestProtocolVersion } = target;
    return errorReply(target.status, target.message, { highestProtocolVersion });
  }
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  if (method !== target.method) {
    throw new RequestProblem(405, 'REQUEST_METHOD', `${target.method} is the method of ${target.kind}`, {
      headers: { allow: target.method === 'GET' ? 'GET, HEAD' : 'POST' },
    });
  }
  if (target.kind === 'readyz') return readyz(options.service);
  // Spark's own clients can send no header: what a submission brings with it is looked at first.
  if (target.kind === 'create') return create(request, options);
  const principal = options.gate.admit(request.raw, NEEDED[target.kind]);
  if (target.kind !== 'status') options.gate.count(principal, request.raw);
  return act({ ...target, kind: target.kind }, principal, options.service);
}

async function create(request: FastifyRequest, { gate, service, sparks }: V1Options): Promise<V1Reply> {
  const body = bodyText(request.body);
  const read = body === undefined ? undefined : readCreateRequest(body);
  const token = read?.ok ? read.request.sparkProperties[TOKEN_PROPERTY] : undefined;
  const visitor = request.raw;
  const principal =
    token === undefined || visitor.headers.authorization !== undefined
      ? gate.admit(visitor, NEEDED.create)
      : gate.byToken(token, visitor, NEEDED.create);
  gate.count(principal, visitor);
  if (read === undefined) return errorReply(400, 'Malformed request: the body is no UTF-8');
  if (!read.ok) return errorReply(400, read.message);
  const { appResource, mainClass, appArgs, sparkProperties, environmentVariables, clientSparkVersion } =
    read.request;
  const submission: SubmissionRequest = {
    appResource,
    mainClass,
    arguments: appArgs,
    properties: token === undefined ? sparkProperties : withoutToken(sparkProperties),
    environment: environmentVariables,
    ...wantedSpark(sparkOfVersion(sparks, clientSparkVersion)),
    clientSparkVersion,
  };
  const outcome = await service.submit(submission, {
    owner: principal.name,
    idempotencyKey: headerOf(request, 'idempotency-key'),
  });
  return createAnswer(outcome, read.unknownFields);
}

async function act(target: ActedTarget, principal: Principal, service: DispatcherService): Promise<V1Reply> {
  // What one asks about may be in the state that is still being read: nobody is told that it is unknown, or that it is done.
  const isReading = !service.readiness().recovered;
  switch (target.kind) {
    case 'kill': {
      const { submissionId } = target;
      if (submissionId === undefined) return errorReply(400, 'Submission ID is missing in kill request.');
      const known = service.summary(submissionId);
      if (known !== undefined && !mayManage(principal, known.owner)) throw notYours();
      return killAnswer(submissionId, await service.kill(submissionId));
    }
    case 'status': {
      const { submissionId } = target;
      if (submissionId === undefined) return errorReply(400, 'Submission ID is missing in status request.');
      return statusAnswer(submissionId, service.summary(submissionId), isReading ? NOT_READY : undefined);
    }
    case 'killAll':
      if (isReading) return notReady();
      await service.killAll();
      return {
        status: 200,
        action: 'KillAllSubmissionResponse',
        fields: { success: true, message: 'Kill request for all drivers submitted' },
      };
    case 'clear':
      if (isReading) return notReady();
      await service.clear();
      return { status: 200, action: 'ClearResponse', fields: { success: true, message: '' } };
  }
}

function notReady(): V1Reply {
  return errorReply(503, NOT_READY);
}

function readyz(service: DispatcherService): V1Reply {
  if (!service.readiness().ready) return errorReply(503, 'Master is not ready.');
  return { status: 200, action: 'ReadyzResponse', fields: { success: true, message: '' } };
}

/** The answer to one who would end what somebody else submitted. */
export function notYours(): RequestProblem {
  return new RequestProblem(
    403,
    'REQUEST_FORBIDDEN',
    'the submission is of another owner, and you are no admin',
  );
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** Bodies are UTF-8, whatever the client's locale is; undefined where this one is not. */
export function bodyText(body: unknown): string | undefined {
  if (!(body instanceof Uint8Array)) return '';
  try {
    return UTF_8.decode(body);
  } catch {
    return undefined;
  }
}

function pathOf(url: string): string {
  const end = url.search(/[?#;]/);
  return end < 0 ? url : url.slice(0, end);
}

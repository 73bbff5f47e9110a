import type { z } from 'zod';
import { type DispatcherSpark, wantedSpark } from '../../launch/driver-spark.ts';
import type { LogReader } from '../../logs/log-reader.ts';
import type { KillOutcome, ResubmitOutcome } from '../../model/outcomes.ts';
import type { Submission } from '../../model/submission.ts';
import { mayManage, type Principal } from '../../security/roles.ts';
import type { DispatcherService } from '../../service.ts';
import { RequestProblem } from '../problem.ts';
import { withoutToken } from '../token-property.ts';
import { notYours } from '../v1/routes.ts';
import { logPartView } from './log-view.ts';
import type { OperationId } from './operations.ts';
import type { createShape, killShape, logQueryShape, queryShape, resubmitShape } from './shapes.ts';
import { statisticsView } from './statistics-view.ts';
import {
  defined,
  explanationView,
  type LinkBases,
  type LinkContext,
  retriesView,
  submissionView,
  summaryView,
} from './views.ts';

/** What handlers work with. */
export interface HandlerContext {
  readonly service: DispatcherService;
  readonly links: LinkBases;
  readonly logs: LogReader | undefined;
  /** The Sparks that drivers may run. */
  readonly sparks: readonly DispatcherSpark[];
}

/** A request that was let in and whose form is right. */
export interface Asked {
  readonly id: string;
  readonly principal: Principal;
  readonly query: unknown;
  readonly body: unknown;
  readonly idempotencyKey: string | undefined;
}

/** What is answered. */
export interface Answered {
  readonly body: unknown;
  /** Where it is another than the operation's own. */
  readonly status?: number;
}

type Handler = (asked: Asked, context: HandlerContext) => Answered | Promise<Answered>;

/** What each operation does, but for those that answer no JSON. */
export const HANDLERS: Readonly<Record<Exclude<OperationId, 'getEvents' | 'getDocument'>, Handler>> = {
  listSubmissions: ({ query }, context) => {
    checkStateIsRead(context.service);
    const { state, finalState, ...rest } = query as z.infer<typeof queryShape>;
    const page = context.service.list({ ...rest, states: state, finalStates: finalState });
    const links = linkContext(context);
    const { total, offset, limit } = page;
    return {
      body: { submissions: page.submissions.map((one) => summaryView(one, links)), total, offset, limit },
    };
  },

  createSubmission: async ({ body, principal, idempotencyKey }, { service, sparks }) => {
    const { sparkVersion, ...request } = body as z.infer<typeof createShape>;
    const spark = sparkVersion === undefined ? undefined : sparkNamed(sparkVersion, sparks);
    const properties = withoutToken(request.properties);
    const submission = { ...request, properties, ...wantedSpark(spark) };
    return created(await service.submit(submission, { owner: principal.name, idempotencyKey }));
  },

  killAllSubmissions: async (_asked, { service }) => {
    checkStateIsRead(service);
    return { body: { count: (await service.killAll()).length } };
  },

  clearSubmissions: async (_asked, { service }) => {
    checkStateIsRead(service);
    return { body: { count: await service.clear() } };
  },

  getSubmission: ({ id }, context) => ({
    body: submissionView(found(id, context.service), linkContext(context)),
  }),

  clearSubmission: async ({ id, principal }, { service }) => {
    const submission = managed(id, principal, service);
    if (submission.state !== 'finished') {
      throw new RequestProblem(
        409,
        'REQUEST_MALFORMED',
        'only what is finished can be forgotten; kill it first',
      );
    }
    return { body: { count: await service.clear([id]) } };
  },

  killSubmission: async ({ id, principal, body }, { service }) => {
    managed(id, principal, service);
    const { graceMs } = body as z.infer<typeof killShape>;
    const outcome = await service.kill(id, { graceMs });
    if (!outcome.ok) throw refused(outcome);
    return { body: { submissionId: id, was: outcome.was } };
  },

  resubmit: async ({ id, principal, body, idempotencyKey }, { service }) => {
    managed(id, principal, service);
    const { properties: changed } = body as z.infer<typeof resubmitShape>;
    const properties = changed && withoutToken(changed);
    return created(await service.resubmit(id, { owner: principal.name, idempotencyKey, properties }));
  },

  explainSubmission: ({ id }, { service }) => {
    const explanation = service.explain(id);
    if (explanation === undefined) throw notFound(id, service);
    return { body: explanationView(explanation) };
  },

  readLog: async ({ id, query }, { service, logs }) => {
    const { attempt: number, encoding, ...range } = query as z.infer<typeof logQueryShape>;
    const { attempts } = found(id, service);
    const attempt = number === undefined ? attempts.at(-1) : attempts.find((one) => one.number === number);
    if (attempt === undefined) {
      throw new RequestProblem(404, 'REQUEST_NOT_FOUND', 'there is no such attempt, and so no log');
    }
    const part = await logs?.read(attempt, range);
    if (part === undefined) throw new RequestProblem(503, 'REQUEST_FAILED', 'logs are not read here');
    if (!part.ok) throw new RequestProblem(503, 'REQUEST_FAILED', part.reason);
    return { body: { ...logPartView(part, range, encoding), attempt: attempt.number } };
  },

  getQueues: (_asked, { service }) => {
    checkStateIsRead(service);
    return { body: service.queues() };
  },

  getRetries: (_asked, { service }) => {
    checkStateIsRead(service);
    return { body: retriesView(service.retries()) };
  },

  getStatistics: (_asked, { service }) => ({ body: statisticsView(service.metrics()) }),

  getReadiness: (_asked, { service }) => ({ body: service.readiness() }),

  getPrincipal: ({ principal }) => ({ body: principal }),
};

/** What the links of submissions need at this moment. */
export function linkContext({ service, links }: HandlerContext): LinkContext {
  const { frameworkId, master } = service.readiness();
  return { ...links, frameworkId, master };
}

function created(outcome: ResubmitOutcome): Answered {
  if (!outcome.ok) throw refused(outcome);
  const { submissionId, repeated, warnings } = outcome;
  return { body: { submissionId, repeated, warnings }, ...(repeated ? { status: 200 } : {}) };
}

function found(id: string, service: DispatcherService): Submission {
  const submission = service.status(id);
  if (submission === undefined) throw notFound(id, service);
  return submission;
}

function managed(id: string, principal: Principal, service: DispatcherService): Submission {
  const submission = found(id, service);
  if (!mayManage(principal, submission.owner)) throw notYours();
  return submission;
}

/** One of these, whatever else is near: who names a version means it. */
function sparkNamed(version: string, sparks: readonly DispatcherSpark[]): DispatcherSpark {
  const found = sparks.find((spark) => spark.version === version);
  if (found !== undefined) return found;
  const known = sparks.map((spark) => spark.version ?? `one of an unknown version in ${spark.home}`);
  const message = `there is no Spark ${version} here; there is ${known.join(', ') || 'none that is known by its version'}`;
  throw new RequestProblem(400, 'DISPATCHER_INVALID_SUBMISSION', message, {
    problems: [{ setting: 'sparkVersion', message }],
  });
}

/** Whoever asks while the state is being read must not be told that there is nothing, or that it is done. */
function checkStateIsRead(service: DispatcherService): void {
  const { recovered, problems } = service.readiness();
  const [why = 'it is just beginning'] = problems;
  if (recovered) return;
  throw new RequestProblem(503, 'DISPATCHER_NOT_READY', `the dispatcher is not ready: ${why}`, {
    headers: ASK_AGAIN,
  });
}

/** Reading the state takes seconds at most; where nobody leads, an election does. */
const ASK_AGAIN = { 'retry-after': '1' };

function notFound(id: string, service: DispatcherService): RequestProblem {
  checkStateIsRead(service);
  return new RequestProblem(
    404,
    'DISPATCHER_NOT_FOUND',
    `there is no submission ${id}, or it is no longer remembered`,
  );
}

const STATUSES = {
  DISPATCHER_INVALID_SUBMISSION: 400,
  DISPATCHER_NOT_FOUND: 404,
  DISPATCHER_ALREADY_FINISHED: 409,
  DISPATCHER_IDEMPOTENCY_CONFLICT: 409,
  DISPATCHER_QUEUE_FULL: 429,
  DISPATCHER_QUOTA_REACHED: 429,
  DISPATCHER_NOT_READY: 503,
  DISPATCHER_DRAINING: 503,
  DISPATCHER_STORE_FAILED: 503,
} as const satisfies Readonly<
  Record<Extract<ResubmitOutcome | KillOutcome, { readonly ok: false }>['code'], number>
>;

type RefusedOutcome = Extract<ResubmitOutcome | KillOutcome, { readonly ok: false }>;

function refused(outcome: RefusedOutcome): RequestProblem {
  const problems = 'problems' in outcome ? outcome.problems : [];
  const submissionId = 'submissionId' in outcome ? outcome.submissionId : undefined;
  return new RequestProblem(STATUSES[outcome.code], outcome.code, outcome.message, {
    problems,
    headers: outcome.code === 'DISPATCHER_NOT_READY' ? ASK_AGAIN : {},
    ...defined({ submissionId }),
  });
}

import type { z } from 'zod';
import type { Attempt, RetryState, Submission, SubmissionSummary } from '../../model/submission.ts';
import type { DispatcherEvent, Explanation, RetryView } from '../../model/views.ts';
import { redactRequest } from '../../security/redaction.ts';
import { API_ROOT } from './api-root.ts';
import type {
  attemptShape,
  explanationShape,
  retriesShape,
  submissionShape,
  summaryShape,
} from './shapes.ts';

/** Where links lead. */
export interface LinkBases {
  /** `spark.mesos.dispatcher.historyServer.url` */
  readonly historyServerUrl?: string | undefined;
  /** `spark.mesos.proxy.baseURL`, or else the master's own page. */
  readonly proxyBaseUrl?: string | undefined;
  /** The page of a driver's application, where it is known. */
  readonly driverUi?: ((attempt: Attempt) => string | undefined) | undefined;
}

/** What an attempt's links need beside the attempt. */
export interface LinkContext extends LinkBases {
  readonly frameworkId?: string | undefined;
  /** `host:port` of the leading master. */
  readonly master?: string | undefined;
}

type Summary = z.infer<typeof summaryShape>;
type AttemptView = z.infer<typeof attemptShape>;

/** A submission in a list. */
export function summaryView(summary: SubmissionSummary, context: LinkContext): Summary {
  const { currentAttempt } = summary;
  return {
    ...commonView(summary, summary.mainClass),
    ...(currentAttempt === undefined
      ? {}
      : { currentAttempt: attemptView(summary.id, currentAttempt, context) }),
  };
}

/** A submission with all that is known of it, and without its secrets. */
export function submissionView(
  submission: Submission,
  context: LinkContext,
): z.infer<typeof submissionShape> {
  const { id, idempotencyKey, resubmissionOf, attempts, request } = submission;
  const last = attempts.at(-1);
  const redacted = redactRequest(request);
  const driverUi = last && context.driverUi?.(last);
  return {
    ...commonView(submission, request.mainClass),
    ...defined({ idempotencyKey, resubmissionOf }),
    attempts: attempts.map((attempt) => attemptView(id, attempt, context)),
    request: {
      ...redacted,
      arguments: [...redacted.arguments],
      ...defined({ sparkVersion: request.sparkVersion }),
    },
    links: { self: submissionPath(id), ...defined({ driverUi }) },
  };
}

/** What an event is shown as. */
export function eventView(event: DispatcherEvent, context: LinkContext): object {
  const { kind, sequence, atMs } = event;
  const common = { kind, sequence, at: iso(atMs) };
  switch (event.kind) {
    case 'submission':
      return { ...common, submission: summaryView(event.submission, context) };
    case 'forgotten':
      return { ...common, submissionId: event.submissionId };
    case 'readiness':
      return { ...common, readiness: event.readiness };
  }
}

/** Why a submission is where it is. */
export function explanationView(explanation: Explanation): z.infer<typeof explanationShape> {
  const { submissionId, state, sentence, reason, position, agents } = explanation;
  return {
    submissionId,
    state,
    sentence,
    reason,
    ...defined({ position }),
    agents: agents.map(({ offeredAtMs, ...agent }) => ({ ...agent, offeredAt: iso(offeredAtMs) })),
  };
}

/** Drivers that will be started again. */
export function retriesView(retries: readonly RetryView[]): z.infer<typeof retriesShape> {
  return {
    retries: retries.map(({ submissionId, name, attemptCount, retry }) => ({
      submissionId,
      name,
      attemptCount,
      retry: retryView(retry),
    })),
  };
}

/** Leaves out what is undefined. */
export function defined<Values extends object>(
  values: Values,
): { [Name in keyof Values]?: Exclude<Values[Name], undefined> } {
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  // Only what is undefined has gone, which TypeScript cannot follow through entries.
  return Object.fromEntries(present) as { [Name in keyof Values]?: Exclude<Values[Name], undefined> };
}

function commonView(
  from: Omit<SubmissionSummary, 'mainClass' | 'currentAttempt'>,
  mainClass: string,
): Omit<Summary, 'currentAttempt'> {
  const { id, name, state, queue, priority, supervise, resources, attemptCount } = from;
  const { cpus, memMiB, heapMiB, diskMiB } = resources;
  const { finalState, message, owner } = from;
  return {
    id,
    name,
    state,
    queue,
    priority,
    supervise,
    attemptCount,
    mainClass,
    submittedAt: iso(from.submittedAtMs),
    resources: { cpus, memMiB, heapMiB, diskMiB },
    ...defined({
      finalState,
      message,
      owner,
      finishedAt: isoOf(from.finishedAtMs),
      killRequestedAt: isoOf(from.killRequestedAtMs),
      retry: from.retry && retryView(from.retry),
    }),
  };
}

function retryView({ retries, waitSeconds, nextRetryAtMs, lastFailure }: RetryState) {
  return { retries, waitSeconds, nextRetryAt: iso(nextRetryAtMs), lastFailure };
}

function attemptView(submissionId: string, attempt: Attempt, context: LinkContext): AttemptView {
  const { number, taskId, driverFrameworkId, agentId, hostname } = attempt;
  const { taskState, message, reason, source, exitStatus } = attempt;
  return {
    number,
    taskId,
    driverFrameworkId,
    agentId,
    hostname,
    launchedAt: iso(attempt.launchedAtMs),
    ...defined({
      startedAt: isoOf(attempt.startedAtMs),
      finishedAt: isoOf(attempt.finishedAtMs),
      updatedAt: isoOf(attempt.updatedAtMs),
      taskState,
      message,
      reason,
      source,
      exitStatus,
    }),
    links: {
      stdout: `${submissionPath(submissionId)}/log?file=stdout&attempt=${number}`,
      stderr: `${submissionPath(submissionId)}/log?file=stderr&attempt=${number}`,
      ...defined({ sandbox: sandboxLink(attempt, context), history: historyLink(attempt, context) }),
    },
  };
}

/** Rule D82; by the id of the task, so that it is right for retries too. */
function sandboxLink(
  { agentId, taskId }: Attempt,
  { proxyBaseUrl, master, frameworkId }: LinkContext,
): string | undefined {
  const base = proxyBaseUrl ?? (master === undefined ? undefined : `http://${master}`);
  if (base === undefined || frameworkId === undefined) return undefined;
  const parts = ['agents', agentId, 'frameworks', frameworkId, 'executors', taskId, 'browse'];
  return `${trimmed(base)}/#/${parts.map(encodeURIComponent).join('/')}`;
}

function historyLink({ driverFrameworkId }: Attempt, { historyServerUrl }: LinkContext): string | undefined {
  if (historyServerUrl === undefined) return undefined;
  return `${trimmed(historyServerUrl)}/history/${encodeURIComponent(driverFrameworkId)}`;
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, '');
}

function submissionPath(id: string): string {
  return `${API_ROOT}/submissions/${encodeURIComponent(id)}`;
}

function isoOf(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : iso(milliseconds);
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

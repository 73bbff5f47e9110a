import type { FinalState } from '../model/submission.ts';
import { stateKey, submissionKey } from '../store/keys.ts';
import type { CoreContext } from './context.ts';
import { currentAttempt, type DriverRecord } from './driver-record.ts';
import { decideRetry } from './retry-decision.ts';

/** What follows a change of state. */
export interface Follows {
  /** When it is safe. */
  readonly safe?: (() => void) | undefined;
  /** When it could not be written the first time; it will be tried again. */
  readonly failed?: ((reason: string) => void) | undefined;
}

/** Ends a submission for good. */
export function finish(
  context: CoreContext,
  record: DriverRecord,
  finalState: FinalState,
  message: string | undefined,
  follows: Follows = {},
): void {
  const { fleet, writes, metrics, nowMs } = context;
  record.finalState = finalState;
  record.message = message;
  record.finishedAtMs = nowMs;
  fleet.move(record, 'finished');
  metrics.took('submitToFinishMs', record.submittedAtMs, nowMs);
  if (finalState === 'ERROR') metrics.took('submitToExceptionMs', record.submittedAtMs, nowMs);
  metrics.finished(record.attemptCount);
  context.log('info', { submissionId: record.id, finalState, reason: message }, 'a driver has ended');
  context.publish(record);
  writes.save(record, follows.safe, follows.failed);
  trim(context);
}

/** Back to where it waited, after a launch of which it is certain that nothing came. */
export function requeue(context: CoreContext, record: DriverRecord, then?: () => void): void {
  const attempt = currentAttempt(record);
  if (attempt !== undefined) {
    attempt.finishedAtMs ??= context.nowMs;
    attempt.message ??= 'It was not launched';
  }
  if (record.killRequestedAtMs !== undefined) {
    finish(context, record, 'KILLED', 'It was killed before it was launched', { safe: then });
    return;
  }
  // A driver that waited in the back-off goes on from there: its time has come already.
  context.fleet.move(record, record.retry === undefined ? 'queued' : 'retrying');
  context.publish(record);
  context.writes.save(record, then);
}

/** An end of an attempt, with what is to be done about it. */
export interface AttemptOver {
  /** In one sentence. */
  readonly failure: string;
  readonly isDrained?: boolean;
  /** Follows when what comes of it is safe. */
  readonly safe?: (() => void) | undefined;
}

/** The current attempt is over: the submission ends, or is started again when its time comes. */
export function attemptOver(context: CoreContext, record: DriverRecord, over: AttemptOver): void {
  const { fleet, metrics, nowMs, rules, writes } = context;
  const attempt = currentAttempt(record);
  if (attempt === undefined) return;
  attempt.finishedAtMs ??= nowMs;
  metrics.ended(attempt.taskState ?? 'TASK_LOST');
  metrics.took('launchToFinishMs', attempt.launchedAtMs, nowMs);
  if (record.killRequestedAtMs !== undefined && attempt.taskState !== 'TASK_FINISHED') {
    finish(context, record, 'KILLED', over.failure, { safe: over.safe });
    return;
  }
  const decision = decideRetry(record.plan.supervision, {
    attempt,
    failure: over.failure,
    isDrained: over.isDrained ?? false,
    earlier: record.retry,
    nowMs,
    waitMaxSeconds: rules.retryWaitMaxSeconds,
  });
  if (decision.kind === 'finish') {
    finish(context, record, decision.finalState, decision.message, { safe: over.safe });
    return;
  }
  metrics.retriesTotal += 1;
  metrics.took('launchToRetryMs', attempt.launchedAtMs, nowMs);
  record.retry = decision.retry;
  record.message = over.failure;
  fleet.move(record, 'retrying');
  const { waitSeconds, retries } = decision.retry;
  const fields = { submissionId: record.id, reason: over.failure, waitSeconds, retries };
  context.log('warn', fields, 'a driver failed and will be started again');
  context.publish(record);
  writes.save(record, over.safe);
}

/** Forgets the oldest of those that have ended when there are too many, a tenth of them at once (rule D38). */
export function trim(context: CoreContext): void {
  const { fleet, rules } = context;
  if (fleet.finished.size <= rules.maxRetained) return;
  const count = Math.max(1, Math.floor(rules.maxRetained / 10), fleet.finished.size - rules.maxRetained);
  forget(context, [...take(fleet.finished, count)]);
}

/** Forgets submissions that have ended. What it is goes first: a state alone is nothing, a submission alone is new. */
export function forget(context: CoreContext, records: readonly DriverRecord[]): void {
  if (records.length === 0) return;
  for (const record of records) {
    context.fleet.forget(record);
    context.forgotten(record);
    context.tell({ kind: 'forgotten', submissionId: record.id });
  }
  context.writes.remove(records.flatMap(({ id }) => [submissionKey(id), stateKey(id)]));
}

function* take<Item>(items: Iterable<Item>, count: number): Iterable<Item> {
  let left = count;
  for (const item of items) {
    if (left <= 0) return;
    left -= 1;
    yield item;
  }
}

import type { FinalState, RetryState } from '../model/submission.ts';
import type { SuperviseRules } from '../settings.ts';
import type { MutableAttempt } from './driver-record.ts';

/** What becomes of a submission whose attempt has ended. */
export type RetryDecision =
  | { readonly kind: 'finish'; readonly finalState: FinalState; readonly message?: string | undefined }
  | { readonly kind: 'retry'; readonly retry: RetryState };

/** An end as the decision needs to know it. */
export interface AttemptEnd {
  readonly attempt: MutableAttempt;
  /** In one sentence. */
  readonly failure: string;
  /** Its agent was emptied on purpose: it is started elsewhere at once, and that counts against nobody (rule D58). */
  readonly isDrained: boolean;
  /** How often it was started again before. */
  readonly earlier: RetryState | undefined;
  readonly nowMs: number;
  readonly waitMaxSeconds: number;
}

/** How submissions end that end with this state of their task; those that are not here count as lost. */
const FINAL_STATES: Readonly<Record<string, FinalState>> = {
  TASK_FINISHED: 'FINISHED',
  TASK_FAILED: 'FAILED',
  TASK_KILLED: 'KILLED',
  TASK_ERROR: 'ERROR',
};

/** Ends after which a supervised driver is started again (rule D50): it failed, or its agent did. */
const RETRIED: ReadonlySet<FinalState> = new Set<FinalState>(['FAILED', 'LOST']);

/**
 * Whether, and when, a driver is started again (rules D50 to D54, D58).
 *
 * Waits are 1, 2, 4, … seconds up to `spark.mesos.cluster.retry.wait.max`; after a healthy run they begin anew, and so
 * does the count. Without `spark.mesos.driver.supervise.maxRetries` there is no end to it.
 */
export function decideRetry(rules: SuperviseRules, end: AttemptEnd): RetryDecision {
  const { attempt, failure } = end;
  const finalState = FINAL_STATES[attempt.taskState ?? ''] ?? 'LOST';
  const finish = (message: string | undefined): RetryDecision => ({ kind: 'finish', finalState, message });
  if (finalState === 'FINISHED') return finish(attempt.message);
  if (!rules.supervise) return finish(failure);
  if (end.isDrained) return { kind: 'retry', retry: drainedRetry(end) };
  if (!RETRIED.has(finalState)) return finish(failure);
  const { exitStatus } = attempt;
  if (isFinalStatus(rules, exitStatus)) {
    return finish(
      `${failure}; not started again, as exit status ${exitStatus} says that it would be in vain`,
    );
  }
  const earlierRetries = wasHealthy(rules, end) ? undefined : end.earlier;
  const retries = (earlierRetries?.retries ?? 0) + 1;
  if (rules.maxRetries !== undefined && retries > rules.maxRetries) {
    return finish(`${failure}; not started again: no more than ${times(rules.maxRetries)}`);
  }
  const waitSeconds = nextWait(earlierRetries, end.waitMaxSeconds);
  const nextRetryAtMs = end.nowMs + waitSeconds * 1000;
  return { kind: 'retry', retry: { retries, waitSeconds, nextRetryAtMs, lastFailure: failure } };
}

function nextWait(earlier: RetryState | undefined, waitMaxSeconds: number): number {
  const doubled = earlier === undefined || earlier.retries === 0 ? 1 : Math.max(1, earlier.waitSeconds * 2);
  return Math.min(doubled, waitMaxSeconds);
}

function drainedRetry({ earlier, failure, nowMs }: AttemptEnd): RetryState {
  return {
    retries: earlier?.retries ?? 0,
    waitSeconds: earlier?.waitSeconds ?? 0,
    nextRetryAtMs: nowMs,
    lastFailure: failure,
  };
}

function wasHealthy(rules: SuperviseRules, { attempt, nowMs }: AttemptEnd): boolean {
  const { startedAtMs, finishedAtMs = nowMs } = attempt;
  return startedAtMs !== undefined && finishedAtMs - startedAtMs >= rules.resetAfterMs;
}

function isFinalStatus(rules: SuperviseRules, exitStatus: number | undefined): boolean {
  return (
    exitStatus !== undefined &&
    rules.finalExitStatuses.some(({ first, last }) => first <= exitStatus && exitStatus <= last)
  );
}

function times(count: number): string {
  return count === 1 ? '1 retry' : `${count} retries`;
}

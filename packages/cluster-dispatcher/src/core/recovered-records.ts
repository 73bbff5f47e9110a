import { missingSparkOf } from '../launch/driver-task.ts';
import type { RecoveredDriver } from '../store/recovery.ts';
import type { CoreContext } from './context.ts';
import type { DriverRecord, MutableAttempt } from './driver-record.ts';
import { newRecord } from './submissions.ts';

/** A submission as an earlier dispatcher has left it. A queue that is no more keeps its old priority (rule D33). */
export function recordOf(
  { submission, stored, state }: RecoveredDriver,
  { rules, fleet }: CoreContext,
): DriverRecord {
  const { owner } = submission;
  const plan = fleet.demands.shared(submission.plan);
  const priority = rules.queues.get(plan.queue) ?? submission.priority;
  const missing = missingSparkOf(submission.request, rules);
  const record = newRecord(
    { ...submission, owner, plan, priority, stored, missingSpark: missing },
    fleet.demands.of(plan),
  );
  if (state === undefined) return record;
  record.state = state.state;
  record.finalState = state.finalState;
  record.message = state.message;
  record.finishedAtMs = state.finishedAtMs;
  record.killRequestedAtMs = state.killRequestedAtMs;
  record.killGraceMs = state.killGraceMs;
  record.retry = state.retry;
  // They have the fields of an attempt; only their ids are plain text still.
  record.attempts = state.attempts as MutableAttempt[];
  record.attemptCount = state.attemptCount;
  return record;
}

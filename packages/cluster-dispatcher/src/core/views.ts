import type { RetryState, Submission, SubmissionSummary } from '../model/submission.ts';
import { submissionIn } from '../store/records.ts';
import { currentAttempt, type DriverRecord } from './driver-record.ts';

/** A submission for a list. */
export function summaryOf(record: DriverRecord): SubmissionSummary {
  const attempt = currentAttempt(record);
  return {
    ...shared(record),
    mainClass: record.plan.mainClass,
    ...(attempt === undefined ? {} : { currentAttempt: { ...attempt } }),
  };
}

/** A submission with all that is known of it; its request is read when it is asked for. */
export function submissionOf(record: DriverRecord): Submission {
  let stored: ReturnType<typeof submissionIn> | undefined;
  const read = () => {
    stored ??= submissionIn(record.stored);
    return stored;
  };
  return {
    ...shared(record),
    attempts: record.attempts.map((attempt) => ({ ...attempt })),
    get idempotencyKey() {
      return read().idempotencyKey;
    },
    get resubmissionOf() {
      return read().resubmissionOf;
    },
    get request() {
      return read().request;
    },
  };
}

/** The back-off that a driver is in; in other states it is only remembered. */
export function retryOf({ state, retry }: DriverRecord): RetryState | undefined {
  return state === 'retrying' ? retry : undefined;
}

function shared(record: DriverRecord) {
  const { plan } = record;
  return {
    id: record.id,
    name: plan.name,
    state: record.state,
    finalState: record.finalState,
    message: record.message,
    queue: plan.queue,
    priority: record.priority,
    submittedAtMs: record.submittedAtMs,
    finishedAtMs: record.finishedAtMs,
    killRequestedAtMs: record.killRequestedAtMs,
    supervise: plan.supervision.supervise,
    owner: record.owner,
    resources: plan.resources,
    attemptCount: record.attemptCount,
    retry: retryOf(record),
  };
}

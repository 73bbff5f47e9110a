import type { KillOutcome, SubmitOutcome } from '../../model/outcomes.ts';
import type { SubmissionState, SubmissionSummary } from '../../model/submission.ts';
import { errorReply, type ReplyFields, type V1Reply } from './reply.ts';
import { taskStatusText } from './task-status-text.ts';

/** The original's names of the states (rule D37). */
export type V1DriverState = 'QUEUED' | 'RUNNING' | 'RETRYING' | 'FINISHED' | 'NOT_FOUND';

const DRIVER_STATES: Readonly<Record<SubmissionState, V1DriverState>> = {
  queued: 'QUEUED',
  launching: 'RUNNING',
  running: 'RUNNING',
  unreachable: 'RUNNING',
  killing: 'RUNNING',
  retrying: 'RETRYING',
  finished: 'FINISHED',
};

/** What is answered to a submission. */
export function createAnswer(outcome: SubmitOutcome, unknownFields: readonly string[]): V1Reply {
  const unknown = unknownFields.length === 0 ? {} : { unknownFields };
  if (outcome.ok) {
    const { submissionId, warnings } = outcome;
    const message = warnings.length === 0 ? undefined : warnings.join(' ');
    return created({ ...unknown, success: true, submissionId, message });
  }
  switch (outcome.code) {
    case 'DISPATCHER_INVALID_SUBMISSION': {
      const problems = outcome.problems.map(({ setting, message }) => sentenceOf(setting, message));
      const sentences = problems.length === 0 ? [outcome.message] : problems;
      return errorReply(
        400,
        `Malformed request: Validation of message CreateSubmissionRequest failed! ${sentences.join(' ')}`,
      );
    }
    case 'DISPATCHER_IDEMPOTENCY_CONFLICT':
      return errorReply(409, outcome.message);
    case 'DISPATCHER_STORE_FAILED':
    case 'DISPATCHER_DRAINING':
      return errorReply(503, outcome.message);
    case 'DISPATCHER_QUEUE_FULL':
    case 'DISPATCHER_QUOTA_REACHED':
    case 'DISPATCHER_NOT_READY':
      return created({ ...unknown, success: false, message: outcome.message });
  }
}

function created(fields: ReplyFields): V1Reply {
  return { status: 200, action: 'CreateSubmissionResponse', fields };
}

/** A problem that names its setting, in a sentence. */
function sentenceOf(setting: string, message: string): string {
  const named = message.includes(setting) ? message : `${setting}: ${message}`;
  return /[.!?]$/.test(named) ? named : `${named}.`;
}

/** What is answered to a wish to end a driver (rule D36). */
export function killAnswer(submissionId: string, outcome: KillOutcome): V1Reply {
  if (!outcome.ok && outcome.code === 'DISPATCHER_STORE_FAILED') return errorReply(503, outcome.message);
  return {
    status: 200,
    action: 'KillSubmissionResponse',
    fields: { submissionId, success: outcome.ok, message: killMessage(outcome) },
  };
}

/** In Spark's own words. */
export function killMessage(outcome: KillOutcome): string {
  if (outcome.ok) {
    if (outcome.was === 'queued') return "Removed driver while it's still pending";
    return outcome.was === 'retrying' ? "Removed driver while it's being retried" : 'Killing running driver';
  }
  if (outcome.code === 'DISPATCHER_NOT_FOUND') return 'Cannot find driver';
  return outcome.code === 'DISPATCHER_ALREADY_FINISHED' ? 'Driver already terminated' : outcome.message;
}

/** What is answered to a question for the status of a driver (rule D37). */
export function statusAnswer(
  submissionId: string,
  submission: SubmissionSummary | undefined,
  whyNotKnown?: string,
): V1Reply {
  const fields = statusFields(submissionId, submission, whyNotKnown);
  return { status: 200, action: 'SubmissionStatusResponse', fields };
}

function statusFields(
  submissionId: string,
  submission: SubmissionSummary | undefined,
  whyNotKnown: string | undefined,
): ReplyFields {
  if (submission === undefined) {
    return whyNotKnown === undefined
      ? { submissionId, success: false, driverState: 'NOT_FOUND' }
      : { submissionId, success: false, message: whyNotKnown };
  }
  const attempt = submission.currentAttempt;
  return {
    submissionId,
    success: true,
    driverState: DRIVER_STATES[submission.state],
    // New: the original's FINISHED does not tell success from failure.
    finalState: submission.finalState,
    message: taskStatusText(attempt) ?? (submission.state === 'finished' ? submission.message : undefined),
    workerId: attempt?.agentId,
    workerHostPort: attempt?.hostname,
  };
}

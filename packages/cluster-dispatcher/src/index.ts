export { DISPATCHER_ERROR_CODES, DispatcherError, type DispatcherErrorCode } from './errors.ts';
export {
  type AgentId,
  type OfferId,
  type SubmissionId,
  submissionIdOf,
  submissionIdOfTask,
  type TaskId,
  taskIdOf,
} from './model/ids.ts';
export type {
  KillOutcome,
  RefusalCode,
  ResubmitOutcome,
  SubmissionProblem,
  SubmitOutcome,
} from './model/outcomes.ts';
export type {
  Attempt,
  DriverResources,
  FinalState,
  RetryState,
  Submission,
  SubmissionState,
  SubmissionSummary,
} from './model/submission.ts';
export type { SubmissionRequest, SubmitOptions } from './model/submission-request.ts';
export type {
  AgentRefusal,
  DispatcherEvent,
  DispatcherMetrics,
  Explanation,
  QueuesView,
  QueueView,
  Readiness,
  RetryView,
  SubmissionPage,
  SubmissionQuery,
} from './model/views.ts';
export type { DispatcherService } from './service.ts';

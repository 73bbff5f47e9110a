export {
  DISPATCHER_CLIENT_ERROR_CODES,
  DispatcherClientError,
  type DispatcherClientErrorCode,
  type Problem,
} from './client-error.ts';
export {
  type CreatedView,
  DispatcherClient,
  type DispatcherClientOptions,
  type ExplanationView,
  type ListQuery,
  type LogPartView,
  type NewSubmission,
  type SubmissionPageView,
  type SubmissionView,
} from './dispatcher-client.ts';

export { Dispatcher } from './dispatcher.ts';
export { DISPATCHER_ERROR_CODES, DispatcherError, type DispatcherErrorCode } from './errors.ts';
export { decodeLeaderCard, encodeLeaderCard, type LeaderCard } from './high-availability/leader-card.ts';
export { STANDBY_SUBMISSIONS } from './high-availability/standby-submissions.ts';
export { type Term, TermsOfOffice, type TermsOfOfficeOptions } from './high-availability/terms-of-office.ts';
export { DEFAULT_DOOR_LIMITS, type DoorLimits } from './http/http-door.ts';
export { LateDispatcher } from './late-dispatcher.ts';
export { DRIVER_SCRIPT, NO_SPARK_STATUS } from './launch/driver-script.ts';
export type { DispatcherSpark } from './launch/driver-spark.ts';
export type { LaunchedAttempt, MasterUrlOf } from './launch/driver-task.ts';
export type { LogPart, LogRange, LogReader } from './logs/log-reader.ts';
export { SandboxLogs, type SandboxLogsOptions } from './logs/sandbox-logs.ts';
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
export { DispatcherServer, type DispatcherServerOptions } from './rest/dispatcher-server.ts';
export type { Applications, PageFile } from './rest/operations-routes.ts';
export { REQUEST_PROBLEM_CODES, type RequestProblemCode } from './rest/problem.ts';
export { TOKEN_PROPERTY } from './rest/token-property.ts';
export { API_ROOT } from './rest/v2/api-root.ts';
export { openApiDocument } from './rest/v2/openapi.ts';
export type { LinkBases } from './rest/v2/views.ts';
export { submissionRequestOf } from './rpc/driver-request.ts';
export { type RpcSubmissionsOptions, rpcSubmissions } from './rpc/rpc-submissions.ts';
export { Access, type AccessDecision, type Credentials } from './security/access.ts';
export {
  type AccessRules,
  type CertificateRule,
  type JwsRule,
  jwsRuleOfSpark,
  OPEN_ACCESS,
  parseAccessRules,
  type TokenRule,
} from './security/access-file.ts';
export { DriverTickets } from './security/driver-tickets.ts';
export type { RateLimitRules } from './security/rate-limit.ts';
export { redactRequest } from './security/redaction.ts';
export { includesRole, type Principal, ROLES, type Role } from './security/roles.ts';
export type { DispatcherService } from './service.ts';
export type { DispatcherOptions } from './shell/options.ts';
export { type Clock, type SchedulerPort, type SchedulerPortEvent, SYSTEM_CLOCK } from './shell/port.ts';

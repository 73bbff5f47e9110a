export { ANSWER_CLASSES } from './answer-classes.ts';
export { type ConnectionLimits, DEFAULT_CONNECTION_LIMITS } from './connection-limits.ts';
export { decodeEnvelope, type Envelope, encodeEnvelope } from './envelope.ts';
export { SPARK_RPC_ERROR_CODES, SparkRpcError, type SparkRpcErrorCode } from './errors.ts';
export type { AuthenticationOutcome } from './fences.ts';
export type { DescribedClasses, KnownSpark } from './known-spark.ts';
export type { Logger } from './logger.ts';
export {
  DEFAULT_MAX_CONNECTIONS,
  MasterEndpoint,
  type MasterEndpointOptions,
  type RecallOptions,
} from './master-endpoint.ts';
export type { DriverHandle, MasterHandler } from './master-handler.ts';
export { decodeMasterMessage, type MasterMessage } from './master-message.ts';
export type { ApplicationDescription } from './messages/application-description.ts';
export type { ApplicationRemoved } from './messages/application-removed.ts';
export type { CheckExistence } from './messages/check-existence.ts';
export type { SparkCommand } from './messages/command.ts';
export type { DriverDescription } from './messages/driver-description.ts';
export {
  DRIVER_STATES,
  type DriverState,
  type DriverStatusResponse,
} from './messages/driver-status-response.ts';
export type { EndpointReference } from './messages/endpoint-reference.ts';
export type { ExecutorAdded } from './messages/executor-added.ts';
export { EXECUTOR_STATES, type ExecutorState } from './messages/executor-state.ts';
export type { ExecutorUpdated } from './messages/executor-updated.ts';
export type { KillDriverResponse } from './messages/kill-driver-response.ts';
export type { KillExecutors } from './messages/kill-executors.ts';
export type { MasterChangeAcknowledged } from './messages/master-change-acknowledged.ts';
export type { MasterChanged } from './messages/master-changed.ts';
export type { RegisterApplication } from './messages/register-application.ts';
export type { RegisteredApplication } from './messages/registered-application.ts';
export type { RequestDriverStatus } from './messages/request-driver-status.ts';
export type { ExecutorTotals, RequestExecutors } from './messages/request-executors.ts';
export type { RequestKillDriver } from './messages/request-kill-driver.ts';
export type { RequestSubmitDriver } from './messages/request-submit-driver.ts';
export { DEFAULT_PROFILE_ID, type ResourceProfile } from './messages/resource-profile.ts';
export type { SubmitDriverResponse } from './messages/submit-driver-response.ts';
export type { UnregisterApplication } from './messages/unregister-application.ts';
export type { WorkerRemoved } from './messages/worker-removed.ts';
export { ObjectBuilder } from './object-builder.ts';
export { ExecutorRelay } from './relay/executor-relay.ts';
export {
  type FinalTaskState,
  type HeldTask,
  type RelayedExecutor,
  type RelayGate,
  TASK_STATES,
  type TaskState,
} from './relay/gate.ts';
export { DEFAULT_RELAY_LIMITS, type RelayLimits } from './relay/limits.ts';
export type { ExecutorRelayOptions, TaskRelay } from './relay/relay-options.ts';
export {
  RelaySession,
  type RelaySessionListener,
  type RelaySessionOptions,
} from './relay/relay-session.ts';
export { formatEndpointAddress, formatRpcAddress, parseRpcAddress, type RpcAddress } from './rpc-address.ts';
export {
  type BuildMessage,
  DEFAULT_ASK_TIMEOUT_MS,
  DEFAULT_CONNECT_TIMEOUT_MS,
  RpcClient,
  type RpcClientOptions,
} from './rpc-client.ts';
export { type RpcEvent, RpcSession, type RpcSessionOptions } from './rpc-session.ts';
export { type MapEntry, mapOf } from './scala/maps.ts';
export { sequenceOf } from './scala/sequences.ts';
export { enumerationName, optionOf, pairOf } from './scala/values.ts';
export type { RpcAuthentication } from './security.ts';
export type {
  ConnectionPeer,
  DriverKilled,
  DriverStatusAnswer,
  DriverSubmitted,
  SubmissionHandler,
  SubmissionPeer,
  WrittenFor,
} from './submissions.ts';

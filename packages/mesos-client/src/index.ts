export { type BackOffSettings, backOffMs, DEFAULT_BACK_OFF } from './back-off.ts';
export {
  acceptCall,
  acceptInverseOffersCall,
  acknowledgeCall,
  acknowledgeOperationStatusCall,
  declineCall,
  declineInverseOffersCall,
  type Id,
  killCall,
  launchOperation,
  messageCall,
  type OperationQuery,
  reconcileCall,
  reconcileOperationsCall,
  requestCall,
  reviveCall,
  shutdownCall,
  subscribeCall,
  suppressCall,
  type TaskQuery,
  teardownCall,
  updateFrameworkCall,
} from './calls/scheduler-calls.ts';
export { type CancelTimer, type Clock, SYSTEM_CLOCK } from './clock.ts';
export { isRetriable, MESOS_ERROR_CODES, MesosError, type MesosErrorCode } from './errors.ts';
export type { SchedulerClientEvent } from './events.ts';
export { type ExecutorEnvironment, parseExecutorEnvironment } from './executor/environment.ts';
export type { ExecutorClientEvent } from './executor/events.ts';
export { ExecutorClient, type ExecutorClientOptions } from './executor/executor-client.ts';
export type { Credentials } from './http/authorization.ts';
export type { TlsOptions } from './http/tls.ts';
export { type Logger, SILENT_LOGGER } from './logger.ts';
export {
  formatAddress,
  type MasterAddress,
  type ParsedMaster,
  parseMaster,
  parseMasterAddresses,
} from './master/address.ts';
export { createMasterDetector } from './master/create-detector.ts';
export { ListedMasters, type MasterDetector } from './master/detector.ts';
export {
  describeZooKeeper,
  parseZooKeeperAddress,
  type ZooKeeperAddress,
  type ZooKeeperServer,
} from './master/zookeeper-address.ts';
export {
  type WatchingConnector,
  type WatchingSession,
  ZooKeeperMasters,
  type ZooKeeperMastersOptions,
} from './master/zookeeper-masters.ts';
export {
  AgentOperatorClient,
  type AgentOperatorClientOptions,
} from './operator/agent-operator-client.ts';
export type { OperatorOptions } from './operator/connection.ts';
export { OperatorClient, type OperatorClientOptions } from './operator/operator-client.ts';
export type { ProcessCall } from './operator/process-operator.ts';
export {
  ReconciliationRounds,
  type ReconciliationRoundsOptions,
} from './reconciliation/reconciliation-rounds.ts';
export {
  type DoubtfulTask,
  type ReconcileQuestion,
  TaskReconciler,
  type TaskReconcilerOptions,
} from './reconciliation/task-reconciler.ts';
export { SchedulerClient } from './scheduler-client.ts';
export type { SchedulerClientOptions } from './scheduler-client-options.ts';
export { type RandomBytes, randomUuid } from './uuid.ts';

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
export { type Logger, SILENT_LOGGER } from './logger.ts';
export { formatAddress, type MasterAddress, parseMasterAddresses } from './master/address.ts';
export { ListedMasters, type MasterDetector } from './master/detector.ts';
export { type Credentials, SchedulerClient, type SchedulerClientOptions } from './scheduler-client.ts';

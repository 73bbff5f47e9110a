export { carriedCommand } from './carrier/carried-command.ts';
export type { CarrierEffect, CarrierEvent, ChildEnd } from './carrier/carrier-events.ts';
export {
  decodeEndMessage,
  type EndMessage,
  encodeEndMessage,
  TASK_ENDS,
  type TaskEnd,
} from './carrier/end-message.ts';
export {
  type CarrierPhase,
  ExecutorCarrier,
  type ExecutorCarrierOptions,
} from './carrier/executor-carrier.ts';
export {
  SLOT_WELCOME,
  type SlotEnd,
  type SlotGreeting,
  SlotGreetingReader,
  type SlotLinePlace,
  slotEndWord,
} from './carrier/slot-line.ts';
export type { FineSchedulerOptions } from './core/context.ts';
export type {
  AcceptEffect,
  FineDeclineReason,
  FineEffect,
  FineEvent,
  ReconciledTask,
} from './core/events.ts';
export type { ExecutorStatus } from './core/executor.ts';
export { FineScheduler } from './core/fine-scheduler.ts';
export type { SlotStatus } from './core/slot.ts';
export type { EndedSlot } from './core/slot-history.ts';
export type {
  FineExecutorSnapshot,
  FineLook,
  FineSnapshot,
  FineSummary,
  SlotSnapshot,
} from './core/snapshot.ts';
export { FINE_ERROR_CODES, FineError, type FineErrorCode } from './errors.ts';
export type {
  FineApplication,
  FineExecutorLaunch,
  FineExecutorPlacement,
  FineTask,
  FineWaitingReport,
  PassReason,
  TaskLossDetail,
} from './model.ts';
export type { DispatchSettings } from './programs/dispatch-events.ts';
export type { ProgramTask, TaskScheduler, WorkerOffer } from './programs/model.ts';
export { SchedulerBackend, type SchedulerBackendOptions } from './programs/scheduler-backend.ts';
export { DEFAULT_FINE_SETTINGS, type FineSettings, fineSettings, type SlotCarrier } from './settings.ts';
export { FineBackend } from './shell/fine-backend.ts';
export type { FineBackendOptions, FineStopOptions } from './shell/options.ts';

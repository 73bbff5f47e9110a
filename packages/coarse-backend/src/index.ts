export type {
  AgentId,
  ConnectionState,
  ExcludedAgent,
  ExecutorState,
  ExecutorStateDetail,
  LifePhase,
  MaintenancePlan,
  OfferFlowState,
  OfferId,
  TaskId,
} from '@spark-mesos/scheduler-utils';
export {
  type Clock,
  type SchedulerPort,
  type SchedulerPortEvent,
  SYSTEM_CLOCK,
} from '@spark-mesos/scheduler-utils';
export type { Acceptance } from './core/acceptance.ts';
export { CoarseScheduler } from './core/coarse-scheduler.ts';
export type { CoarseSchedulerOptions } from './core/context.ts';
export type { OfferDeclineReason } from './core/decline-reasons.ts';
export type { LimitReached, SatisfiedReason } from './core/demand.ts';
export type { CoarseEffect, CoarseEvent, ReconciledTask } from './core/events.ts';
export type { ExecutorStatus } from './core/executor.ts';
export type { LocalityWait } from './core/locality.ts';
export type { CoarseMetrics } from './core/metrics.ts';
export type { AgentDraining, AgentExcluded, AgentFull, AgentRefusal, OfferRefusal } from './core/refusals.ts';
export type { CoarseSnapshot, CoarseSummary, OfferedLook, WantedProfile } from './core/snapshot.ts';
export { COARSE_ERROR_CODES, CoarseError, type CoarseErrorCode } from './errors.ts';
export type {
  CoarseApplication,
  ExecutorLaunch,
  ExecutorPlacement,
  ExecutorRequest,
  ExecutorTotals,
  OfferedAgent,
  WaitingReason,
  WaitingReport,
} from './model.ts';
export { type CoarseSettings, coarseSettings, DEFAULT_COARSE_SETTINGS } from './settings.ts';
export { CoarseBackend } from './shell/coarse-backend.ts';
export type { AdoptionOptions, CoarseBackendOptions, StopOptions } from './shell/options.ts';

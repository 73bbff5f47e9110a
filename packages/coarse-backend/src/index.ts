export { CoarseScheduler } from './core/coarse-scheduler.ts';
export type { CoarseSchedulerOptions, ConnectionState, LifePhase } from './core/context.ts';
export type { OfferDeclineReason } from './core/decline-reasons.ts';
export type { LimitReached } from './core/demand.ts';
export type { CoarseEffect, CoarseEvent, MaintenancePlan, ReconciledTask } from './core/events.ts';
export type { ExecutorStatus } from './core/executor.ts';
export type { LocalityWait } from './core/locality.ts';
export type { CoarseMetrics } from './core/metrics.ts';
export type { OfferFlowState } from './core/offer-flow.ts';
export type { AgentDraining, AgentExcluded, AgentFull, AgentRefusal } from './core/refusals.ts';
export type { CoarseSnapshot, CoarseSummary, OfferedLook, WantedProfile } from './core/snapshot.ts';
export { COARSE_ERROR_CODES, CoarseError, type CoarseErrorCode } from './errors.ts';
export type { AgentId, OfferId, TaskId } from './ids.ts';
export type {
  CoarseApplication,
  ExcludedAgent,
  ExecutorLaunch,
  ExecutorPlacement,
  ExecutorRequest,
  ExecutorState,
  ExecutorStateDetail,
  ExecutorTotals,
  OfferedAgent,
  WaitingReason,
  WaitingReport,
} from './model.ts';
export { type CoarseSettings, coarseSettings, DEFAULT_COARSE_SETTINGS } from './settings.ts';
export { CoarseBackend } from './shell/coarse-backend.ts';
export type { AdoptionOptions, CoarseBackendOptions, StopOptions } from './shell/options.ts';
export { type Clock, type SchedulerPort, type SchedulerPortEvent, SYSTEM_CLOCK } from './shell/port.ts';

export { argvCommand, environmentMessage, type ProgramLaunch } from './command.ts';
export { formatAttribute, type OfferPlace } from './constraints/fields.ts';
export {
  type Constraint,
  constraintWarnings,
  formatConstraint,
  parseConstraints,
} from './constraints/grammar.ts';
export { type ConstraintMatcher, constraintMatcher, matchConstraints } from './constraints/matching.ts';
export { CONSTRAINT_OPERATORS, type ConstraintOperator } from './constraints/operators.ts';
export {
  type ExecutorPlace,
  NONE_PLACED,
  type PlacedExecutors,
  PlacementCounts,
} from './constraints/placed.ts';
export { type ContainerSettings, containerInfo } from './containers/container.ts';
export { type ContainerParts, parseContainerJson, parseHealthCheckJson } from './containers/json.ts';
export {
  type SecretSettings,
  secretEnvironment,
  secretProblems,
  secretVolumes,
} from './containers/secrets.ts';
export {
  type ParsedEntries,
  parseDockerParameters,
  parsePortMappings,
  parseVolumes,
} from './containers/texts.ts';
export {
  type DeclineReason,
  type DeclineSeconds,
  declineSeconds,
  MESOS_REFUSE_SECONDS,
  shortageSeconds,
} from './decline-durations.ts';
export { type DurationUnit, formatDuration, parseDurationMs, parseDurationSeconds } from './durations.ts';
export { AgentDrains, type Drain, type DrainRules, type DrainStep } from './engine/agent-drains.ts';
export {
  AgentHealth,
  describeExcluded,
  type ExcludedAgent,
  type ExclusionRules,
} from './engine/agent-health.ts';
export { asError, messageOf } from './engine/as-error.ts';
export { type Decline, DeclineBatch, type DeclineEffect } from './engine/decline-batch.ts';
export { DueQueue } from './engine/due-queue.ts';
export { earliest } from './engine/earliest.ts';
export { type Endable, Ending } from './engine/ending.ts';
export type { EngineEvent, MaintenancePlan } from './engine/engine-events.ts';
export type { EngineCore, EngineInput } from './engine/engine-loop.ts';
export {
  EngineShell,
  type EngineShellOptions,
  type ShellEffect,
  type ShellEvent,
} from './engine/engine-shell.ts';
export {
  type AgentId,
  agentIdOf,
  newTaskId,
  type OfferId,
  offerIdOf,
  type TaskId,
  taskIdOf,
  taskIdPrefixOf,
  taskNumberIn,
} from './engine/ids.ts';
export type { ConnectionState, LifePhase } from './engine/life.ts';
export {
  OfferFlow,
  type OfferFlowEffect,
  type OfferFlowState,
  type ReviveRules,
} from './engine/offer-flow.ts';
export {
  type Clock,
  type SchedulerPort,
  type SchedulerPortEvent,
  SYSTEM_CLOCK,
} from './engine/scheduler-port.ts';
export { StartBackoff, type Started } from './engine/start-backoff.ts';
export { type Stray, Strays } from './engine/strays.ts';
export {
  cutOffOutcome,
  type EndedOutcome,
  type ExecutorState,
  type ExecutorStateDetail,
  statusReason,
  type TaskOutcome,
  taskOutcome,
} from './engine/task-outcome.ts';
export { WaitingClock } from './engine/waiting-clock.ts';
export { CONFIG_ERROR_CODES, ConfigError, type ConfigErrorCode } from './errors.ts';
export {
  DEFAULT_MEMORY_RULES,
  type ExecutorMemory,
  type ExecutorMemoryRequest,
  type ExecutorMemoryRules,
  executorMemory,
} from './executor-memory.ts';
export { type ExitStatusRange, exitStatusOf, parseExitStatuses } from './exit-status.ts';
export {
  coarseFrameworkInfo,
  type DispatcherIdentity,
  dispatcherFrameworkInfo,
  type FrameworkIdentity,
  fineFrameworkInfo,
  frameworkIdSuffix,
} from './framework-info.ts';
export { parseLabels } from './labels.ts';
export { type Logger, silentLogger } from './logger.ts';
export {
  type ConstraintUnmet,
  GRANTED,
  type Granted,
  type PortsMissing,
  type Refusal,
  type ResourceShortage,
  shortage,
} from './refusal.ts';
export { fromThousandths, type Thousandths, toThousandths, wholeUnits } from './resources/fixed-point.ts';
export {
  isReserved,
  type Partition,
  type PartitionOptions,
  partitionResources,
  takeScalar,
} from './resources/partition.ts';
export { checkPorts, partitionPorts, type TakenPorts, takeAnyPorts } from './resources/ports.ts';
export { type PortRange, rangesContain, rangesOf, rangesSize } from './resources/ranges.ts';
export { createScalar, type ScalarSums, sumScalar, sumScalars } from './resources/scalars.ts';
export { type DeclarableCapability, parseCapabilities } from './settings/capabilities.ts';
export {
  type CredentialSettings,
  type Credentials,
  resolveCredentials,
  resolveShuffleServiceSecret,
} from './settings/credentials.ts';
export type {
  OptionalSetting,
  Setting,
  SettingFamily,
  SettingsTable,
  SettingValues,
  SettingWithDefault,
} from './settings/definition.ts';
export {
  declineRules,
  driverHeartbeatTimeoutMs,
  driverMemoryMiB,
  managedPorts,
  memoryRules,
} from './settings/derived.ts';
export { settingsTable } from './settings/describe.ts';
export {
  type DispatcherSettings,
  type ParsedSettings,
  type ParseOptions,
  type Properties,
  parseDispatcherSettings,
  parseSettings,
  type SettingProblem,
  type SparkSettings,
} from './settings/parse.ts';
export { mergeProperties, parseConf, parseJavaOptions, parseProperties } from './settings/properties.ts';
export { isSecretSetting, REDACTED, redactProperties, redactProperty } from './settings/redaction.ts';
export { APPLICATION_SETTINGS, SETTINGS } from './settings/table.ts';
export {
  driverContainer,
  driverSecretVariables,
  executorContainer,
  executorKillPolicy,
  executorUris,
  secretVariables,
} from './settings/task-parts.ts';
export type { TextSchema } from './settings/value-schemas.ts';
export { formatMemoryMiB, parseBytes, parseMemoryMiB, type SizeUnit } from './sizes.ts';
export {
  isFailed,
  isFinished,
  isUnreachable,
  type SparkTaskState,
  taskStateName,
  toMesosTaskState,
  toSparkTaskState,
} from './task-states.ts';
export { archiveFolderPrefix, type FetchedFile, fetcherUris, parseUris, splitList } from './uris.ts';

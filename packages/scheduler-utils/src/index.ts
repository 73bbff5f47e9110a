export { argvCommand, environmentMessage, type ProgramLaunch } from './command.ts';
export { type ConstraintMatcher, constraintMatcher, formatAttribute } from './constraints.ts';
export { type Constraint, parseConstraints } from './constraints-text.ts';
export {
  type DeclineReason,
  type DeclineSeconds,
  declineSeconds,
  MESOS_REFUSE_SECONDS,
  shortageSeconds,
} from './decline-durations.ts';
export { type DurationUnit, formatDuration, parseDurationMs, parseDurationSeconds } from './durations.ts';
export { CONFIG_ERROR_CODES, ConfigError, type ConfigErrorCode } from './errors.ts';
export {
  DEFAULT_MEMORY_RULES,
  type ExecutorMemory,
  type ExecutorMemoryRequest,
  type ExecutorMemoryRules,
  executorMemory,
} from './executor-memory.ts';
export { exitStatusOf } from './exit-status.ts';
export { coarseFrameworkInfo, type FrameworkIdentity, frameworkIdSuffix } from './framework-info.ts';
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
export { checkPorts, partitionPorts } from './resources/ports.ts';
export { type PortRange, rangesContain, rangesOf, rangesSize } from './resources/ranges.ts';
export { createScalar, type ScalarSums, sumScalar, sumScalars } from './resources/scalars.ts';
export { type CredentialSettings, type Credentials, resolveCredentials } from './settings/credentials.ts';
export type { OptionalSetting, Setting, SettingWithDefault } from './settings/definition.ts';
export { declineRules, managedPorts, memoryRules } from './settings/derived.ts';
export { settingsTable } from './settings/describe.ts';
export {
  type ParsedSettings,
  type Properties,
  parseSettings,
  type SettingProblem,
  type SparkSettings,
} from './settings/parse.ts';
export { SETTINGS } from './settings/table.ts';
export { formatMemoryMiB, parseMemoryMiB, type SizeUnit } from './sizes.ts';
export {
  isFailed,
  isFinished,
  isUnreachable,
  type SparkTaskState,
  taskStateName,
  toMesosTaskState,
  toSparkTaskState,
} from './task-states.ts';
export { archiveFolderPrefix, fetcherUris, splitList } from './uris.ts';

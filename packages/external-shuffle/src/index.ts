export { SHUFFLE_ERROR_CODES, ShuffleError, type ShuffleErrorCode } from './errors.ts';
export type { Logger } from './logger.ts';
export {
  type BlockFile,
  type BlockResolver,
  type BlockSegment,
  CORRUPTION_CAUSES,
  type CorruptionCause,
  type ExecutorShuffleInfo,
  type FileDropped,
  type HeartbeatOutcome,
  type MapOutput,
  type OpenBlockIds,
  type RegisteredExecutor,
  type RegistryCounters,
  type ResolverCounters,
  type ShuffleRegistry,
} from './model.ts';

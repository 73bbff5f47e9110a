export { parseBlockIds } from './blocks/block-ids.ts';
export { FileBlockResolver, type FileBlockResolverOptions } from './blocks/file-block-resolver.ts';
export type { RegistrationPhase } from './client/agent-registration.ts';
export {
  SHUFFLE_CLIENT_ERROR_CODES,
  ShuffleClientError,
  type ShuffleClientErrorCode,
} from './client/client-error.ts';
export {
  type AgentRegistration,
  ShuffleRegistrar,
  type ShuffleRegistrarOptions,
} from './client/shuffle-registrar.ts';
export {
  type ShuffleServiceAddress,
  ShuffleServiceClient,
  type ShuffleServiceClientOptions,
  type ShuffleServiceConnection,
} from './client/shuffle-service-client.ts';
export { type CheckedDirectory, LocalDirectories } from './directories/local-directories.ts';
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
export type { ExpiryReason, ExpiryRules } from './registry/application.ts';
export {
  ApplicationRegistry,
  type ApplicationRegistryOptions,
  type ExpiredApplication,
} from './registry/application-registry.ts';
export {
  type FrameworkCheck,
  ShuffleCleaner,
  type ShuffleCleanerOptions,
} from './registry/shuffle-cleaner.ts';
export type { ServingCounters } from './serving/counters.ts';
export { DEFAULT_SERVING_LIMITS, type ServingLimits } from './serving/limits.ts';
export {
  type ServerAddress,
  type ServingAuthentication,
  ShuffleServer,
  type ShuffleServerOptions,
} from './serving/shuffle-server.ts';
export { openShuffleState, type ShuffleState, type ShuffleStateOptions } from './shuffle-state.ts';

/**
 * What the parts of the service know of each other.
 *
 * ```text
 * serving (connections, streams) ──► ShuffleRegistry (applications, executors, secrets) ──► durable store
 *                        └─────────► BlockResolver (files, index cache)  ◄── dropped ──── clean-up
 * ```
 */

/** What an executor says of itself in `RegisterExecutor`. */
export interface ExecutorShuffleInfo {
  readonly localDirs: readonly string[];
  readonly subDirsPerLocalDir: number;
  /** A class name; Spark 3 and later are not asked for a certain one, so any is taken. */
  readonly shuffleManager: string;
}

/** An executor whose blocks are served. The same object for as long as it is registered: it may be a key of a map. */
export interface RegisteredExecutor {
  readonly appId: string;
  readonly executorId: string;
  /** Checked, in their canonical form: under a root, of Spark's shape, of this application alone. */
  readonly localDirs: readonly string[];
  readonly subDirsPerLocalDir: number;
}

/** How a heartbeat was met: a driver that is not known has to register again. */
export type HeartbeatOutcome = 'known' | 'unknown';

/** Figures of the registry, for `/metrics`. Those that only grow say so by their name's end. */
export interface RegistryCounters {
  readonly registeredApplications: number;
  readonly registeredDrivers: number;
  readonly registeredExecutors: number;
  readonly registrationsTotal: number;
  readonly registrationsRefusedTotal: number;
  readonly heartbeatsTotal: number;
  readonly heartbeatsUnknownTotal: number;
  readonly applicationsRemovedTotal: number;
  /** Directories that are to be deleted and are still there. */
  readonly directoriesToRemove: number;
  readonly directoriesRemovedTotal: number;
  readonly directoryRemovalFailuresTotal: number;
  /** Registrations that are held in memory, and could not be written to the store. */
  readonly unsavedChanges: number;
}

/** Applications and executors of this agent. Who may ask for what is for the connection to check, before it asks here. */
export interface ShuffleRegistry {
  /**
   * Resolves when the registration is safe on disk. The same registration again is no error.
   * Throws `ShuffleError` (`SHUFFLE_DIRECTORY_REFUSED`, `SHUFFLE_EXECUTOR_TAKEN`, `SHUFFLE_ID_INVALID`).
   */
  registerExecutor(appId: string, executorId: string, info: ExecutorShuffleInfo): Promise<void>;
  /** Takes note of a driver, or of its new timeout (S20); `address` is for the log. */
  registerDriver(appId: string, heartbeatTimeoutMs: number | bigint, address?: string): Promise<void>;
  /** The driver of an application is alive. */
  heartbeat(appId: string, address?: string): HeartbeatOutcome;
  /** The application has stopped in good order: forgets it, and deletes its directories. False: there was none. */
  removeApplication(appId: string): Promise<boolean>;
  /** Throws `SHUFFLE_EXECUTOR_UNKNOWN`, with Java's words for it. */
  executor(appId: string, executorId: string): RegisteredExecutor;
  /** To be called when blocks of the application are asked for: who reads is alive, whatever its driver's beats say. */
  used(appId: string): void;
  /** The application's own secret; without one the cluster's holds. */
  secret(appId: string): string | undefined;
  /** Resolves when it is safe on disk. */
  setSecret(appId: string, secret: string): Promise<void>;
  /** What it has counted since it was made. */
  counters(): RegistryCounters;
}

/**
 * A file that blocks lie in. An object stands for one state of the file: when the file is replaced there is a new object,
 * so that open descriptors can be kept by it. To be opened with {@link BlockResolver.open} alone.
 */
export interface BlockFile {
  readonly path: string;
  /** It has at least that many bytes, or it is not opened. */
  readonly bytes: number;
}

/** Where a block lies. With a length of 0 the file need not be opened, and may not exist. */
export interface BlockSegment {
  readonly file: BlockFile;
  readonly offset: number;
  readonly length: number;
}

/** The output of a map task, all of its index checked: block r lies from `offsets[r]` to `offsets[r + 1]`. */
export interface MapOutput {
  readonly file: BlockFile;
  readonly reducers: number;
  /** One more than there are reducers; never falls. Not to be written into. */
  readonly offsets: Float64Array;
}

/** Spark's answers to `DiagnoseCorruption`, in the order of their numbers on the wire. */
export const CORRUPTION_CAUSES = [
  'DISK_ISSUE',
  'NETWORK_ISSUE',
  'UNKNOWN_ISSUE',
  'CHECKSUM_VERIFY_PASS',
  'UNSUPPORTED_CHECKSUM_ALGORITHM',
] as const;

/** One of {@link CORRUPTION_CAUSES}. */
export type CorruptionCause = (typeof CORRUPTION_CAUSES)[number];

/** Figures of the resolver, for `/metrics`. */
export interface ResolverCounters {
  readonly indexCacheHitsTotal: number;
  readonly indexCacheMissesTotal: number;
  readonly indexCacheEvictionsTotal: number;
  readonly indexCacheEntries: number;
  readonly indexCacheBytes: number;
  readonly filesRefusedTotal: number;
  readonly blocksRemovedTotal: number;
}

/**
 * From ids to places in files. All that is synchronous here costs a look into a map when the index is cached, and two or
 * three calls of the kernel when it is not. What is wrong throws `ShuffleError`, whose `failureText` goes to the client.
 */
export interface BlockResolver {
  /** To be held by a stream for its blocks in a row; asked for anew with each request. */
  mapOutput(executor: RegisteredExecutor, shuffleId: number, mapId: number | bigint): MapOutput;
  /** One block, or with an end the blocks from `reduceId` to before `endReduceId` (batch fetch). */
  shuffleBlock(
    executor: RegisteredExecutor,
    shuffleId: number,
    mapId: number | bigint,
    reduceId: number,
    endReduceId?: number,
  ): BlockSegment;
  /** A persisted partition: a whole file. */
  rddBlock(executor: RegisteredExecutor, rddId: number, splitIndex: number): BlockSegment;
  /** A descriptor for reading, to be closed by the caller. The file is a plain one, and where it seems to be. */
  open(file: BlockFile): number;
  /** Deletes files by name (`rdd_1_0`, `shuffle_0_1_0.data`, …); resolves to how many were deleted. */
  removeBlocks(executor: RegisteredExecutor, names: readonly string[]): Promise<number>;
  /** Why a block was not what its reader expected: compares the writer's checksum, the reader's, and the disk. */
  diagnoseCorruption(
    executor: RegisteredExecutor,
    shuffleId: number,
    mapId: number | bigint,
    reduceId: number,
    readerChecksum: bigint,
    algorithm: string,
  ): Promise<CorruptionCause>;
  /** What it has counted since it was made. */
  counters(): ResolverCounters;
}

/** Told when a file is no longer what it was, so that open descriptors do not keep deleted data on the disk. */
export type FileDropped = (file: BlockFile) => void;

/** The ids of one `OpenBlocks`, which are all of one kind. */
export type OpenBlockIds =
  | {
      readonly kind: 'shuffle';
      readonly shuffleId: number;
      /** Two numbers a block: map id, reduce id. */
      readonly mapAndReduceIds: readonly number[];
    }
  | {
      readonly kind: 'rdd';
      /** Two numbers a block: RDD id, index of the partition. */
      readonly rddAndSplitIds: readonly number[];
    };

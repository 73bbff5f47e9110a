import type { DurableStore } from '@spark-mesos/durable-store';
import { FileBlockResolver } from './blocks/file-block-resolver.ts';
import { LocalDirectories } from './directories/local-directories.ts';
import type { Logger } from './logger.ts';
import type { FileDropped } from './model.ts';
import { ApplicationRegistry } from './registry/application-registry.ts';
import { type FrameworkCheck, ShuffleCleaner } from './registry/shuffle-cleaner.ts';

/** What a service keeps, and what it is kept by. */
export interface ShuffleStateOptions {
  /** Stays the caller's, to be closed after the state. */
  readonly store: DurableStore;
  /** Directories below which executors may have their local directories: the agent's `SPARK_LOCAL_DIRS`. */
  readonly roots: readonly string[];
  /** `spark.shuffle.service.index.cache.size`; default 100 MiB. */
  readonly indexCacheBytes?: number;
  /** `spark.shuffle.cleaner.interval`; default 30 s. */
  readonly cleanerIntervalMs?: number;
  readonly graceMs?: number;
  readonly orphanAgeMs?: number;
  readonly unknownDirectoryAgeMs?: number;
  readonly frameworkCheck?: FrameworkCheck;
  /** To be told of files whose descriptors must not stay open. */
  readonly fileDropped?: FileDropped;
  /** Milliseconds of a clock that never goes back; the machine's by default. */
  readonly now?: () => number;
  /** Milliseconds since 1970, for what outlives the process. */
  readonly wallNow?: () => number;
  readonly logger?: Logger;
}

/** All that a service is, without its connections. */
export interface ShuffleState {
  readonly registry: ApplicationRegistry;
  readonly resolver: FileBlockResolver;
  /** Not started yet. */
  readonly cleaner: ShuffleCleaner;
  /** Stops cleaning; resolves when what was registered is safe. */
  close(): Promise<void>;
}

/** Reads what the store has, and puts registry, resolver and cleaner together. */
export async function openShuffleState(options: ShuffleStateOptions): Promise<ShuffleState> {
  const { store, roots, cleanerIntervalMs, fileDropped, ...shared } = options;
  const directories = new LocalDirectories(roots);
  const resolver = new FileBlockResolver({
    ...shared,
    ...(fileDropped === undefined ? {} : { dropped: fileDropped }),
  });
  const registry = await ApplicationRegistry.open({
    ...shared,
    store,
    directories,
    dropped: (executors) => resolver.drop(executors),
  });
  const cleaner = new ShuffleCleaner({
    ...shared,
    registry,
    directories,
    ...(cleanerIntervalMs === undefined ? {} : { intervalMs: cleanerIntervalMs }),
  });
  const close = async () => {
    cleaner.close();
    await registry.close();
  };
  return { registry, resolver, cleaner, close };
}

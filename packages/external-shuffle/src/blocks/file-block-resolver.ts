import { lstatSync, type Stats } from 'node:fs';
import { openPlainFile } from '../directories/opened-path.ts';
import { removeFile } from '../directories/remove-tree.ts';
import { ShuffleError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type {
  BlockFile,
  BlockResolver,
  BlockSegment,
  CorruptionCause,
  FileDropped,
  MapOutput,
  RegisteredExecutor,
  ResolverCounters,
} from '../model.ts';
import { blockFilePath, mapOutputName, type RemovableFile, removableFile } from './block-file-names.ts';
import { diagnoseCorruption } from './corruption.ts';
import { BytesLimitedCache } from './index-cache.ts';
import { readIndexFile } from './index-file.ts';

/** What a resolver is made with. */
export interface FileBlockResolverOptions {
  /** `spark.shuffle.service.index.cache.size`; default 100 MiB. */
  readonly indexCacheBytes?: number;
  /**
   * After that time a file is looked at before its cached index is used again: Spark 2.4 writes the output of a stage
   * that is run again under the same name. Default 1 s.
   */
  readonly trustedMs?: number;
  /** Told of each file whose object will not be handed out again. */
  readonly dropped?: FileDropped;
  /** Milliseconds that only ever grow. */
  readonly now?: () => number;
  readonly logger?: Logger;
}

/** A file's state when it was read, by which a later one is told from it. */
interface Stamp {
  readonly path: string;
  readonly bytes: number;
  readonly inode: number;
  readonly modifiedMs: number;
}

interface CachedFile {
  readonly executor: RegisteredExecutor;
  readonly file: BlockFile;
  /** Undefined for a persisted partition. */
  readonly output: MapOutput | undefined;
  readonly stamp: Stamp;
  checkedAtMs: number;
}

/** So many files are deleted at a time. */
const REMOVALS_AT_A_TIME = 8;

/** Finds blocks in the local directories of executors, and remembers the indexes of map outputs. */
export class FileBlockResolver implements BlockResolver {
  readonly #cache: BytesLimitedCache<CachedFile>;
  readonly #trustedMs: number;
  readonly #now: () => number;
  readonly #logger: Logger | undefined;
  /** A number stands for an executor in keys: its ids may be long. */
  readonly #serials = new WeakMap<RegisteredExecutor, number>();
  #lastSerial = 0;
  #filesRefused = 0;
  #blocksRemoved = 0;

  constructor(options: FileBlockResolverOptions = {}) {
    const { dropped, indexCacheBytes = 100 * 1024 * 1024 } = options;
    this.#cache = new BytesLimitedCache(indexCacheBytes, ({ file }) => dropped?.(file));
    this.#trustedMs = options.trustedMs ?? 1000;
    this.#now = options.now ?? (() => performance.now());
    this.#logger = options.logger;
  }

  mapOutput(executor: RegisteredExecutor, shuffleId: number, mapId: number | bigint): MapOutput {
    const key = `${this.#serial(executor)}_${shuffleId}_${mapId}`;
    const { output } = this.#cached(key) ?? this.#readIndex(key, executor, shuffleId, mapId);
    if (output === undefined) throw new TypeError(`${key} is the key of a map output`);
    return output;
  }

  shuffleBlock(
    executor: RegisteredExecutor,
    shuffleId: number,
    mapId: number | bigint,
    reduceId: number,
    endReduceId: number = reduceId + 1,
  ): BlockSegment {
    const { file, offsets, reducers } = this.mapOutput(executor, shuffleId, mapId);
    const offset = offsets[reduceId];
    const end = offsets[endReduceId];
    if (offset === undefined || end === undefined || endReduceId < reduceId) {
      throw new ShuffleError(
        'SHUFFLE_REDUCER_OUT_OF_RANGE',
        `blocks ${reduceId} to ${endReduceId} of ${file.path}, which has ${reducers}`,
      );
    }
    return { file, offset, length: end - offset };
  }

  rddBlock(executor: RegisteredExecutor, rddId: number, splitIndex: number): BlockSegment {
    const key = `rdd_${this.#serial(executor)}_${rddId}_${splitIndex}`;
    const cached = this.#cached(key);
    if (cached !== undefined) return segmentOfAll(cached.file);
    const path = blockFilePath(executor, `rdd_${rddId}_${splitIndex}`);
    const stats = look(path);
    if (stats === undefined) {
      throw new ShuffleError('SHUFFLE_BLOCK_NOT_FOUND', 'Chunk was not found');
    }
    const file: BlockFile = { path, bytes: stats.size };
    const stamp = { path, bytes: stats.size, inode: stats.ino, modifiedMs: stats.mtimeMs };
    this.#cache.set(key, { executor, file, output: undefined, stamp, checkedAtMs: this.#now() }, 0);
    return segmentOfAll(file);
  }

  open(file: BlockFile): number {
    return this.#counting(() => openPlainFile(file.path, file.bytes).descriptor);
  }

  async removeBlocks(executor: RegisteredExecutor, names: readonly string[]): Promise<number> {
    let removed = 0;
    for (let start = 0; start < names.length; start += REMOVALS_AT_A_TIME) {
      const some = names.slice(start, start + REMOVALS_AT_A_TIME);
      const outcomes = await Promise.all(some.map((name) => this.#removeBlock(executor, name)));
      removed += outcomes.filter(Boolean).length;
    }
    this.#blocksRemoved += removed;
    return removed;
  }

  diagnoseCorruption(
    executor: RegisteredExecutor,
    shuffleId: number,
    mapId: number | bigint,
    reduceId: number,
    readerChecksum: bigint,
    algorithm: string,
  ): Promise<CorruptionCause> {
    const place = { executor, shuffleId, mapId, reduceId };
    return diagnoseCorruption(this, place, readerChecksum, algorithm, this.#logger);
  }

  /** Forgets all that is known of the files of executors that are no longer registered. */
  drop(executors: ReadonlySet<RegisteredExecutor>): void {
    this.#cache.deleteWhere(({ executor }) => executors.has(executor));
  }

  counters(): ResolverCounters {
    const { hits, misses, evictions, entries, bytes } = this.#cache.counters();
    return {
      indexCacheHitsTotal: hits,
      indexCacheMissesTotal: misses,
      indexCacheEvictionsTotal: evictions,
      indexCacheEntries: entries,
      indexCacheBytes: bytes,
      filesRefusedTotal: this.#filesRefused,
      blocksRemovedTotal: this.#blocksRemoved,
    };
  }

  #serial(executor: RegisteredExecutor): number {
    const serial = this.#serials.get(executor);
    if (serial !== undefined) return serial;
    this.#serials.set(executor, ++this.#lastSerial);
    return this.#lastSerial;
  }

  #cached(key: string): CachedFile | undefined {
    const cached = this.#cache.get(key);
    if (cached === undefined) return undefined;
    const now = this.#now();
    if (now - cached.checkedAtMs <= this.#trustedMs) return cached;
    if (isSame(cached.stamp)) {
      cached.checkedAtMs = now;
      return cached;
    }
    this.#cache.delete(key);
    return undefined;
  }

  #readIndex(
    key: string,
    executor: RegisteredExecutor,
    shuffleId: number,
    mapId: number | bigint,
  ): CachedFile {
    const path = blockFilePath(executor, mapOutputName(shuffleId, mapId, 'index'));
    const { offsets, ...stamp } = this.#counting(() => readIndexFile(path));
    const file: BlockFile = {
      path: blockFilePath(executor, mapOutputName(shuffleId, mapId, 'data')),
      bytes: offsets.at(-1) ?? 0,
    };
    const output: MapOutput = { file, offsets, reducers: offsets.length - 1 };
    const cached: CachedFile = {
      executor,
      file,
      output,
      stamp: { path, ...stamp },
      checkedAtMs: this.#now(),
    };
    this.#cache.set(key, cached, offsets.byteLength);
    return cached;
  }

  async #removeBlock(executor: RegisteredExecutor, name: string): Promise<boolean> {
    const what = removableFile(name);
    if (what === undefined) {
      this.#filesRefused++;
      const { appId, executorId } = executor;
      this.#logger?.warn(
        { appId, executorId, name: name.slice(0, 200) },
        'not the name of a block’s file: not deleted',
      );
      return false;
    }
    this.#cache.delete(this.#keyOf(executor, what));
    const path = blockFilePath(executor, name);
    try {
      return await removeFile(path);
    } catch (error) {
      if (error instanceof ShuffleError) this.#filesRefused++;
      this.#logger?.warn({ path, error }, 'a file could not be deleted');
      return false;
    }
  }

  #keyOf(executor: RegisteredExecutor, what: RemovableFile): string {
    const serial = this.#serial(executor);
    return what.kind === 'rdd'
      ? `rdd_${serial}_${what.rddId}_${what.splitIndex}`
      : `${serial}_${what.shuffleId}_${what.mapId}`;
  }

  #counting<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if (error instanceof ShuffleError && error.code === 'SHUFFLE_FILE_REFUSED') this.#filesRefused++;
      throw error;
    }
  }
}

function segmentOfAll(file: BlockFile): BlockSegment {
  return { file, offset: 0, length: file.bytes };
}

function isSame({ path, bytes, inode, modifiedMs }: Stamp): boolean {
  const stats = look(path);
  return stats?.size === bytes && stats.ino === inode && stats.mtimeMs === modifiedMs;
}

/** Undefined: not there, or not to be looked at. */
function look(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

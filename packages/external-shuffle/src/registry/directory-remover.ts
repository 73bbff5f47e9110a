import { removeTree } from '../directories/remove-tree.ts';
import { ShuffleError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { PersistentRecords } from './persistent-records.ts';
import { encodeRecord, keyOf } from './records.ts';

/** What a remover is made with. */
export interface DirectoryRemoverOptions {
  readonly records: PersistentRecords;
  /** Told when a directory is nobody's any more. */
  readonly removed: (directory: string) => void;
  /** Deletes one; {@link removeTree} in earnest. */
  readonly removeTree?: (directory: string) => Promise<boolean>;
  readonly logger?: Logger | undefined;
}

/**
 * Deletes directories of applications that are over, one after another. What is to be deleted is on the disk before the
 * registration goes, so that no directory is forgotten when the process is killed in between.
 */
export class DirectoryRemover {
  readonly #records: PersistentRecords;
  readonly #removed: (directory: string) => void;
  readonly #removeTree: (directory: string) => Promise<boolean>;
  readonly #logger: Logger | undefined;
  /** Directories and whose they were. */
  readonly #pending = new Map<string, string>();
  #working: Promise<void> | undefined;
  #closed = false;
  #removedTotal = 0;
  #failuresTotal = 0;

  constructor(options: DirectoryRemoverOptions) {
    this.#records = options.records;
    this.#removed = options.removed;
    this.#removeTree = options.removeTree ?? removeTree;
    this.#logger = options.logger;
  }

  get counters() {
    return {
      directoriesToRemove: this.#pending.size,
      directoriesRemovedTotal: this.#removedTotal,
      directoryRemovalFailuresTotal: this.#failuresTotal,
    };
  }

  has(directory: string): boolean {
    return this.#pending.has(directory);
  }

  /** Takes the directory down; it is deleted with the next {@link work}. Resolves when that is safe on disk. */
  add(directory: string, appId: string): Promise<void> {
    this.#pending.set(directory, appId);
    const record = { kind: 'removing', directory, appId } as const;
    return this.#records.put(keyOf(record), encodeRecord(record));
  }

  /** Takes down what the store already has. */
  restore(directory: string, appId: string): void {
    this.#pending.set(directory, appId);
  }

  /** Deletes what is there to be deleted. What fails is left for the next time. Never rejects. */
  work(): Promise<void> {
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
    return this.#working;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#working;
  }

  async #work(): Promise<void> {
    // Entries that are added meanwhile are met by this loop as well.
    for (const [directory, appId] of this.#pending) {
      if (this.#closed) return;
      await this.#removeDirectory(directory, appId);
    }
  }

  async #removeDirectory(directory: string, appId: string): Promise<void> {
    try {
      if (await this.#removeTree(directory)) this.#removedTotal++;
      this.#logger?.debug({ appId, directory }, 'local directory deleted');
    } catch (error) {
      this.#failuresTotal++;
      this.#logger?.warn({ appId, directory, error }, 'a local directory could not be deleted');
      // A link stays one: there is nothing of ours to be deleted behind it.
      if (!(error instanceof ShuffleError)) return;
    }
    this.#pending.delete(directory);
    this.#removed(directory);
    await this.#records.delete(keyOf({ kind: 'removing', directory }));
  }
}

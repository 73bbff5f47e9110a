import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import {
  type Change,
  Contents,
  checkSize,
  ownBytes,
  type RequestedChange,
  StagedChanges,
} from './changes.ts';
import { StoreError } from './errors.ts';
import { LogFile } from './log-file.ts';
import { MAX_FRAME_BODY_BYTES, sizeOfChange } from './log-format.ts';
import type { ChangeOptions, DurableStore, StoreEntry } from './store.ts';
import { type StoreLock, takeLock } from './store-lock.ts';

/** What a file store is opened with. */
export interface FileStoreOptions {
  /** The folder that it lives in; made if it is not there. One process has it open at a time. */
  readonly directory: string;
  /** Name of its file in there; default `store`. */
  readonly name?: string;
  /** The log is written anew when it is longer than this, and more than twice what it holds. */
  readonly compactAboveBytes?: number;
}

interface Waiting {
  readonly change: RequestedChange;
  readonly resolve: (result: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

interface Outcome {
  readonly before: StoreEntry | undefined;
  readonly after: StoreEntry | undefined;
}

/** Frames are filled up to this with what waits; the longest change of all fits beside it. */
const BATCH_BYTES = MAX_FRAME_BODY_BYTES / 2;

/**
 * A store in one file: a log with checksums, fsynced before a change is reported as made.
 *
 * ```text
 * put, delete ──► waiting ──► one frame for all that wait ──► write, fsync ──► contents ──► their promises
 *                    ▲                                                            │
 *                    └── what is asked for meanwhile waits for the next frame ◄───┘
 * ```
 */
export class FileStore implements DurableStore {
  readonly #log: LogFile;
  readonly #lock: StoreLock;
  readonly #contents: Contents;
  readonly #compactAboveBytes: number;
  #liveBytes: number;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #broken: unknown;
  #closing: Promise<void> | undefined;

  private constructor(
    log: LogFile,
    lock: StoreLock,
    entries: Map<string, StoreEntry>,
    compactAboveBytes: number,
  ) {
    this.#log = log;
    this.#lock = lock;
    this.#contents = new Contents(entries);
    this.#compactAboveBytes = compactAboveBytes;
    this.#liveBytes = 0;
    for (const entry of entries.values()) this.#liveBytes += sizeOfChange([entry.key, entry]);
  }

  /** Opens the store, or makes it. The file can be read by its owner alone. */
  static async open(options: FileStoreOptions): Promise<FileStore> {
    const file = path.join(options.directory, `${options.name ?? 'store'}.log`);
    let lock: StoreLock | undefined;
    try {
      await mkdir(options.directory, { recursive: true, mode: 0o700 });
      lock = await takeLock(`${file}.lock`);
      const { log, entries } = await LogFile.open(file);
      return new FileStore(log, lock, entries, options.compactAboveBytes ?? 1024 * 1024);
    } catch (error) {
      await lock?.release();
      if (error instanceof StoreError) throw named(error, file);
      throw new StoreError('STORE_UNREADABLE', `${file} cannot be opened: ${textOf(error)}`, {
        cause: error,
      });
    }
  }

  async get(key: string): Promise<StoreEntry | undefined> {
    this.#checkOpen();
    return this.#contents.get(key);
  }

  async entries(prefix = ''): Promise<readonly StoreEntry[]> {
    this.#checkOpen();
    return this.#contents.list(prefix);
  }

  async put(key: string, value: Uint8Array, options: ChangeOptions = {}): Promise<number> {
    const { after } = await this.#change({ key, value: ownBytes(value) }, options);
    return after?.version ?? 0;
  }

  async delete(key: string, options: ChangeOptions = {}): Promise<boolean> {
    const { before } = await this.#change({ key, value: undefined }, options);
    return before !== undefined;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#writing;
    await this.#log.close();
    await this.#lock.release();
  }

  #change(change: Change, options: ChangeOptions): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.#checkOpen();
      checkSize(change);
      this.#waiting.push({ change: { ...change, ...options }, resolve, reject });
      // It never rejects: what goes wrong is told to those who wait.
      this.#writing ??= this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    // What comes up in the same turn of the event loop, as requests of many clients do, goes into the same frame.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      await this.#writeBatch(this.#takeBatch());
      await this.#compactIfWorthwhile();
    }
    this.#writing = undefined;
  }

  #takeBatch(): readonly Waiting[] {
    let bytes = 0;
    const end = this.#waiting.findIndex(({ change: { key, value } }, index) => {
      bytes += sizeOfChange([key, value && { key, value, version: 1 }]);
      return index > 0 && bytes > BATCH_BYTES;
    });
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
  }

  async #writeBatch(batch: readonly Waiting[]): Promise<void> {
    const staged = new StagedChanges(this.#contents);
    const made: (() => void)[] = [];
    const failed: ((error: unknown) => void)[] = [];
    for (const { change, resolve, reject } of batch) {
      try {
        const outcome = staged.stage(change);
        made.push(() => resolve(outcome));
        failed.push(reject);
      } catch (error) {
        reject(error);
      }
    }
    const changes = [...staged.entries].filter(([key, entry]) => entry ?? this.#contents.get(key));
    try {
      if (this.#broken !== undefined) throw this.#broken;
      if (changes.length > 0) await this.#log.append(changes);
    } catch (error) {
      const reason = this.#writeError(error);
      for (const fail of failed) fail(reason);
      return;
    }
    this.#count(changes);
    this.#contents.apply(changes);
    for (const tell of made) tell();
  }

  /** An error that the log did not put into words left it in a state that nobody knows: nothing is written any more. */
  #writeError(error: unknown): StoreError {
    if (error instanceof StoreError) return error;
    this.#broken ??= error;
    return new StoreError(
      'STORE_WRITE_FAILED',
      `the store takes no more changes until it is opened again: ${textOf(error)}`,
      { cause: error },
    );
  }

  #count(changes: readonly (readonly [string, StoreEntry | undefined])[]): void {
    for (const [key, entry] of changes) {
      const before = this.#contents.get(key);
      if (before !== undefined) this.#liveBytes -= sizeOfChange([key, before]);
      if (entry !== undefined) this.#liveBytes += sizeOfChange([key, entry]);
    }
  }

  async #compactIfWorthwhile(): Promise<void> {
    const { bytes } = this.#log;
    if (bytes <= this.#compactAboveBytes || bytes <= 2 * this.#liveBytes) return;
    try {
      await this.#log.compact(this.#contents.all());
    } catch (error) {
      // While the old log is whole and stays in use, the next change tries again.
      if (!(error instanceof StoreError)) this.#broken ??= error;
    }
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw new StoreError('STORE_CLOSED', 'the store is closed');
  }
}

function named(error: StoreError, file: string): StoreError {
  if (error.message.includes(file)) return error;
  return new StoreError(error.code, `${file}: ${error.message}`, { cause: error });
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

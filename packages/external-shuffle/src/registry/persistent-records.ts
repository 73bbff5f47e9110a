import type { DurableStore } from '@spark-mesos/durable-store';
import type { Logger } from '../logger.ts';

/**
 * Writes records to the store, and keeps for later what cannot be written: with a full disk executors still register and
 * are served, and only a restart at that time would forget them.
 */
export class PersistentRecords {
  readonly #store: DurableStore;
  readonly #logger: Logger | undefined;
  /** What the store does not have yet; undefined: the key is to be deleted. */
  readonly #unsaved = new Map<string, Uint8Array | undefined>();

  constructor(store: DurableStore, logger?: Logger) {
    this.#store = store;
    this.#logger = logger;
  }

  get unsavedChanges(): number {
    return this.#unsaved.size;
  }

  /** Resolves when the record is safe, or when it is certain that it is not. */
  put(key: string, value: Uint8Array): Promise<void> {
    return this.#save(key, value);
  }

  delete(key: string): Promise<void> {
    return this.#save(key, undefined);
  }

  /** Tries once more to write what could not be written. */
  async retry(): Promise<void> {
    const unsaved = [...this.#unsaved];
    await Promise.all(unsaved.map(([key, value]) => this.#save(key, value)));
  }

  async #save(key: string, value: Uint8Array | undefined): Promise<void> {
    // A change that is asked for later is the one that counts.
    this.#unsaved.delete(key);
    try {
      await (value === undefined ? this.#store.delete(key) : this.#store.put(key, value));
    } catch (error) {
      if (this.#unsaved.size === 0) {
        this.#logger?.error({ key, error }, 'the store takes no changes: a restart now would forget some');
      }
      if (!this.#unsaved.has(key)) this.#unsaved.set(key, value);
    }
  }
}

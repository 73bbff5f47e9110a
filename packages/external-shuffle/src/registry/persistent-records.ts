import type { DurableStore } from '@spark-mesos/durable-store';
import type { Logger } from '../logger.ts';

/** What the store does not have yet. */
interface UnsavedChange {
  /** Undefined: the key is to be deleted. */
  readonly value: Uint8Array | undefined;
  /** Changes are numbered as they are asked for. */
  readonly number: number;
}

/**
 * Writes records to the store, and keeps for later what cannot be written: with a full disk executors still register and
 * are served, and only a restart at that time would forget them.
 */
export class PersistentRecords {
  readonly #store: DurableStore;
  readonly #logger: Logger | undefined;
  readonly #unsaved = new Map<string, UnsavedChange>();
  /** The last change of each key that is being written. */
  readonly #underWay = new Map<string, number>();
  #lastNumber = 0;

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
    // What is being written is later than what is left, and is not to be overtaken by it.
    const unsaved = [...this.#unsaved].filter(([key]) => !this.#underWay.has(key));
    await Promise.all(unsaved.map(([key, { value }]) => this.#save(key, value)));
  }

  async #save(key: string, value: Uint8Array | undefined): Promise<void> {
    const number = ++this.#lastNumber;
    this.#underWay.set(key, number);
    try {
      await (value === undefined ? this.#store.delete(key) : this.#store.put(key, value));
      if (this.#isUnsavedUpTo(key, number)) this.#unsaved.delete(key);
    } catch (error) {
      if (this.#unsaved.size === 0) {
        this.#logger?.error({ key, error }, 'the store takes no changes: a restart now would forget some');
      }
      if (!this.#unsaved.has(key) || this.#isUnsavedUpTo(key, number)) {
        this.#unsaved.set(key, { value, number });
      }
    } finally {
      if (this.#underWay.get(key) === number) this.#underWay.delete(key);
    }
  }

  /** Whether what is left to be written was asked for no later than that: the later change is the one that counts. */
  #isUnsavedUpTo(key: string, number: number): boolean {
    const unsaved = this.#unsaved.get(key);
    return unsaved !== undefined && unsaved.number <= number;
  }
}

import { type Change, Contents, checkSize, ownBytes, StagedChanges } from './changes.ts';
import { StoreError } from './errors.ts';
import type { ChangeOptions, DurableStore, StoreEntry } from './store.ts';

/** A store that is gone with its process: for tests, and where nothing has to outlive it. */
export class MemoryStore implements DurableStore {
  readonly #contents = new Contents();
  #closed = false;

  async get(key: string): Promise<StoreEntry | undefined> {
    this.#checkOpen();
    return this.#contents.get(key);
  }

  async entries(prefix = ''): Promise<readonly StoreEntry[]> {
    this.#checkOpen();
    return this.#contents.list(prefix);
  }

  async put(key: string, value: Uint8Array, options: ChangeOptions = {}): Promise<number> {
    const { after } = this.#change({ key, value: ownBytes(value) }, options);
    return after?.version ?? 0;
  }

  async delete(key: string, options: ChangeOptions = {}): Promise<boolean> {
    return this.#change({ key, value: undefined }, options).before !== undefined;
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #change(change: Change, options: ChangeOptions) {
    this.#checkOpen();
    checkSize(change);
    const staged = new StagedChanges(this.#contents);
    const result = staged.stage({ ...change, ...options });
    this.#contents.apply(staged.entries);
    return result;
  }

  #checkOpen(): void {
    if (this.#closed) throw new StoreError('STORE_CLOSED', 'the store is closed');
  }
}

import type { ChangeOptions, DurableStore, StoreEntry } from '@spark-mesos/durable-store';
import { StoreError } from '@spark-mesos/durable-store';

/** A change that was asked for and is not safe yet. */
interface Waiting {
  readonly key: string;
  readonly value: Uint8Array | undefined;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * A store for tests of crashes: nothing is safe before `sync` is called, and what is not safe is gone after `crash`,
 * but for as much of it as the test says, since a disk may have had some of it.
 */
export class FaultyStore implements DurableStore {
  readonly #safe = new Map<string, StoreEntry>();
  #waiting: Waiting[] = [];
  #isCrashed = false;
  /** While it is set, changes fail with it. */
  failure: string | undefined;
  /** Whether changes are safe as soon as they are asked for. */
  isPrompt = true;
  /** Called before each change, with its number: to crash there. */
  onChange: ((number: number) => void) | undefined;
  changes = 0;

  /** Reads what is safe. */
  async get(key: string): Promise<StoreEntry | undefined> {
    return this.#safe.get(key);
  }

  async entries(prefix = ''): Promise<readonly StoreEntry[]> {
    return [...this.#safe.values()]
      .filter(({ key }) => key.startsWith(prefix))
      .sort((one, other) => (one.key < other.key ? -1 : 1));
  }

  async put(key: string, value: Uint8Array, _options?: ChangeOptions): Promise<number> {
    await this.#change(key, value);
    return this.#safe.get(key)?.version ?? 1;
  }

  async delete(key: string, _options?: ChangeOptions): Promise<boolean> {
    const had = this.#safe.has(key);
    // As with the real ones: for what is not there, nothing is written.
    if (!had && !this.#waiting.some((change) => change.key === key)) return false;
    await this.#change(key, undefined);
    return had;
  }

  async close(): Promise<void> {}

  /** How many changes wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Makes the first ones of those that wait safe; all if no number is given. */
  sync(count = this.#waiting.length): void {
    for (const change of this.#waiting.splice(0, count)) {
      this.#apply(change);
      change.resolve();
    }
  }

  /** Whoever used it is gone: what waits is lost but for the first ones. Give a new process the store as it is then. */
  crash(kept = 0): FaultyStore {
    for (const change of this.#waiting.slice(0, kept)) this.#apply(change);
    this.#waiting = [];
    this.#isCrashed = true;
    const next = new FaultyStore();
    next.isPrompt = this.isPrompt;
    for (const [key, entry] of this.#safe) next.#safe.set(key, entry);
    return next;
  }

  #change(key: string, value: Uint8Array | undefined): Promise<void> {
    this.changes += 1;
    this.onChange?.(this.changes);
    return new Promise((resolve, reject) => {
      // Nobody is there any more who would wait for it.
      if (this.#isCrashed) return;
      if (this.failure !== undefined) {
        reject(new StoreError('STORE_WRITE_FAILED', this.failure));
        return;
      }
      this.#waiting.push({ key, value: value && new Uint8Array(value), resolve, reject });
      if (this.isPrompt) this.sync();
    });
  }

  #apply({ key, value }: Waiting): void {
    if (value === undefined) this.#safe.delete(key);
    else this.#safe.set(key, { key, value, version: (this.#safe.get(key)?.version ?? 0) + 1 });
  }
}

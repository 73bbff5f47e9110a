import { StoreError } from './errors.ts';
import { type ChangeOptions, MAX_KEY_BYTES, MAX_VALUE_BYTES, type StoreEntry } from './store.ts';

/** What is to become of a key. */
export interface Change {
  readonly key: string;
  /** `undefined` deletes. */
  readonly value: Uint8Array | undefined;
}

/** A change with what it asks for. */
export interface RequestedChange extends Change, ChangeOptions {}

/** A value as it is kept: as it was handed in, but for a part of something larger, which would be kept along with it. */
export function ownBytes(value: Uint8Array): Uint8Array {
  return value.length === value.buffer.byteLength ? value : new Uint8Array(value);
}

/** Throws for what no store takes. */
export function checkSize({ key, value }: Change): void {
  const keyBytes = Buffer.byteLength(key);
  if (keyBytes === 0 || keyBytes > MAX_KEY_BYTES) {
    throw new StoreError(
      'STORE_LIMIT_EXCEEDED',
      `a key has 1 to ${MAX_KEY_BYTES} bytes, this one ${keyBytes}`,
    );
  }
  if (value !== undefined && value.length > MAX_VALUE_BYTES) {
    throw new StoreError(
      'STORE_LIMIT_EXCEEDED',
      `the value of ${key} has ${value.length} bytes; ${MAX_VALUE_BYTES} are the most`,
    );
  }
}

/** The contents of a store in memory: what reads see, and what changes are checked against. */
export class Contents {
  readonly #entries: Map<string, StoreEntry>;

  constructor(entries: Map<string, StoreEntry> = new Map()) {
    this.#entries = entries;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): StoreEntry | undefined {
    return this.#entries.get(key);
  }

  /** In the order of their keys. */
  list(prefix = ''): readonly StoreEntry[] {
    return [...this.#entries.values()]
      .filter(({ key }) => key.startsWith(prefix))
      .sort((one, other) => (one.key < other.key ? -1 : 1));
  }

  all(): IterableIterator<StoreEntry> {
    return this.#entries.values();
  }

  apply(changes: Iterable<readonly [string, StoreEntry | undefined]>): void {
    for (const [key, entry] of changes) {
      if (entry === undefined) this.#entries.delete(key);
      else this.#entries.set(key, entry);
    }
  }
}

/** Changes that are checked, one after another, before any of them is made. */
export class StagedChanges {
  readonly #contents: Contents;
  readonly #staged = new Map<string, StoreEntry | undefined>();

  constructor(contents: Contents) {
    this.#contents = contents;
  }

  /** What each key is to become. */
  get entries(): ReadonlyMap<string, StoreEntry | undefined> {
    return this.#staged;
  }

  /** Stages a change; answers with the entry before and after it. Throws if another version is there. */
  stage({ key, value, expectedVersion }: RequestedChange): {
    before: StoreEntry | undefined;
    after: StoreEntry | undefined;
  } {
    const before = this.#staged.has(key) ? this.#staged.get(key) : this.#contents.get(key);
    const version = before?.version ?? 0;
    if (expectedVersion !== undefined && expectedVersion !== version) {
      throw new StoreError(
        'STORE_CONFLICT',
        `${key} was to be changed from version ${expectedVersion}, and has version ${version}`,
      );
    }
    const after = value === undefined ? undefined : { key, value, version: version + 1 };
    this.#staged.set(key, after);
    return { before, after };
  }
}

/** A value as it is stored. */
export interface StoreEntry {
  readonly key: string;
  /** Opaque to the store; not to be written into. */
  readonly value: Uint8Array;
  /** 1 when the key was made, one more with each change of it. A key that was deleted and made again begins at 1. */
  readonly version: number;
}

/** What a change may ask for. */
export interface ChangeOptions {
  /** The change is made only if the key has this version; 0: only if there is no such key. */
  readonly expectedVersion?: number;
}

/**
 * Keys and values that outlive the process. Whoever implements it says when a change is safe, and no sooner:
 * the promise of a change resolves when it can no longer be lost. Changes of one caller take effect in the order in
 * which they were asked for. Reads see safe changes only.
 */
export interface DurableStore {
  /** The value of a key and its version; undefined when there is none. */
  get(key: string): Promise<StoreEntry | undefined>;
  /** Those whose key begins with the prefix, all without one; in the order of their keys. */
  entries(prefix?: string): Promise<readonly StoreEntry[]>;
  /** Resolves to the new version. The value is the store's from then on: nobody writes into it any more. */
  put(key: string, value: Uint8Array, options?: ChangeOptions): Promise<number>;
  /** Resolves to whether there was such a key. */
  delete(key: string, options?: ChangeOptions): Promise<boolean>;
  /** Waits for the changes under way, and lets go. */
  close(): Promise<void>;
}

/** The longest key, in bytes of UTF-8. */
export const MAX_KEY_BYTES = 1024;
/** The longest value. ZooKeeper takes a megabyte, so that what fits here fits there. */
export const MAX_VALUE_BYTES = 1024 * 1024;

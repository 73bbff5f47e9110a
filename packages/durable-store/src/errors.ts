/** Every code that this package's errors carry; callers match on these and never on the message. */
export const STORE_ERROR_CODES = [
  /**
   * Another process has the store open.
   * Remedy: End that process, or name another directory.
   */
  'STORE_LOCKED',
  /**
   * The file is no store, or one of a later format.
   * Remedy: Name the right directory, or run the version that wrote it.
   */
  'STORE_FORMAT',
  /**
   * The file is damaged before its end: what was durable once cannot be read.
   * Remedy: Restore the file from a backup; what it held of running work is then found again by reconciliation.
   */
  'STORE_DAMAGED',
  /**
   * The store cannot be opened: no such folder, no permission.
   * Remedy: Make the directory, or let this user read and write it.
   */
  'STORE_UNREADABLE',
  /**
   * A change did not become durable: the disk is full, or failed. Nothing of it is seen by readers.
   * Remedy: Make room on the disk; the next change is tried anew.
   */
  'STORE_WRITE_FAILED',
  /**
   * The version that a change asked for is not the version that is there.
   * Remedy: Read again and decide anew.
   */
  'STORE_CONFLICT',
  /**
   * A key or a value is longer than the store takes.
   * Remedy: Store less under one key.
   */
  'STORE_LIMIT_EXCEEDED',
  /**
   * Another one has taken the store over: this one never writes again.
   * Remedy: Nothing: the other one goes on. Close this one.
   */
  'STORE_FENCED',
  /**
   * A change was sent, and the store closed, or was taken over, before anybody knew whether it was made.
   * Remedy: Open the store again and read what became of it.
   */
  'STORE_OUTCOME_UNKNOWN',
  /**
   * The store was closed before.
   * Remedy: Open a new one.
   */
  'STORE_CLOSED',
] as const;

/** One of {@link STORE_ERROR_CODES}. */
export type StoreErrorCode = (typeof STORE_ERROR_CODES)[number];

/** The only error that this package makes. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

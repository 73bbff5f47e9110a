/** Every code that this package's errors carry; callers match on these and never on the message. */
export const STORE_ERROR_CODES = [
  /** Another process has the store open. */
  'STORE_LOCKED',
  /** The file is no store, or one of a later format. */
  'STORE_FORMAT',
  /** The file is damaged before its end: what was durable once cannot be read. */
  'STORE_DAMAGED',
  /** The store cannot be opened: no such folder, no permission. */
  'STORE_UNREADABLE',
  /** A change did not become durable: the disk is full, or failed. Nothing of it is seen by readers. */
  'STORE_WRITE_FAILED',
  /** The version that a change asked for is not the version that is there. */
  'STORE_CONFLICT',
  /** A key or a value is longer than the store takes. */
  'STORE_LIMIT_EXCEEDED',
  /** Another one has taken the store over: this one never writes again. */
  'STORE_FENCED',
  /** A change was sent, and the store closed, or was taken over, before anybody knew whether it was made. */
  'STORE_OUTCOME_UNKNOWN',
  /** The store was closed before. */
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

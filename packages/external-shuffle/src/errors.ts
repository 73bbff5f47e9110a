/** Every code that this package's errors carry; callers match on these and never on the message. */
export const SHUFFLE_ERROR_CODES = [
  /**
   * No such executor is registered.
   * Remedy: The service was moved to an empty `--work-dir`, or the files were cleaned: Spark computes the stage again.
   */
  'SHUFFLE_EXECUTOR_UNKNOWN',
  /**
   * Another executor is registered under this id, or its directory belongs to another application.
   * Remedy: Look for two clusters that give out the same ids on this agent.
   */
  'SHUFFLE_EXECUTOR_TAKEN',
  /**
   * A local directory lies outside the roots, is not of Spark's shape, or leads elsewhere by a link.
   * Remedy: Set `spark.local.dir` of the service to where executors keep their files.
   */
  'SHUFFLE_DIRECTORY_REFUSED',
  /**
   * An application's or executor's id, or a number that comes with it, is not one that Spark makes.
   * Remedy: Look at who connects: no Spark sends it.
   */
  'SHUFFLE_ID_INVALID',
  /**
   * A block id is not of a kind that is served.
   * Remedy: Look at who connects: no Spark sends it.
   */
  'SHUFFLE_BLOCK_ID_INVALID',
  /**
   * A block's file is not there or cannot be opened.
   * Remedy: Run the service as the user of the executors; where the file is gone, Spark computes it again.
   */
  'SHUFFLE_FILE_UNREADABLE',
  /**
   * A block's file is no plain file, or is not where it seems to be.
   * Remedy: Look for links in the local directories; none belong there.
   */
  'SHUFFLE_FILE_REFUSED',
  /**
   * An index file is damaged, or does not fit its data file.
   * Remedy: Check the disk; Spark computes the stage again.
   */
  'SHUFFLE_INDEX_DAMAGED',
  /**
   * The map output has no such reducer.
   * Remedy: Look at who connects: no Spark asks for it.
   */
  'SHUFFLE_REDUCER_OUT_OF_RANGE',
  /**
   * A persisted partition is not there.
   * Remedy: Nothing: Spark computes the partition again.
   */
  'SHUFFLE_BLOCK_NOT_FOUND',
  /**
   * A client asks for what is another application's.
   * Remedy: Give each application its own secret, and look at who connects with another’s.
   */
  'SHUFFLE_CLIENT_REFUSED',
  /**
   * A chunk of a stream that is not open, or not the next one; or a stream too many.
   * Remedy: Nothing: the client opens its blocks again. Often: raise `spark.shuffle.maxChunksBeingTransferred`.
   */
  'SHUFFLE_STREAM_REFUSED',
  /**
   * The service cannot listen where it should.
   * Remedy: Stop what has the port, or name another.
   */
  'SHUFFLE_ADDRESS_UNUSABLE',
  /**
   * What Spark's own service without a merger, or this one, does not do.
   * Remedy: Switch push-based shuffle off: `spark.shuffle.push.enabled=false`.
   */
  'SHUFFLE_NOT_SUPPORTED',
] as const;

/** One of {@link SHUFFLE_ERROR_CODES}. */
export type ShuffleErrorCode = (typeof SHUFFLE_ERROR_CODES)[number];

/** What a Spark client is told: the exception's class that Java would have thrown here. */
const JAVA_CLASS: Record<ShuffleErrorCode, string> = {
  SHUFFLE_EXECUTOR_UNKNOWN: 'java.lang.RuntimeException',
  SHUFFLE_EXECUTOR_TAKEN: 'java.lang.SecurityException',
  SHUFFLE_DIRECTORY_REFUSED: 'java.lang.SecurityException',
  SHUFFLE_ID_INVALID: 'java.lang.IllegalArgumentException',
  SHUFFLE_BLOCK_ID_INVALID: 'java.lang.IllegalArgumentException',
  SHUFFLE_FILE_UNREADABLE: 'java.lang.RuntimeException',
  SHUFFLE_FILE_REFUSED: 'java.lang.SecurityException',
  SHUFFLE_INDEX_DAMAGED: 'java.lang.RuntimeException',
  SHUFFLE_REDUCER_OUT_OF_RANGE: 'java.lang.IndexOutOfBoundsException',
  SHUFFLE_BLOCK_NOT_FOUND: 'java.lang.IllegalStateException',
  SHUFFLE_CLIENT_REFUSED: 'java.lang.SecurityException',
  SHUFFLE_STREAM_REFUSED: 'java.lang.IllegalStateException',
  SHUFFLE_ADDRESS_UNUSABLE: 'java.lang.IllegalStateException',
  SHUFFLE_NOT_SUPPORTED: 'java.lang.UnsupportedOperationException',
};

/** The only error that this package throws for what clients send and what lies on the disk. */
export class ShuffleError extends Error {
  override readonly name = 'ShuffleError';
  readonly code: ShuffleErrorCode;

  constructor(code: ShuffleErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** The first line of the stack trace that Java would have sent; Spark's clients log it, and read no more of it. */
  get failureText(): string {
    const javaClass = JAVA_CLASS[this.code];
    return this.message === '' ? javaClass : `${javaClass}: ${this.message}`;
  }
}

/** Every code that this package's errors carry; callers match on these and never on the message. */
export const JAVA_SERIALIZATION_ERROR_CODES = [
  /**
   * The bytes end in the middle of something.
   * Remedy: Look at the connection: the sender ended in the middle.
   */
  'JAVA_TRUNCATED',
  /**
   * The bytes contradict the protocol: wrong magic, unknown type code, a handle that was never given out.
   * Remedy: Look at who connects; if it is a Spark, report it with the Spark’s version.
   */
  'JAVA_MALFORMED',
  /**
   * The bytes go on after the one value that was asked for.
   * Remedy: Report it with the Spark’s version.
   */
  'JAVA_TRAILING_BYTES',
  /**
   * A limit of `ObjectStreamLimits` or of the class-file parser would be exceeded.
   * Remedy: Raise the limit that the message names, if the sender is to be trusted.
   */
  'JAVA_LIMIT_EXCEEDED',
  /**
   * The sender reported that its own serialization failed (TC_EXCEPTION).
   * Remedy: Look at the sender’s log.
   */
  'JAVA_STREAM_EXCEPTION',
  /**
   * A value does not fit the field, array or annotation that it is written to or read from.
   * Remedy: Give the value that the class has; where a Spark sent it, report it with the Spark’s version.
   */
  'JAVA_TYPE_MISMATCH',
  /**
   * An object lacks a field that its class has, or was given one that its class has not.
   * Remedy: Give the fields that the class has; where a Spark sent it, report it with the Spark’s version.
   */
  'JAVA_FIELD_MISMATCH',
  /**
   * No class of that name is on the class path, and it is no built-in one.
   * Remedy: Point `--spark-home` to a whole Spark; its `jars` folder holds the class.
   */
  'JAVA_CLASS_NOT_FOUND',
  /**
   * The class exists but does not implement java.io.Serializable.
   * Remedy: Write another class.
   */
  'JAVA_NOT_SERIALIZABLE',
  /**
   * The class file contradicts its format.
   * Remedy: Fetch this Spark again: a jar of it is damaged.
   */
  'JAVA_CLASS_FILE_MALFORMED',
  /**
   * A jar or a directory of jars cannot be read.
   * Remedy: Check the path and who may read it.
   */
  'JAVA_CLASS_PATH_UNREADABLE',
  /**
   * Legal in Java, and not done here; the message says what.
   * Remedy: Do without what the message names.
   */
  'JAVA_NOT_SUPPORTED',
] as const;

/** One of the codes in {@link JAVA_SERIALIZATION_ERROR_CODES}. */
export type JavaSerializationErrorCode = (typeof JAVA_SERIALIZATION_ERROR_CODES)[number];

/** The only error that this package throws, whatever bytes it is given. */
export class JavaSerializationError extends Error {
  override readonly name = 'JavaSerializationError';
  readonly code: JavaSerializationErrorCode;

  constructor(code: JavaSerializationErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

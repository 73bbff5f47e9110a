/** What can go wrong with bytes and messages; match on these, not on the text. */
export const MESOS_PROTO_ERROR_CODES = [
  /**
   * A record of a stream announces more bytes than allowed.
   * Remedy: Raise `maxRecordBytes`, if the master is to be trusted.
   */
  'MESOS_RECORD_TOO_LONG',
  /**
   * The length before a record is not a decimal number followed by a line feed.
   * Remedy: Look for a proxy that changes the stream.
   */
  'MESOS_RECORD_HEADER_INVALID',
  /**
   * A stream ended within a record.
   * Remedy: Subscribe again.
   */
  'MESOS_RECORD_TRUNCATED',
  /**
   * Bytes are not a message of the type asked for.
   * Remedy: Check the type, and the version of who sent it.
   */
  'MESOS_MESSAGE_INVALID',
  /**
   * A message lacks required fields.
   * Remedy: Fill in the fields that the message names.
   */
  'MESOS_MESSAGE_INCOMPLETE',
  /**
   * Text is not JSON.
   * Remedy: Correct the text.
   */
  'MESOS_JSON_SYNTAX',
  /**
   * JSON does not have the shape of the message.
   * Remedy: Correct the field that the message names.
   */
  'MESOS_JSON_MISMATCH',
  /**
   * Not one of this package's message types.
   * Remedy: Give a type of this package.
   */
  'MESOS_TYPE_UNKNOWN',
  /**
   * A number does not fit where it should go.
   * Remedy: Give a number that fits.
   */
  'MESOS_INTEGER_RANGE',
] as const;

/** One of {@link MESOS_PROTO_ERROR_CODES}. */
export type MesosProtoErrorCode = (typeof MESOS_PROTO_ERROR_CODES)[number];

/** The one error of this package. */
export class MesosProtoError extends Error {
  override readonly name = 'MesosProtoError';
  readonly code: MesosProtoErrorCode;
  /** The reason in the words in which a Mesos master gives it to its clients, where it has such words. */
  readonly detail: string | undefined;

  constructor(
    code: MesosProtoErrorCode,
    message: string,
    options: { cause?: unknown; detail?: string } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.detail = options.detail;
  }
}

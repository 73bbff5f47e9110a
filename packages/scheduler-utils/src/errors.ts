/** Every code that a {@link ConfigError} or a problem with a setting can carry. Users match on these. */
export const CONFIG_ERROR_CODES = [
  /**
   * A text does not have the form that its setting asks for.
   * Remedy: Write it as the message says.
   */
  'CONFIG_MALFORMED',
  /**
   * A value has the right form, but lies outside of what makes sense.
   * Remedy: Choose a value within the range that the message names.
   */
  'CONFIG_OUT_OF_RANGE',
  /**
   * Two settings contradict each other, or one lacks another that it needs.
   * Remedy: Unset one, or set what is missing.
   */
  'CONFIG_CONFLICT',
  /**
   * A file that a setting names cannot be read.
   * Remedy: Correct the path, or let this user read it.
   */
  'CONFIG_FILE_UNREADABLE',
  /**
   * The setting is known, but what it asks for is not supported.
   * Remedy: Unset it, or use what the message names instead.
   */
  'NOT_SUPPORTED',
] as const;

/** One of {@link CONFIG_ERROR_CODES}. */
export type ConfigErrorCode = (typeof CONFIG_ERROR_CODES)[number];

/** A text that a user wrote and that cannot be understood. The message names the text and what to write instead. */
export class ConfigError extends Error {
  readonly code: ConfigErrorCode;

  constructor(code: ConfigErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ConfigError';
    this.code = code;
  }
}

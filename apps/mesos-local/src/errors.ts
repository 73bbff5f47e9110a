import { LocalMesosError, type LocalMesosErrorCode } from '@spark-mesos/mesos-local';
import { EXIT_CODES, type ExitReason } from './exit-codes.ts';

/** Every code that {@link CommandError} can carry, with the status that the command then ends with. */
export const COMMAND_ERROR_CODES = {
  /**
   * The command line is wrong.
   * Remedy: See `--help`.
   */
  MESOS_LOCAL_USAGE: 'usage',
  /**
   * Resources, attributes or credentials are wrong.
   * Remedy: Correct what the message names.
   */
  MESOS_LOCAL_SETTINGS: 'settings',
  /**
   * A file that was named is not there, or cannot be read.
   * Remedy: Correct the path.
   */
  MESOS_LOCAL_FILE_NOT_FOUND: 'fileNotFound',
} as const satisfies Record<string, ExitReason>;

/** One of {@link COMMAND_ERROR_CODES}. */
export type CommandErrorCode = keyof typeof COMMAND_ERROR_CODES;

/** What keeps the command from starting, in words for the person who typed it. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: CommandErrorCode;

  constructor(code: CommandErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

const OF_LOCAL_MESOS: Partial<Record<LocalMesosErrorCode, ExitReason>> = {
  LOCAL_PORT_TAKEN: 'portTaken',
  LOCAL_NOT_ELECTED: 'unavailable',
  LOCAL_OPTIONS_INVALID: 'settings',
  LOCAL_RESOURCES_INVALID: 'settings',
};

/** The status with which this error ends the command. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommandError) return EXIT_CODES[COMMAND_ERROR_CODES[error.code]];
  if (error instanceof LocalMesosError) return EXIT_CODES[OF_LOCAL_MESOS[error.code] ?? 'internal'];
  return EXIT_CODES.internal;
}

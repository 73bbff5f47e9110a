import { StoreError } from '@spark-mesos/durable-store';
import { ConfigError } from '@spark-mesos/scheduler-utils';
import { EXIT_CODES, type ExitReason } from './exit-codes.ts';

/** Every code that this command's own errors carry. */
export const SERVICE_ERROR_CODES = [
  /**
   * A file that was named cannot be read.
   * Remedy: Correct `--properties-file`, or the file’s permissions.
   */
  'SHUFFLE_SERVICE_FILE',
  /**
   * A port is taken, or may not be used.
   * Remedy: Stop the other service (Spark’s own?), or name another port.
   */
  'SHUFFLE_SERVICE_PORT',
  /**
   * Settings are wrong; the message names every one.
   * Remedy: Correct them where they are set.
   */
  'SHUFFLE_SERVICE_SETTINGS',
  /**
   * A property on the command line is none.
   * Remedy: See `--help`.
   */
  'SHUFFLE_SERVICE_USAGE',
] as const;

/** One of {@link SERVICE_ERROR_CODES}. */
export type ServiceErrorCode = (typeof SERVICE_ERROR_CODES)[number];

const REASON_OF: Readonly<Record<ServiceErrorCode, ExitReason>> = {
  SHUFFLE_SERVICE_FILE: 'fileNotFound',
  SHUFFLE_SERVICE_PORT: 'portTaken',
  SHUFFLE_SERVICE_SETTINGS: 'settings',
  SHUFFLE_SERVICE_USAGE: 'usage',
};

/** Why the service could not start: what happened, to what, and what to do. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: ServiceErrorCode;

  constructor(code: ServiceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What the process ends with because of an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof ServiceError) return EXIT_CODES[REASON_OF[error.code]];
  if (error instanceof ConfigError) return EXIT_CODES.settings;
  if (error instanceof StoreError) return EXIT_CODES.state;
  return EXIT_CODES.internal;
}

import { DispatcherError } from '@spark-mesos/cluster-dispatcher';
import { StoreError } from '@spark-mesos/durable-store';
import { ConfigError } from '@spark-mesos/scheduler-utils';
import { GatewayError } from '@spark-mesos/spark-gateway';
import { EXIT_CODES, type ExitReason } from './exit-codes.ts';

/** Every code that this command's own errors carry. */
export const COMMAND_ERROR_CODES = [
  /**
   * A file that was named cannot be read.
   * Remedy: Correct its path, or its permissions.
   */
  'DISPATCHER_COMMAND_FILE',
  /**
   * No Mesos master lets the dispatcher in.
   * Remedy: Check the address, principal and secret.
   */
  'DISPATCHER_COMMAND_NO_MASTER',
  /**
   * There is no Spark where one was said to be.
   * Remedy: Correct `--spark-home`.
   */
  'DISPATCHER_COMMAND_NO_SPARK',
  /**
   * A port is taken, or may not be used.
   * Remedy: Name another one.
   */
  'DISPATCHER_COMMAND_PORT',
  /**
   * Settings are wrong; the message names every one.
   * Remedy: Correct them where they are set; `--check-config` tries them.
   */
  'DISPATCHER_COMMAND_SETTINGS',
  /**
   * The command line is wrong.
   * Remedy: See `--help`.
   */
  'DISPATCHER_COMMAND_USAGE',
  /**
   * Something legal that is not supported.
   * Remedy: Do as the message says.
   */
  'NOT_SUPPORTED',
] as const;

/** One of {@link COMMAND_ERROR_CODES}. */
export type CommandErrorCode = (typeof COMMAND_ERROR_CODES)[number];

const REASON_OF: Readonly<Record<CommandErrorCode, ExitReason>> = {
  DISPATCHER_COMMAND_FILE: 'fileNotFound',
  DISPATCHER_COMMAND_NO_MASTER: 'noMaster',
  DISPATCHER_COMMAND_NO_SPARK: 'noSpark',
  DISPATCHER_COMMAND_PORT: 'portTaken',
  DISPATCHER_COMMAND_SETTINGS: 'settings',
  DISPATCHER_COMMAND_USAGE: 'usage',
  NOT_SUPPORTED: 'notSupported',
};

/** Why the dispatcher could not start: what happened, to what, and what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: CommandErrorCode;

  constructor(code: CommandErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What the process ends with because of an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommandError) return EXIT_CODES[REASON_OF[error.code]];
  if (error instanceof ConfigError) return EXIT_CODES.settings;
  if (error instanceof StoreError) return EXIT_CODES.state;
  if (error instanceof DispatcherError) {
    return error.code === 'DISPATCHER_SETTINGS' ? EXIT_CODES.settings : EXIT_CODES.internal;
  }
  if (error instanceof GatewayError) return exitCodeOfGateway(error);
  return EXIT_CODES.internal;
}

function exitCodeOfGateway({ code }: GatewayError): number {
  switch (code) {
    case 'GATEWAY_ADDRESS_UNAVAILABLE':
      return EXIT_CODES.portTaken;
    case 'GATEWAY_SPARK_UNREADABLE':
      return EXIT_CODES.noSpark;
    case 'GATEWAY_SETTINGS':
      return EXIT_CODES.settings;
    case 'GATEWAY_STATE':
      return EXIT_CODES.state;
    default:
      return EXIT_CODES.internal;
  }
}

export { type Configuration, readConfiguration } from './configuration.ts';
export { COMMAND_ERROR_CODES, CommandError, type CommandErrorCode } from './errors.ts';
export { EXIT_CODES, type ExitReason } from './exit-codes.ts';
export type { DispatcherProcess, ServiceOptions } from './parts.ts';
export { startService } from './service.ts';

export { attributesOf, resourcesOf } from './agent-patterns.ts';
export { type CommandOptions, commandLine, LOG_LEVELS } from './command-line.ts';
export { COMMAND_ERROR_CODES, CommandError, type CommandErrorCode, exitCodeOf } from './errors.ts';
export { EXIT_CODES, type ExitReason } from './exit-codes.ts';
export { clusterOptionsOf, startCluster } from './run.ts';

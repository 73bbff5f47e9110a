export { type CommandLine, readCommandLine } from './command-line.ts';
export { EXIT_CODES, type ExitReason } from './exit-codes.ts';
export { type RunEnd, type RunOptions, runExecutor } from './run.ts';

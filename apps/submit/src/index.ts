export { SPARK_COMMANDS, type SparkCommandName } from './command-line.ts';
export { SUBMIT_ERROR_CODES, SubmitError, type SubmitErrorCode } from './errors.ts';
export { EXIT_CODES, type ExitReason } from './exit-codes.ts';
export { type RunSurroundings, runSpark } from './run.ts';

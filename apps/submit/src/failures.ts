import { StoreError } from '@spark-mesos/durable-store';
import { MesosError, type MesosErrorCode } from '@spark-mesos/mesos-client';
import { ConfigError, messageOf } from '@spark-mesos/scheduler-utils';
import { GatewayError, type GatewayProblem } from '@spark-mesos/spark-gateway';
import { SubmitError, type SubmitErrorCode } from './errors.ts';
import { EXIT_CODES } from './exit-codes.ts';

/** Any error as one of ours; what is none is a fault of spark-mesos itself and keeps its own words. */
export function submitErrorOf(error: unknown): { readonly message: string; readonly exitCode: number } {
  if (error instanceof SubmitError) return error;
  const code = codeOf(error);
  const message = messageOf(error);
  if (code === undefined) return { message, exitCode: EXIT_CODES.internal };
  return new SubmitError(code, message, { cause: error });
}

function codeOf(error: unknown): SubmitErrorCode | undefined {
  if (error instanceof ConfigError)
    return error.code === 'NOT_SUPPORTED' ? 'SUBMIT_NOT_SUPPORTED' : 'SUBMIT_SETTINGS';
  if (error instanceof StoreError) return 'SUBMIT_STATE';
  if (error instanceof MesosError) return OF_MESOS.get(error.code);
  if (!(error instanceof GatewayError)) return undefined;
  switch (error.code) {
    case 'GATEWAY_ADDRESS_UNAVAILABLE':
      return 'SUBMIT_PORT_TAKEN';
    case 'GATEWAY_NO_SPARK':
    case 'GATEWAY_SPARK_UNREADABLE':
      return 'SUBMIT_NO_SPARK';
    case 'GATEWAY_SETTINGS':
      return 'SUBMIT_SETTINGS';
    default:
      return undefined;
  }
}

/** What a problem that ended the application means in this command's terms. */
function problemCode(problem: GatewayProblem): SubmitErrorCode {
  switch (problem.code) {
    case 'GATEWAY_DRIVER_REFUSED':
    case 'GATEWAY_SPARK_MISMATCH':
    case 'GATEWAY_SETTINGS':
      return 'SUBMIT_SETTINGS';
    case 'NOT_SUPPORTED':
      return 'SUBMIT_NOT_SUPPORTED';
    case 'GATEWAY_FRAMEWORK_ENDED':
      return masterProblem(problem.cause);
    default:
      return 'SUBMIT_FRAMEWORK_LOST';
  }
}

/** By what the Mesos client said first, however the error was wrapped on its way here. */
function masterProblem(cause: unknown): SubmitErrorCode {
  for (let at = cause; at instanceof Error; at = at.cause) {
    const known = OF_MESOS.get((at as { code?: unknown }).code);
    if (known !== undefined) return known;
  }
  return 'SUBMIT_FRAMEWORK_LOST';
}

const MESOS_CODES: readonly (readonly [MesosErrorCode, SubmitErrorCode])[] = [
  ['MESOS_UNAUTHENTICATED', 'SUBMIT_MASTER_REFUSES'],
  ['MESOS_FORBIDDEN', 'SUBMIT_MASTER_REFUSES'],
  ['MESOS_REFUSED', 'SUBMIT_MASTER_REFUSES'],
  ['MESOS_FRAMEWORK_ERROR', 'SUBMIT_MASTER_REFUSES'],
  ['MESOS_ADDRESS_INVALID', 'SUBMIT_USAGE'],
  ['MESOS_NOT_SUPPORTED', 'SUBMIT_NOT_SUPPORTED'],
  ['MESOS_NOT_A_MASTER', 'SUBMIT_NO_MASTER'],
  ['MESOS_REGISTRATION_TIMEOUT', 'SUBMIT_NO_MASTER'],
  ['MESOS_UNREACHABLE', 'SUBMIT_NO_MASTER'],
];
const OF_MESOS: ReadonlyMap<unknown, SubmitErrorCode> = new Map(MESOS_CODES);

/**
 * The exit status of a run: Spark's own, but where its failure was ours to explain, the one that says so.
 * A driver that succeeded all the same, or was ended by a signal, keeps its status.
 */
export function statusAfterProblem(status: number, problem: GatewayProblem | undefined): number {
  if (problem === undefined || status === 0 || status >= 128) return status;
  return new SubmitError(problemCode(problem), problem.message).exitCode;
}

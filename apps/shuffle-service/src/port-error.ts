import { ServiceError } from './errors.ts';

/** Why a port cannot be used, and what to do about it. */
export function portError(error: unknown, port: number, remedy: string): ServiceError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const taken = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
  const reason = cause instanceof Error ? cause.message : String(cause);
  const what = taken ? `port ${port} is taken` : `port ${port} cannot be used (${reason})`;
  return new ServiceError('SHUFFLE_SERVICE_PORT', `${what}: ${remedy}`, { cause: error });
}

import { GatewayError } from '@spark-mesos/spark-gateway';
import { CommandError } from './errors.ts';

/**
 * Opens something on a port, or on one of the next, as Spark does (rule D7); with port 0 the first try is the last. Resolves to what
 * `open` gives.
 */
export async function onFreePort<Opened>(
  first: number,
  retries: number,
  open: (port: number) => Promise<Opened>,
  tell: (taken: number) => void,
): Promise<Opened> {
  const last = first === 0 ? 0 : Math.min(65_535, first + retries);
  for (let port = first; ; port += 1) {
    try {
      return await open(port);
    } catch (error) {
      if (!isTaken(error)) throw error;
      if (port >= last) {
        const range =
          last === first ? `port ${first} is taken` : `the ports from ${first} to ${last} are taken`;
        throw new CommandError('DISPATCHER_COMMAND_PORT', `${range}: name another one`, { cause: error });
      }
      tell(port);
    }
  }
}

function isTaken(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if ((at as NodeJS.ErrnoException).code === 'EADDRINUSE') return true;
    if (at instanceof GatewayError && at.code !== 'GATEWAY_ADDRESS_UNAVAILABLE') return false;
  }
  return false;
}

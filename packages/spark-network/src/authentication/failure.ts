import { timingSafeEqual } from 'node:crypto';
import { SparkNetworkError } from '../errors.ts';

/** The user of every connection that Spark authenticates, and the id of the secret between RpcEnvs. */
export const SPARK_SASL_USER = 'sparkSaslUser';

/** A peer that has not authenticated itself; the message is for our log and never goes to the peer. */
export function authenticationFailed(what: string, cause?: unknown): SparkNetworkError {
  return new SparkNetworkError('SPARK_NETWORK_AUTHENTICATION_FAILED', what, { cause });
}

/** Whether two values are equal; takes as long for any two of the same length. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.byteLength === right.byteLength && timingSafeEqual(left, right);
}

/** Runs a step over bytes of a peer; whatever node:crypto thinks of them becomes a coded error. */
export function guarded<T>(what: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof SparkNetworkError) throw error;
    throw authenticationFailed(what, error);
  }
}

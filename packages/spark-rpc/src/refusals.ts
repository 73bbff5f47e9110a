import { SparkRpcError } from './errors.ts';
import type { ClassMismatch } from './peer-classes.ts';

/** A driver that wants to authenticate itself. */
export function authenticationRefusal(mechanism: string): SparkRpcError {
  return new SparkRpcError(
    'SPARK_RPC_NOT_SUPPORTED',
    `The driver wants to authenticate itself with ${mechanism}, and this cluster manager does not support that ` +
      'yet. Set spark.authenticate=false for the application.',
  );
}

/** A driver that could not read our answers. */
export function mismatchRefusal({ className, peerUid, ownUid }: ClassMismatch): SparkRpcError {
  return new SparkRpcError(
    'SPARK_RPC_SPARK_MISMATCH',
    `The driver runs another Spark than the cluster manager was given: ${className} has serialVersionUID ` +
      `${peerUid} there and ${ownUid} in the cluster manager's jars. Use the same Spark for both.`,
  );
}

/** A message for nobody. */
export function unknownEndpoint(endpoint: string): SparkRpcError {
  return new SparkRpcError('SPARK_RPC_UNKNOWN_ENDPOINT', `there is no endpoint ${endpoint} here`);
}

/** A message about somebody else's application. */
export function foreignApplication(appId: string): SparkRpcError {
  return new SparkRpcError('SPARK_RPC_UNEXPECTED_VALUE', `${appId} is no application of this connection`);
}

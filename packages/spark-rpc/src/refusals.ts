import { SparkRpcError } from './errors.ts';
import type { ClassMismatch } from './peer-classes.ts';

/** A peer that wants to authenticate itself where nobody has a secret to compare. */
export function unwantedAuthentication(mechanism: string): SparkRpcError {
  return new SparkRpcError(
    'SPARK_RPC_AUTHENTICATION_FAILED',
    `The driver has spark.authenticate=true (${mechanism}), and the cluster manager has not. Give the cluster ` +
      "manager spark.authenticate=true and the driver's spark.authenticate.secret, or set spark.authenticate=false " +
      'for the application.',
  );
}

/** A driver that does not speak TLS with a cluster manager that does. */
export function plainRefusal(): SparkRpcError {
  return new SparkRpcError(
    'SPARK_RPC_TLS_FAILED',
    'The cluster manager has spark.ssl.rpc.enabled=true, and the driver does not speak TLS. Set ' +
      'spark.ssl.rpc.enabled=true for the application (Spark 4 and newer), or false for the cluster manager.',
  );
}

/** A driver that speaks TLS with a cluster manager that does not. */
export function unwantedTls(): SparkRpcError {
  return new SparkRpcError(
    'SPARK_RPC_TLS_FAILED',
    'The driver has spark.ssl.rpc.enabled=true, and the cluster manager has not. Give the cluster manager ' +
      'spark.ssl.rpc.enabled=true with a key store, or set spark.ssl.rpc.enabled=false for the application.',
  );
}

/** A handshake of TLS that has come to nothing. */
export function tlsRefusal(reason: string): SparkRpcError {
  return new SparkRpcError(
    'SPARK_RPC_TLS_FAILED',
    `TLS was not agreed upon: ${reason}. See spark.ssl.rpc.trustStore and spark.ssl.rpc.protocol of both sides.`,
  );
}

/** A driver that could not read our answers, whichever Spark they were made for. */
export function mismatchRefusal(mismatches: readonly ClassMismatch[]): SparkRpcError {
  const found = mismatches.map(
    ({ spark, className, peerUid, ownUid }) =>
      `${className} has serialVersionUID ${peerUid} there and ${ownUid} in ${spark}`,
  );
  const [given, use] =
    mismatches.length === 1
      ? ['the cluster manager was given', 'Use the same Spark for both.']
      : [
          `the ${mismatches.length} that the cluster manager was given`,
          "Use one of these, or give the cluster manager the driver's too.",
        ];
  return new SparkRpcError(
    'SPARK_RPC_SPARK_MISMATCH',
    `The driver runs another Spark than ${given}: ${found.join('; ')}. ${use}`,
  );
}

/** A driver that is to be called back with the classes of a Spark that is not here. */
export function unknownSpark(name: string): SparkRpcError {
  return new SparkRpcError(
    'SPARK_RPC_SPARK_MISMATCH',
    `the Spark ${name} is none of those that there are here`,
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

import type { JavaObject } from '@spark-mesos/java-serialization';
import type { ObjectBuilder } from '../object-builder.ts';
import { formatEndpointAddress, type RpcAddress } from '../rpc-address.ts';
import { numberField, objectField, textField } from '../scala/values.ts';

/**
 * An endpoint of some RpcEnv, as it travels in messages.
 *
 *     NettyRpcEndpointRef => defaultAskTimeout:RpcTimeout [maxRetries:int retryWaitMs:long] endpointAddress:RpcEndpointAddress
 *     RpcEndpointAddress  => name:String rpcAddress:RpcAddress toString:String
 *     RpcAddress          => port:int host:String
 *
 * Source: Spark's `org.apache.spark.rpc.netty.NettyRpcEndpointRef`; the two numbers are Spark 2's.
 */
export interface EndpointReference {
  readonly name: string;
  readonly address: RpcAddress;
}

/** What a reference is made of, for whoever must know the classes before. */
export const ENDPOINT_REFERENCE_CLASSES = [
  'org.apache.spark.rpc.netty.NettyRpcEndpointRef',
  'org.apache.spark.rpc.RpcTimeout',
  'scala.concurrent.duration.FiniteDuration',
  'java.util.concurrent.TimeUnit',
  'org.apache.spark.rpc.RpcEndpointAddress',
  'org.apache.spark.rpc.RpcAddress',
] as const;

/** Spark's defaults for `spark.rpc.askTimeout`, `spark.rpc.numRetries` and `spark.rpc.retry.wait`. */
const ASK_TIMEOUT_SECONDS = 120;
const MAX_RETRIES = 3;
const RETRY_WAIT_MS = 3000;

/** Writes a reference; the receiver sends to it over the connection on which it got it. */
export function encodeEndpointReference(
  build: ObjectBuilder,
  { name, address }: EndpointReference,
): JavaObject {
  return build.object('org.apache.spark.rpc.netty.NettyRpcEndpointRef', {
    maxRetries: MAX_RETRIES,
    retryWaitMs: RETRY_WAIT_MS,
    defaultAskTimeout: build.object('org.apache.spark.rpc.RpcTimeout', {
      duration: build.object('scala.concurrent.duration.FiniteDuration', {
        length: ASK_TIMEOUT_SECONDS,
        unit: build.enumConstant('java.util.concurrent.TimeUnit', 'SECONDS'),
      }),
      timeoutProp: 'spark.rpc.askTimeout',
    }),
    endpointAddress: build.object('org.apache.spark.rpc.RpcEndpointAddress', {
      name,
      rpcAddress: build.object('org.apache.spark.rpc.RpcAddress', { host: address.host, port: address.port }),
      toString: formatEndpointAddress(name, address),
    }),
  });
}

/** Reads a reference to an endpoint of an RpcEnv that listens. */
export function decodeEndpointReference(reference: JavaObject): EndpointReference {
  const endpointAddress = objectField(reference, 'endpointAddress');
  const address = objectField(endpointAddress, 'rpcAddress');
  return {
    name: textField(endpointAddress, 'name'),
    address: { host: textField(address, 'host'), port: numberField(address, 'port') },
  };
}

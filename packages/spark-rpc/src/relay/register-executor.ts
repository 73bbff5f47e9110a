import { readObjectStream } from '@spark-mesos/java-serialization';
import { numberField, objectOf, textField } from '../scala/values.ts';
import type { RelayedExecutor } from './gate.ts';

/**
 * An executor's registration with its driver.
 *
 *     RegisterExecutor => cores:int [resourceProfileId:int] attributes:Map executorId:String executorRef:NettyRpcEndpointRef
 *                         hostname:String logUrls:Map resources:Map
 *
 * Source: Spark's `org.apache.spark.scheduler.cluster.CoarseGrainedClusterMessages.RegisterExecutor`; the profile is
 * there since 3.1.
 */
export function decodeRegisterExecutor(stream: Uint8Array): RelayedExecutor {
  const message = objectOf(readObjectStream(stream), 'a RegisterExecutor');
  const hasProfile = message.fields.has('resourceProfileId');
  return {
    executorId: textField(message, 'executorId'),
    hostname: textField(message, 'hostname'),
    cores: numberField(message, 'cores'),
    resourceProfileId: hasProfile ? numberField(message, 'resourceProfileId') : undefined,
  };
}

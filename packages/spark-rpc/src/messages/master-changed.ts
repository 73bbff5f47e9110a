import type { JavaObject } from '@spark-mesos/java-serialization';
import type { ObjectBuilder } from '../object-builder.ts';
import { objectField, textField } from '../scala/values.ts';
import {
  decodeEndpointReference,
  type EndpointReference,
  encodeEndpointReference,
} from './endpoint-reference.ts';

/**
 * Tells a driver that another master has taken over; sent on a connection that the new master makes, and
 * answered there by MasterChangeAcknowledged.
 *
 *     MasterChanged => master:NettyRpcEndpointRef masterWebUiUrl:String
 *
 * Source: Spark's `org.apache.spark.deploy.DeployMessages.MasterChanged`.
 */
export interface MasterChanged {
  readonly master: EndpointReference;
  readonly masterWebUiUrl: string;
}

/** The message's class. */
export const MASTER_CHANGED_CLASS = 'org.apache.spark.deploy.DeployMessages$MasterChanged';

/** Writes the message. */
export function encodeMasterChanged(build: ObjectBuilder, message: MasterChanged): JavaObject {
  return build.object(MASTER_CHANGED_CLASS, {
    master: encodeEndpointReference(build, message.master),
    masterWebUiUrl: message.masterWebUiUrl,
  });
}

/** Reads the message. */
export function decodeMasterChanged(message: JavaObject): MasterChanged {
  return {
    master: decodeEndpointReference(objectField(message, 'master')),
    masterWebUiUrl: textField(message, 'masterWebUiUrl'),
  };
}

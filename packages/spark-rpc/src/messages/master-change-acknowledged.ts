import type { JavaObject } from '@spark-mesos/java-serialization';
import { textField } from '../scala/values.ts';

/**
 * A driver's answer to MasterChanged.
 *
 *     MasterChangeAcknowledged => appId:String
 *
 * Source: Spark's `org.apache.spark.deploy.DeployMessages.MasterChangeAcknowledged`.
 */
export interface MasterChangeAcknowledged {
  readonly kind: 'MasterChangeAcknowledged';
  readonly appId: string;
}

/** The message's class. */
export const MASTER_CHANGE_ACKNOWLEDGED_CLASS =
  'org.apache.spark.deploy.DeployMessages$MasterChangeAcknowledged';

/** Reads the message. */
export function decodeMasterChangeAcknowledged(message: JavaObject): MasterChangeAcknowledged {
  return { kind: 'MasterChangeAcknowledged', appId: textField(message, 'appId') };
}

import type { JavaObject } from '@spark-mesos/java-serialization';
import { textField } from '../scala/values.ts';

/**
 * A driver's last message.
 *
 *     UnregisterApplication => appId:String
 *
 * Source: Spark's `org.apache.spark.deploy.DeployMessages.UnregisterApplication`.
 */
export interface UnregisterApplication {
  readonly kind: 'UnregisterApplication';
  readonly appId: string;
}

/** The message's class. */
export const UNREGISTER_APPLICATION_CLASS = 'org.apache.spark.deploy.DeployMessages$UnregisterApplication';

/** Reads the message. */
export function decodeUnregisterApplication(message: JavaObject): UnregisterApplication {
  return { kind: 'UnregisterApplication', appId: textField(message, 'appId') };
}

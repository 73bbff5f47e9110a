import { JavaObject, type JavaValue } from '@spark-mesos/java-serialization';
import { SparkRpcError } from './errors.ts';
import { decodeKillExecutors, KILL_EXECUTORS_CLASS, type KillExecutors } from './messages/kill-executors.ts';
import {
  decodeMasterChangeAcknowledged,
  MASTER_CHANGE_ACKNOWLEDGED_CLASS,
  type MasterChangeAcknowledged,
} from './messages/master-change-acknowledged.ts';
import {
  decodeRegisterApplication,
  REGISTER_APPLICATION_CLASS,
  type RegisterApplication,
} from './messages/register-application.ts';
import {
  decodeRequestDriverStatus,
  REQUEST_DRIVER_STATUS_CLASS,
  type RequestDriverStatus,
} from './messages/request-driver-status.ts';
import {
  decodeRequestExecutors,
  REQUEST_EXECUTORS_CLASS,
  type RequestExecutors,
} from './messages/request-executors.ts';
import {
  decodeRequestKillDriver,
  REQUEST_KILL_DRIVER_CLASS,
  type RequestKillDriver,
} from './messages/request-kill-driver.ts';
import {
  decodeRequestSubmitDriver,
  REQUEST_SUBMIT_DRIVER_CLASS,
  type RequestSubmitDriver,
} from './messages/request-submit-driver.ts';
import {
  decodeUnregisterApplication,
  UNREGISTER_APPLICATION_CLASS,
  type UnregisterApplication,
} from './messages/unregister-application.ts';
import { describeValue } from './scala/values.ts';

/** Every message that the endpoint `Master` takes, told apart by `kind`. */
export type MasterMessage =
  | RegisterApplication
  | UnregisterApplication
  | RequestExecutors
  | KillExecutors
  | MasterChangeAcknowledged
  | RequestSubmitDriver
  | RequestDriverStatus
  | RequestKillDriver;

const DECODERS = new Map<string, (message: JavaObject) => MasterMessage>([
  [REGISTER_APPLICATION_CLASS, decodeRegisterApplication],
  [UNREGISTER_APPLICATION_CLASS, decodeUnregisterApplication],
  [REQUEST_EXECUTORS_CLASS, decodeRequestExecutors],
  [KILL_EXECUTORS_CLASS, decodeKillExecutors],
  [MASTER_CHANGE_ACKNOWLEDGED_CLASS, decodeMasterChangeAcknowledged],
  [REQUEST_SUBMIT_DRIVER_CLASS, decodeRequestSubmitDriver],
  [REQUEST_DRIVER_STATUS_CLASS, decodeRequestDriverStatus],
  [REQUEST_KILL_DRIVER_CLASS, decodeRequestKillDriver],
]);

/** Reads a message to the endpoint `Master`. */
export function decodeMasterMessage(value: JavaValue): MasterMessage {
  const decode = value instanceof JavaObject ? DECODERS.get(value.className) : undefined;
  if (decode !== undefined) return decode(value as JavaObject);
  throw new SparkRpcError(
    'SPARK_RPC_UNKNOWN_MESSAGE',
    `the endpoint Master knows no message of class ${describeValue(value)}`,
  );
}

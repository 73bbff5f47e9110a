import { boxInteger, type JavaObject } from '@spark-mesos/java-serialization';
import { SparkRpcError } from '../errors.ts';
import type { ObjectBuilder } from '../object-builder.ts';
import {
  booleanField,
  enumerationName,
  numberField,
  numberOf,
  optionField,
  placeOf,
  requiredField,
  textOf,
} from '../scala/values.ts';
import { EXECUTOR_STATE_CLASS, EXECUTOR_STATES, type ExecutorState } from './executor-state.ts';

/**
 * Tells a driver what became of an executor; at a state that ends it, the driver removes it at once.
 *
 *     ExecutorUpdated => id:int state:ExecutorState message:Option exitStatus:Option
 *         ( workerLost:boolean    in Spark 2.4
 *         | workerHost:Option )   later; given when the worker is lost
 *
 * Source: Spark's `org.apache.spark.deploy.DeployMessages.ExecutorUpdated`.
 */
export interface ExecutorUpdated {
  readonly executorId: number;
  readonly state: ExecutorState;
  readonly message?: string;
  readonly exitStatus?: number;
  /** Whether the machine is gone, and with it the executor's shuffle files. */
  readonly workerLost?: boolean;
  /** The machine that is gone. */
  readonly workerHost?: string;
}

/** The message's class. */
export const EXECUTOR_UPDATED_CLASS = 'org.apache.spark.deploy.DeployMessages$ExecutorUpdated';

/** Writes the message. */
export function encodeExecutorUpdated(build: ObjectBuilder, message: ExecutorUpdated): JavaObject {
  const { exitStatus, workerHost } = message;
  // Newer drivers take a host for the loss of it; older ones want to be told.
  const workerLost = message.workerLost ?? workerHost !== undefined;
  return build.object(EXECUTOR_UPDATED_CLASS, {
    id: message.executorId,
    exitStatus: build.option(exitStatus === undefined ? undefined : boxInteger(exitStatus)),
    message: build.option(message.message),
    state: build.enumerationValue(
      EXECUTOR_STATE_CLASS,
      EXECUTOR_STATES.indexOf(message.state),
      message.state,
    ),
    workerLost,
    workerHost: build.option(workerLost ? workerHost : undefined),
  });
}

/** Reads the message. */
export function decodeExecutorUpdated(message: JavaObject): ExecutorUpdated {
  const text = optionField(message, 'message');
  const exitStatus = optionField(message, 'exitStatus');
  return {
    executorId: numberField(message, 'id'),
    state: executorState(message),
    ...(text === undefined ? {} : { message: textOf(text, placeOf(message, 'message')) }),
    ...(exitStatus === undefined ? {} : { exitStatus: numberOf(exitStatus, placeOf(message, 'exitStatus')) }),
    ...lossOf(message),
  };
}

function executorState(message: JavaObject): ExecutorState {
  const name = enumerationName(requiredField(message, 'state'), placeOf(message, 'state'));
  const state = EXECUTOR_STATES.find((known) => known === name);
  if (state !== undefined) return state;
  throw new SparkRpcError('SPARK_RPC_UNEXPECTED_VALUE', `${name} is no state of an executor`);
}

function lossOf(message: JavaObject): Pick<ExecutorUpdated, 'workerLost' | 'workerHost'> {
  if (message.fields.has('workerLost')) return { workerLost: booleanField(message, 'workerLost') };
  const host = optionField(message, 'workerHost');
  if (host === undefined) return { workerLost: false };
  return { workerLost: true, workerHost: textOf(host, placeOf(message, 'workerHost')) };
}

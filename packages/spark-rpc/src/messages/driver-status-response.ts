import type { JavaObject } from '@spark-mesos/java-serialization';
import { SparkRpcError } from '../errors.ts';
import type { ObjectBuilder } from '../object-builder.ts';
import { booleanField, enumerationName, optionField, placeOf, textOf } from '../scala/values.ts';

/**
 * The states of a driver that runs in the cluster, in the order of Spark's enumeration
 * `org.apache.spark.deploy.master.DriverState`; a value's number on the wire is its place in it.
 */
export const DRIVER_STATES = [
  'SUBMITTED',
  'RUNNING',
  'FINISHED',
  'RELAUNCHING',
  'UNKNOWN',
  'KILLED',
  'FAILED',
  'ERROR',
] as const;

/** One of {@link DRIVER_STATES}. */
export type DriverState = (typeof DRIVER_STATES)[number];

/**
 * The answer to RequestDriverStatus.
 *
 *     DriverStatusResponse => found:boolean state:Option workerId:Option workerHostPort:Option exception:Option
 *
 * Source: Spark's `org.apache.spark.deploy.DeployMessages.DriverStatusResponse`. The exception is always None
 * here: it would have to be a Java object.
 */
export interface DriverStatusResponse {
  readonly found: boolean;
  readonly state?: DriverState;
  readonly workerId?: string;
  readonly workerHostPort?: string;
}

/** The message's class. */
export const DRIVER_STATUS_RESPONSE_CLASS = 'org.apache.spark.deploy.DeployMessages$DriverStatusResponse';
/** The enumeration's class. */
export const DRIVER_STATE_CLASS = 'org.apache.spark.deploy.master.DriverState$';

/** Writes the message. */
export function encodeDriverStatusResponse(build: ObjectBuilder, response: DriverStatusResponse): JavaObject {
  const { state } = response;
  return build.object(DRIVER_STATUS_RESPONSE_CLASS, {
    found: response.found,
    exception: build.option(undefined),
    state: build.option(
      state === undefined
        ? undefined
        : build.enumerationValue(DRIVER_STATE_CLASS, DRIVER_STATES.indexOf(state), state),
    ),
    workerHostPort: build.option(response.workerHostPort),
    workerId: build.option(response.workerId),
  });
}

/** Reads the message. */
export function decodeDriverStatusResponse(message: JavaObject): DriverStatusResponse {
  const state = driverState(message);
  const workerId = optionalText(message, 'workerId');
  const workerHostPort = optionalText(message, 'workerHostPort');
  return {
    found: booleanField(message, 'found'),
    ...(state === undefined ? {} : { state }),
    ...(workerId === undefined ? {} : { workerId }),
    ...(workerHostPort === undefined ? {} : { workerHostPort }),
  };
}

function driverState(message: JavaObject): DriverState | undefined {
  const value = optionField(message, 'state');
  if (value === undefined) return undefined;
  const name = enumerationName(value, placeOf(message, 'state'));
  const state = DRIVER_STATES.find((known) => known === name);
  if (state !== undefined) return state;
  throw new SparkRpcError('SPARK_RPC_UNEXPECTED_VALUE', `${name} is no state of a driver`);
}

function optionalText(message: JavaObject, name: string): string | undefined {
  const value = optionField(message, name);
  return value === undefined ? undefined : textOf(value, placeOf(message, name));
}

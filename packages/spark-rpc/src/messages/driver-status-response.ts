import { JavaObject, jdkClasses } from '@spark-mesos/java-serialization';
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
 * Source: Spark's `org.apache.spark.deploy.DeployMessages.DriverStatusResponse`. The exception is a java.lang.Exception
 * with a message and nothing else.
 */
export interface DriverStatusResponse {
  readonly found: boolean;
  readonly state?: DriverState;
  readonly workerId?: string;
  readonly workerHostPort?: string;
  /** Why it cannot be told, such as that another master leads. */
  readonly exception?: string;
}

/** The message's class. */
export const DRIVER_STATUS_RESPONSE_CLASS = 'org.apache.spark.deploy.DeployMessages$DriverStatusResponse';
/** The enumeration's class. */
export const DRIVER_STATE_CLASS = 'org.apache.spark.deploy.master.DriverState$';

/** Writes the message. */
export function encodeDriverStatusResponse(build: ObjectBuilder, response: DriverStatusResponse): JavaObject {
  const { state, exception } = response;
  return build.object(DRIVER_STATUS_RESPONSE_CLASS, {
    found: response.found,
    exception: build.option(exception === undefined ? undefined : exceptionWith(exception)),
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
  const exception = exceptionText(message);
  return {
    found: booleanField(message, 'found'),
    ...(state === undefined ? {} : { state }),
    ...(workerId === undefined ? {} : { workerId }),
    ...(workerHostPort === undefined ? {} : { workerHostPort }),
    ...(exception === undefined ? {} : { exception }),
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

/** Neither a cause nor a stack: both are null, which Java reads as having none. */
function exceptionWith(message: string): JavaObject {
  const nothing = { cause: null, stackTrace: null, suppressedExceptions: null };
  return JavaObject.of(jdkClasses.descriptor('java.lang.Exception'), { detailMessage: message, ...nothing });
}

function exceptionText(message: JavaObject): string | undefined {
  const exception = optionField(message, 'exception');
  if (!(exception instanceof JavaObject)) return undefined;
  return textOf(exception.field('detailMessage'), placeOf(message, 'exception'));
}

function optionalText(message: JavaObject, name: string): string | undefined {
  const value = optionField(message, name);
  return value === undefined ? undefined : textOf(value, placeOf(message, name));
}

import type { SparkRpcError } from './errors.ts';
import type { ApplicationDescription } from './messages/application-description.ts';
import type { ExecutorAdded } from './messages/executor-added.ts';
import type { ExecutorUpdated } from './messages/executor-updated.ts';
import type { ExecutorTotals } from './messages/request-executors.ts';
import type { RpcAddress } from './rpc-address.ts';

/** A driver that has registered an application, as long as its connection lasts. What is sent later is dropped. */
export interface DriverHandle {
  /** The driver's own RPC server. */
  readonly address: RpcAddress;
  /** Of the connection; unique in the endpoint. */
  readonly id: string;
  /** The Sparks that its messages fit, by the names that the endpoint has for them; with the first one's classes it is spoken to. */
  readonly sparks: readonly string[];
  /** Which of {@link sparks} it has, where that is known by other means: from now on it is spoken to as that one. */
  speakAs(spark: string): void;
  /** Accepts the application; the driver goes on only after this. */
  registeredApplication(appId: string): void;
  /** Tells the driver of an executor that it will have. */
  executorAdded(executor: ExecutorAdded): void;
  /** A state that the driver's Spark does not have (DECOMMISSIONED before 3.1) is not told. */
  executorUpdated(update: ExecutorUpdated): void;
  /** A machine is gone: the driver forgets the shuffle files there. */
  workerRemoved(workerId: string, host: string, message: string): void;
  /** The application cannot go on: the driver ends with this message. */
  applicationRemoved(message: string): void;
  /** Asks the driver for the settings of its application, as the executors of this profile would see them. */
  retrieveSettings(profileId: number): Promise<ReadonlyMap<string, string>>;
  /** Ends the connection. */
  close(): void;
}

/**
 * What a cluster manager does for the drivers that come to it. An error that is thrown is logged, and answered
 * to the driver where it waits for an answer.
 */
export interface MasterHandler {
  /** A driver asks for its application to be taken; answer with `registeredApplication`. */
  registerApplication(application: ApplicationDescription, driver: DriverHandle): void;
  /** A driver has no more use for its application. */
  unregisterApplication(appId: string, driver: DriverHandle): void;
  /** How many executors the application wants from now on. Resolves to false when that cannot be noted. */
  requestExecutors(appId: string, totals: ExecutorTotals): Promise<boolean> | boolean;
  /** A driver wants executors ended; gives whether that was taken. */
  killExecutors(appId: string, executorIds: readonly string[]): Promise<boolean> | boolean;
  /** Once for every driver that had registered, whoever closed its connection, and after unregistering too. */
  driverDisconnected(driver: DriverHandle): void;
  /**
   * A driver came that cannot be served, and why: SPARK_RPC_SPARK_MISMATCH, SPARK_RPC_AUTHENTICATION_FAILED or
   * SPARK_RPC_TLS_FAILED. It is told so as far as it can be, and tries again for a minute before it gives up; who
   * started it can end it sooner. Once per connection.
   */
  driverRefused?(reason: SparkRpcError): void;
}

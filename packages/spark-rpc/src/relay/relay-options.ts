import type { TlsSettings } from '@spark-mesos/spark-network';
import type { DescribedClasses } from '../known-spark.ts';
import type { Logger } from '../logger.ts';

import type { RpcAddress } from '../rpc-address.ts';
import type { RpcAuthentication } from '../security.ts';
import type { RelayGate } from './gate.ts';
import type { RelayLimits } from './limits.ts';

/** Options of `ExecutorRelay.listen`. */
export interface ExecutorRelayOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Under which host executors reach it; default `host`, or this machine's name where that is a wildcard. */
  readonly advertisedHost?: string;
  /** The RPC server of the driver. */
  readonly driver: RpcAddress;
  /** The jars of the driver's Spark. */
  readonly classPath: DescribedClasses;
  readonly gate: RelayGate;
  readonly logger: Logger;
  /**
   * `spark.authenticate`, as the driver and its executors have it: the relay authenticates executors, and itself to the
   * driver. Without it, an authentication that encrypts nothing passes through.
   */
  readonly authentication?: RpcAuthentication;
  /** `spark.ssl.rpc.enabled`: the relay speaks TLS with both. */
  readonly tls?: TlsSettings;
  readonly limits?: Partial<RelayLimits>;
  /** Closes the relay when it is aborted. */
  readonly signal?: AbortSignal;
}

/** What a gate does with the relay; `ExecutorRelay` is one. */
export interface TaskRelay {
  /** Where executors are to look for their driver: `--driver-url spark://CoarseGrainedScheduler@host:port`. */
  readonly address: RpcAddress;
  /** Lets a held task go. False if it is not held: it has gone already, or with its executor. */
  pass(executorId: string, taskId: number): boolean;
  /**
   * Has the executor end a task, in the words of a driver; a held one is passed first. Its driver runs the task once more
   * somewhere, and does not count it as a failure. `taskEnded` follows, unless the task had ended. False if there is no such executor.
   */
  kill(executorId: string, taskId: number, reason: string): boolean;
  /**
   * Has the driver count with so many cores of an executor, other than it registered with: from the end of its next task
   * on, or at once where it was counted with none; with Spark 3.3 and later. False if there is no such executor.
   */
  announceCores(executorId: string, cores: number): boolean;
  /** Closes an executor's connection: it exits, and its driver has its tasks run elsewhere. False if there is none. */
  disconnectExecutor(executorId: string, reason: string): boolean;
  /** Ends all connections; the gate hears of it. */
  close(): Promise<void>;
}

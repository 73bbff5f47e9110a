import type { Clock, Logger, SchedulerPort } from '@spark-mesos/scheduler-utils';
import type { FineApplication } from '../model.ts';
import type { FineSettings } from '../settings.ts';

/** What a `FineBackend` is made of. */
export interface FineBackendOptions {
  /** The framework's connection, not yet subscribed. The backend ends it. */
  readonly client: SchedulerPort;
  readonly application: FineApplication;
  readonly settings: FineSettings;
  readonly logger?: Logger;
  readonly clock?: Clock;
  /** Random text before each task id; 16 hexadecimal digits if not given. */
  readonly taskIdPrefix?: string;
  /**
   * The id of a framework that has lived before and that `client` subscribes as again: what Mesos still knows of it is
   * asked for at once, and killed.
   */
  readonly frameworkId?: string | undefined;
  /** No executor of that framework has had this number, nor any above; 0 if not given. */
  readonly nextExecutorId?: number | undefined;
  /** At least 0, below 1; spreads the questions of many frameworks. `Math.random` if not given. */
  readonly random?: () => number;
  /** Stops the backend, and tears its framework down, when it aborts. */
  readonly signal?: AbortSignal;
}

/** How the end of an application is made. */
export interface FineStopOptions {
  /** How long executors may take to end by themselves; `spark.mesos.coarse.shutdownTimeout` if not given. */
  readonly graceMs?: number;
}

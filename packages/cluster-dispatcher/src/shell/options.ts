import type { DurableStore } from '@spark-mesos/durable-store';
import type { mesos } from '@spark-mesos/mesos-proto';
import type { DispatcherIdentity, DispatcherSettings, Logger } from '@spark-mesos/scheduler-utils';
import type { DispatcherSpark } from '../launch/driver-spark.ts';
import type { LaunchedAttempt, MasterUrlOf } from '../launch/driver-task.ts';
import type { Clock, SchedulerPort } from './port.ts';

/** What a `Dispatcher` is made of. */
export interface DispatcherOptions {
  /** Of `parseDispatcherSettings`. */
  readonly settings: DispatcherSettings;
  /** How its framework is called; its id comes from the store. */
  readonly identity: Omit<DispatcherIdentity, 'frameworkId'>;
  /** A connection for that framework, not yet subscribed: a `SchedulerClient`. Called again where one gives up. */
  readonly connect: (framework: mesos.v1.IFrameworkInfo) => SchedulerPort;
  /** Where everything is written down. The dispatcher does not close it. */
  readonly store: DurableStore;
  /** The `spark://` address that drivers take as their master: that of a gateway. */
  readonly masterUrlOf: MasterUrlOf;
  /** What the driver of an attempt is handed beside the properties of its submission, and shows nobody. */
  readonly propertiesOf?: (attempt: LaunchedAttempt) => Readonly<Record<string, string>>;
  /** The Sparks that drivers may run, where there are several; the settings name the default. */
  readonly sparks?: readonly DispatcherSpark[];
  readonly logger?: Logger;
  readonly clock?: Clock;
  /** At least 0, below 1; spreads the questions of many frameworks. `Math.random` if not given. */
  readonly random?: () => number;
}

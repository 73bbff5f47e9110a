import type { Clock } from '@spark-mesos/coarse-backend';
import type { Logger } from '@spark-mesos/scheduler-utils';
import type { ExecutorGround } from './application-executors.ts';
import type { GatewaySpark } from './application-spark.ts';
import type { BackendFactory } from './backend.ts';
import type { DriverVersionReader } from './driver-version.ts';
import type { GatewayJournal } from './journal.ts';
import type { GatewayObserver } from './observer.ts';
import type { ShuffleServiceConnector } from './shuffle-registration.ts';

/** What all applications of a gateway share. */
export interface ApplicationContext extends ExecutorGround {
  /** Those that drivers may run, at least one; the first is the default. */
  readonly sparks: readonly GatewaySpark[];
  readonly makeBackend: BackendFactory;
  /** Variables that settings fall back to, such as SPARK_MESOS_PRINCIPAL. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly readTextFile: (path: string) => Promise<string>;
  readonly observer: GatewayObserver;
  readonly connectShuffleService: ShuffleServiceConnector;
  /** Where applications are written down that shall outlive the gateway. */
  readonly journal?: GatewayJournal;
  /** Seconds that a framework stays without its gateway, where its application does not say. */
  readonly failoverTimeout?: number;
  /** Where the gateway answers HTTP. */
  readonly gatewayUrl?: () => string | undefined;
  /** Asks a driver's page for its version, where drivers may run another Spark than the gateway was given. */
  readonly readDriverVersion?: DriverVersionReader;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Says why an application is not let in, by its driver's settings; `undefined` lets it in. */
export type Admission = (properties: ReadonlyMap<string, string>) => string | undefined;

/** What an application needs of the registry that it stands in. */
export interface ApplicationHooks {
  /** Goes behind `spark.mesos.driver.frameworkId` (rule U14). */
  readonly frameworkIdSuffix: (givenId: string | undefined) => string;
  /** Why it is not let in, by its driver's settings. */
  readonly refusal: Admission;
  readonly onRegistered: (applicationId: string) => void;
  /** The driver's address may register anew. */
  readonly onReleased: () => void;
  readonly onEnded: () => void;
}

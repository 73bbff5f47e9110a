import { DEFAULT_MAX_RECORD_BYTES, type MesosContentType, type mesos } from '@spark-mesos/mesos-proto';
import type { BackOffSettings } from './back-off.ts';
import type { Clock } from './clock.ts';
import type { Credentials } from './http/authorization.ts';
import type { TlsOptions } from './http/tls.ts';
import type { Logger } from './logger.ts';
import type { MasterDetector } from './master/detector.ts';

/** Settings of a `SchedulerClient`. */
export interface SchedulerClientOptions {
  /** `host:port`, `host1:port1,host2:port2` or `zk://[user:password@]host1:2181,host2:2181/path`, with or without `mesos://`. */
  readonly master: string;
  /** With `id` set, subscribes as that framework again. `principal` is taken from the credentials unless set. */
  readonly framework: mesos.v1.IFrameworkInfo;
  readonly suppressedRoles?: readonly string[];
  /** Which agents the master is to offer at all (Mesos 1.11). */
  readonly offerConstraints?: mesos.v1.scheduler.IOfferConstraints;
  readonly contentType?: MesosContentType;
  readonly credentials?: Credentials;
  /** Connects with TLS. An address with `https://` before it asks for that too. */
  readonly tls?: TlsOptions;
  /** Acknowledges each update when the reader of the events comes back for the next one. Default: only `acknowledge` does. */
  readonly acknowledgeAutomatically?: boolean;
  /** How long the first subscription may take, all tries together. */
  readonly registrationTimeoutMs?: number;
  /** How long one try may take. */
  readonly attemptTimeoutMs?: number;
  /** How long the answer to a call may take. */
  readonly callTimeoutMs?: number;
  /** How long a teardown waits for a subscription that is just being made again. */
  readonly teardownTimeoutMs?: number;
  /** So many heartbeats may stay out before the master counts as gone. */
  readonly missedHeartbeats?: number;
  /** Events that wait for the consumer before no more are read. */
  readonly maxQueuedEvents?: number;
  readonly maxRecordBytes?: number;
  readonly backOff?: BackOffSettings;
  readonly logger?: Logger;
  readonly clock?: Clock;
  /** Spreads tries; `Math.random` by default. */
  readonly random?: () => number;
  /** Closes the client when it aborts. */
  readonly signal?: AbortSignal;
  /** Finds the masters, in place of what `master` says. */
  readonly detector?: MasterDetector;
}

/** What holds unless said otherwise. */
export const SCHEDULER_CLIENT_DEFAULTS = {
  registrationTimeoutMs: 15_000,
  attemptTimeoutMs: 10_000,
  callTimeoutMs: 30_000,
  teardownTimeoutMs: 5_000,
  missedHeartbeats: 5,
  maxQueuedEvents: 1_000,
  maxRecordBytes: DEFAULT_MAX_RECORD_BYTES,
} as const;

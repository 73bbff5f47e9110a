import { type DispatcherSettings, type ExitStatusRange, isSecretSetting } from '@spark-mesos/scheduler-utils';
import type { DispatcherSpark } from './launch/driver-spark.ts';

/** What the dispatcher's own settings say; submissions cannot change it. */
export interface DispatcherRules {
  /** Priorities by queue; there is always one named `default`. */
  readonly queues: ReadonlyMap<string, number>;
  readonly queueMaxQueued: ReadonlyMap<string, number>;
  readonly queueMaxRunning: ReadonlyMap<string, number>;
  readonly maxQueued: number;
  readonly maxRunning: number;
  readonly maxRetained: number;
  readonly strictOrder: boolean;
  readonly holdOffersMs: number;
  /** How long offers that nobody needs stay away. */
  readonly refuseSeconds: number;
  readonly retryWaitMaxSeconds: number;
  readonly reservedFirst: boolean;
  readonly originalMemory: boolean;
  /** The role that submissions have unless they name one. */
  readonly role: string | undefined;
  readonly roleEnforced: boolean;
  /** What submissions have unless they set it (rule D79). */
  readonly driverDefaults: Readonly<Record<string, string>>;
  readonly uris: DispatcherSettings['uris'];
  readonly fetcherCache: boolean;
  readonly sparkHome: string | undefined;
  /** All Sparks that it has. */
  readonly sparks: readonly DispatcherSpark[];
  readonly libraryPath: string | undefined;
}

/** What the core needs to know of how one submission is supervised. */
export interface SuperviseRules {
  readonly supervise: boolean;
  readonly maxRetries?: number | undefined;
  readonly resetAfterMs: number;
  readonly finalExitStatuses: readonly ExitStatusRange[];
  readonly unreachableTimeoutMs: number;
}

/** Reads the rules out of the settings of a dispatcher. */
export function dispatcherRules(
  settings: DispatcherSettings,
  sparks: readonly DispatcherSpark[] = [],
): DispatcherRules {
  return {
    // The queue `default` is fixed (rule D32).
    queues: new Map([...settings.queues, ['default', 0]]),
    queueMaxQueued: settings.queueMaxQueued,
    queueMaxRunning: settings.queueMaxRunning,
    maxQueued: settings.maxQueuedDrivers,
    maxRunning: settings.maxDrivers,
    maxRetained: settings.retainedDrivers,
    strictOrder: settings.strictOrder,
    holdOffersMs: settings.holdOffersSeconds * 1000,
    refuseSeconds: settings.rejectOfferSeconds,
    retryWaitMaxSeconds: settings.retryWaitMaxSeconds,
    reservedFirst: settings.reservedFirst,
    originalMemory: settings.originalMemory,
    role: settings.role,
    roleEnforced: settings.roleEnforced,
    driverDefaults: Object.fromEntries(settings.driverDefaults),
    uris: settings.uris,
    fetcherCache: settings.fetcherCache,
    sparkHome: settings.sparkHome,
    sparks,
    libraryPath: settings.executorLibraryPath,
  };
}

/** Properties that no driver is handed, since others would read them on its command line (rules U24, U103). */
export function isWithheld(name: string): boolean {
  return name === 'spark.mesos.driver.secret.values' && isSecretSetting(name);
}

import type { mesos } from '@spark-mesos/mesos-proto';
import { capabilityMessage } from './settings/capabilities.ts';
import type { DispatcherSettings, SparkSettings } from './settings/parse.ts';

/** What a framework says of itself beyond the settings. */
export interface FrameworkIdentity {
  /** The system user that tasks run as. */
  readonly user: string;
  /** The application's name. */
  readonly name: string;
  /** Address of the driver's web page. */
  readonly uiUrl?: string | undefined;
  /** `SPARK_PUBLIC_DNS`; goes before `spark.driver.host`. */
  readonly publicHost?: string | undefined;
  readonly principal?: string | undefined;
  /** Follows `spark.mesos.driver.frameworkId`, so that further applications of one process differ (rule U14). */
  readonly frameworkIdSuffix?: string | undefined;
}

/**
 * The FrameworkInfo of a coarse application (rules U10 to U13): failover timeout always set, role and checkpoint only
 * if asked for, the GPU capability only with `spark.mesos.gpus.max` above 0.
 *
 * Unlike the original it declares, unless told otherwise, that it knows cut-off agents from lost ones, and tasks that
 * are being killed: else Mesos ends executors whose agent comes back, and does not tell that an agent is drained until
 * they are gone.
 */
export function coarseFrameworkInfo(
  settings: SparkSettings,
  identity: FrameworkIdentity,
): mesos.v1.IFrameworkInfo {
  const id = settings.driverFrameworkId;
  return {
    ...applicationFrameworkInfo(settings, identity),
    failoverTimeout: settings.driverFailoverTimeoutSeconds,
    ...(settings.checkpoint ? { checkpoint: true } : {}),
    ...(id === undefined ? {} : { id: { value: `${id}${identity.frameworkIdSuffix ?? ''}` } }),
  };
}

/**
 * The FrameworkInfo of an application in fine mode (rule U11): without failover timeout and checkpoint. A given id is
 * for the first application of a process alone; the master gives the others theirs (U14).
 */
export function fineFrameworkInfo(
  settings: SparkSettings,
  identity: FrameworkIdentity,
): mesos.v1.IFrameworkInfo {
  const id = identity.frameworkIdSuffix ? undefined : settings.driverFrameworkId;
  return {
    ...applicationFrameworkInfo(settings, identity),
    ...(id === undefined ? {} : { id: { value: id } }),
  };
}

/** What a dispatcher says of itself beyond its settings. */
export interface DispatcherIdentity extends Omit<FrameworkIdentity, 'name' | 'frameworkIdSuffix'> {
  /** `--name`; 'Spark Cluster' if not given. */
  readonly name?: string | undefined;
  /** The id that it had before. */
  readonly frameworkId?: string | undefined;
}

/** For a framework whose id may be known to nobody: when its scheduler is gone for so long, it goes too. */
const NEW_FRAMEWORK_FAILOVER_SECONDS = 60;

/**
 * The FrameworkInfo of a dispatcher (rule U11): its drivers outlive it, and restarts of their agents. Without an id it is one that goes
 * by itself, so that none is left behind by a dispatcher that is killed before it has written the id down: with the id it is to be
 * subscribed again.
 */
export function dispatcherFrameworkInfo(
  settings: DispatcherSettings,
  identity: DispatcherIdentity,
): mesos.v1.IFrameworkInfo {
  const { name = 'Spark Cluster', frameworkId, ...rest } = identity;
  return {
    ...frameworkInfo(settings, { ...rest, name, uiUrl: settings.dispatcherWebuiUrl ?? identity.uiUrl }),
    failoverTimeout: frameworkId === undefined ? NEW_FRAMEWORK_FAILOVER_SECONDS : 2 ** 31 - 1,
    checkpoint: true,
    ...(frameworkId === undefined ? {} : { id: { value: frameworkId } }),
  };
}

function applicationFrameworkInfo(
  settings: SparkSettings,
  identity: FrameworkIdentity,
): mesos.v1.IFrameworkInfo {
  return frameworkInfo(settings, { ...identity, uiUrl: settings.driverWebuiUrl ?? identity.uiUrl });
}

/** What every framework says; everything that is not there is left out. */
function frameworkInfo(settings: SparkSettings, identity: FrameworkIdentity): mesos.v1.IFrameworkInfo {
  const hostname = identity.publicHost ?? settings.publicHost ?? settings.driverHost;
  const capabilities = frameworkCapabilities(settings);
  return {
    user: identity.user,
    name: identity.name,
    ...(hostname === undefined ? {} : { hostname }),
    ...(identity.uiUrl ? { webuiUrl: identity.uiUrl } : {}),
    ...(settings.role === undefined ? {} : { role: settings.role }),
    ...(settings.roles.length === 0 ? {} : { roles: [...settings.roles] }),
    ...(identity.principal === undefined ? {} : { principal: identity.principal }),
    ...(capabilities.length === 0 ? {} : { capabilities }),
  };
}

function frameworkCapabilities(settings: SparkSettings): mesos.v1.FrameworkInfo.ICapability[] {
  return [
    ...settings.capabilities.map(capabilityMessage),
    ...(settings.roles.length > 0 ? [capabilityMessage('MULTI_ROLE')] : []),
    ...(settings.gpusMax > 0 ? [capabilityMessage('GPU_RESOURCES')] : []),
  ];
}

/** The suffix for the framework id of the n-th application of one process: none for the first, then `-0001` (U14). */
export function frameworkIdSuffix(earlierApplications: number): string {
  return earlierApplications === 0 ? '' : `-${String(earlierApplications).padStart(4, '0')}`;
}

import type { ShuffleServiceClientOptions } from '@spark-mesos/external-shuffle';
import {
  driverHeartbeatTimeoutMs,
  resolveShuffleServiceSecret,
  type SparkSettings,
} from '@spark-mesos/scheduler-utils';
import { isOn, type Properties, SECRET_VARIABLE } from './authentication.ts';
import { driverAuthentication } from './rpc-security.ts';

/** How an application meets the shuffle services of its agents (rules S31, S37). */
export interface ShuffleAccess {
  readonly port: number;
  readonly heartbeatTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  /** With the services' secret, or with the application's where they share it. Absent: nobody authenticates. */
  readonly authentication?: NonNullable<ShuffleServiceClientOptions['authentication']>;
  /** The application's own secret, where the services do not have it yet. */
  readonly ownSecret?: string;
}

/** What that is found out from, beside the application's settings. */
export interface ShuffleAccessSources {
  /** As the driver told them. */
  readonly properties: Properties;
  /** What lets executors in with their driver. */
  readonly authentication: ReadonlyMap<string, string>;
  readonly sparkVersion: string | undefined;
  readonly readTextFile: (path: string) => Promise<string>;
}

const SECRET = 'spark.mesos.shuffle.service.secret';

/**
 * The gateway's environment, with the services' secret from its own properties: these are not told to executors, as a
 * driver's are.
 */
export function withShuffleSecret(
  environment: Readonly<Record<string, string | undefined>>,
  own: Properties,
): Readonly<Record<string, string | undefined>> {
  return {
    SPARK_MESOS_SHUFFLE_SERVICE_SECRET: own.get(SECRET),
    SPARK_MESOS_SHUFFLE_SERVICE_SECRET_FILE: own.get(`${SECRET}.file`),
    ...environment,
  };
}

/** What is to be said of the settings of a driver, which it tells all its executors. */
export function shuffleSecretWarnings(driver: Properties): readonly string[] {
  if (!driver.has(SECRET)) return [];
  return [
    `${SECRET} stands among the settings of the application, which its executors know: give the secret to the gateway ` +
      'alone, as SPARK_MESOS_SHUFFLE_SERVICE_SECRET',
  ];
}

/** A service is not to be asked without a pause. */
const LEAST_INTERVAL_MS = 100;

/** `undefined`: the application does without shuffle services. */
export async function shuffleAccess(
  settings: SparkSettings,
  sources: ShuffleAccessSources,
): Promise<ShuffleAccess | undefined> {
  if (!settings.shuffleServiceEnabled) return undefined;
  return {
    port: settings.shuffleServicePort,
    heartbeatTimeoutMs: driverHeartbeatTimeoutMs(settings),
    heartbeatIntervalMs: Math.max(LEAST_INTERVAL_MS, settings.executorHeartbeatIntervalMs),
    ...(await secrets(settings, sources)),
  };
}

async function secrets(
  settings: SparkSettings,
  { properties, authentication, sparkVersion, readTextFile }: ShuffleAccessSources,
): Promise<Pick<ShuffleAccess, 'authentication' | 'ownSecret'>> {
  const own = authentication.get(SECRET_VARIABLE);
  if (!isOn(properties, 'spark.authenticate') || own === undefined) return {};
  const secret = (await resolveShuffleServiceSecret(settings, readTextFile)) ?? own;
  return {
    authentication: driverAuthentication(secret, properties, sparkVersion),
    ...(secret === own ? {} : { ownSecret: own }),
  };
}

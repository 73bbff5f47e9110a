import {
  type Credentials,
  parseSettings,
  resolveCredentials,
  type SettingProblem,
  type SparkSettings,
} from '@spark-mesos/scheduler-utils';
import { authenticationVariables } from './authentication.ts';
import { GatewayError } from './errors.ts';
import { type ShuffleAccess, shuffleAccess, shuffleSecretWarnings } from './shuffle-access.ts';

/**
 * How long executors may take to end by themselves where `spark.mesos.coarse.shutdownTimeout` is not set; a JVM takes
 * 0.1 to 0.25 s once its driver has stopped it.
 */
export const GRACE_MS = 3000;

/** What an application's settings come to. */
export interface ApplicationSettings {
  readonly settings: SparkSettings;
  /** As the driver told them. */
  readonly properties: ReadonlyMap<string, string>;
  readonly credentials: Credentials | undefined;
  /** How long executors may take to end by themselves. */
  readonly graceMs: number;
  /** Variables that let executors in with the driver; never shown. */
  readonly authentication: ReadonlyMap<string, string>;
  /** How it meets shuffle services, if it does. */
  readonly shuffle: ShuffleAccess | undefined;
}

/** Where settings are looked up beside the driver's own. */
export interface SettingSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly readTextFile: (path: string) => Promise<string>;
  /** What lets executors in with any driver of this gateway. */
  readonly authentication?: ReadonlyMap<string, string> | undefined;
  readonly sparkVersion?: string | undefined;
  /** Is told of old and unknown names, which do no harm. */
  readonly warn: (text: string) => void;
}

/** Reads all that a driver has said; everything that is wrong with it in one error. */
export async function readApplicationSettings(
  properties: ReadonlyMap<string, string>,
  sources: SettingSources,
): Promise<ApplicationSettings> {
  const parsed = parseSettings(properties, { environment: sources.environment });
  for (const warning of [...parsed.warnings, ...shuffleSecretWarnings(properties)]) sources.warn(warning);
  if (!parsed.ok) throw refusal(parsed.problems);
  const { settings } = parsed;
  const { readTextFile, sparkVersion } = sources;
  const authentication = authenticationVariables(properties);
  return {
    settings,
    properties,
    credentials: await resolveCredentials(settings, readTextFile),
    authentication,
    shuffle: await shuffleAccess(settings, {
      properties,
      authentication: new Map([...(sources.authentication ?? []), ...authentication]),
      sparkVersion,
      readTextFile,
    }),
    graceMs: properties.has('spark.mesos.coarse.shutdownTimeout') ? settings.shutdownTimeoutMs : GRACE_MS,
  };
}

function refusal(problems: readonly SettingProblem[]): GatewayError {
  const unsupported = problems.every(({ code }) => code === 'NOT_SUPPORTED');
  const text = problems.map(({ message }) => message).join('; ');
  return new GatewayError(unsupported ? 'NOT_SUPPORTED' : 'GATEWAY_SETTINGS', text);
}

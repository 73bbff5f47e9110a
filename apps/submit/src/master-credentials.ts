import { readFile } from 'node:fs/promises';
import type { Credentials } from '@spark-mesos/mesos-client';
import {
  ConfigError,
  parseSettings,
  resolveCredentials,
  type Credentials as SettingCredentials,
} from '@spark-mesos/scheduler-utils';
import { findSpark } from '@spark-mesos/spark-gateway';
import { SubmitError } from './errors.ts';
import { readPropertiesFile } from './properties-file.ts';

/** Where a command that runs no application is told credentials. */
export interface CredentialSources {
  /** `NAME=VALUE`, as `spark-submit` takes it with `--conf`. */
  readonly conf: readonly string[];
  readonly propertiesFile: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
}

/** Only these count: what an application says of its executors is none of this command's business. */
const NAMES = /^spark\.mesos\.(principal|secret|credentialFiles)(\.|$)/;

/** Principal and secret for the master by the settings and variables that `submit` knows; undefined where there are none. */
export async function masterCredentials(sources: CredentialSources): Promise<Credentials | undefined> {
  const properties = new Map([...(await defaults(sources)), ...sources.conf.map(pairOf)]);
  const found = await credentialsOf(properties, sources.environment);
  return found?.secret === undefined ? undefined : { principal: found.principal, secret: found.secret };
}

/** The same of properties that are known, whatever else may be wrong with them. */
export async function credentialsOf(
  properties: ReadonlyMap<string, string>,
  environment: NodeJS.ProcessEnv,
): Promise<SettingCredentials | undefined> {
  const ofMaster = new Map([...properties].filter(([name]) => NAMES.test(name)));
  const parsed = parseSettings(ofMaster, { environment });
  if (!parsed.ok) {
    throw new ConfigError('CONFIG_MALFORMED', parsed.problems.map(({ message }) => message).join('; '));
  }
  return resolveCredentials(parsed.settings, (file) => readFile(file, 'utf8'));
}

/** Without a Spark there is no `spark-defaults.conf` to be read. */
async function defaults(sources: CredentialSources): Promise<ReadonlyMap<string, string>> {
  const { propertiesFile, environment } = sources;
  if (propertiesFile !== undefined || environment.SPARK_CONF_DIR !== undefined) {
    return readPropertiesFile(propertiesFile, '', environment);
  }
  const spark = await findSpark(undefined, environment).catch(() => undefined);
  return spark === undefined ? new Map() : readPropertiesFile(undefined, spark.directory, environment);
}

function pairOf(text: string): readonly [string, string] {
  const split = text.indexOf('=');
  if (split > 0) return [text.slice(0, split), text.slice(split + 1)];
  throw new SubmitError('SUBMIT_USAGE', `--conf is "${text}"; it needs NAME=VALUE`);
}

import { ConfigError } from '../errors.ts';

/** Name and secret with which a framework authenticates itself. Some masters want no secret. */
export interface Credentials {
  readonly principal: string;
  readonly secret: string | undefined;
}

/** Where credentials come from: the settings themselves, or files that they name. */
export interface CredentialSettings {
  readonly principal?: string | undefined;
  readonly principalFile?: string | undefined;
  readonly secret?: string | undefined;
  readonly secretFile?: string | undefined;
}

/**
 * Finds principal and secret (rules U20 to U23): a value goes before a file. `readFile` gives a file's text; one line
 * end at the end of it is no part of the value. `undefined` without a principal: the framework does not authenticate.
 */
export async function resolveCredentials(
  settings: CredentialSettings,
  readFile: (path: string) => Promise<string>,
): Promise<Credentials | undefined> {
  const principal = settings.principal ?? (await fileValue(settings.principalFile, 'principal', readFile));
  const secret = settings.secret ?? (await fileValue(settings.secretFile, 'secret', readFile));
  if (principal === undefined && secret !== undefined) {
    throw new ConfigError(
      'CONFIG_CONFLICT',
      'spark.mesos.secret is set, but spark.mesos.principal is not: a secret needs the principal it belongs to',
    );
  }
  return principal === undefined ? undefined : { principal, secret };
}

async function fileValue(
  path: string | undefined,
  what: 'principal' | 'secret',
  readFile: (path: string) => Promise<string>,
): Promise<string | undefined> {
  if (path === undefined) {
    return undefined;
  }
  try {
    return (await readFile(path)).replace(/\r?\n$/, '');
  } catch (cause) {
    throw new ConfigError(
      'CONFIG_FILE_UNREADABLE',
      `The file ${path} of spark.mesos.${what}.file cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

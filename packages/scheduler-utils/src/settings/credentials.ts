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
  /** Whether a line end at the end of a file counts, as it did in the original. */
  readonly credentialFilesKeepLineEnd?: boolean | undefined;
}

/**
 * Finds principal and secret (rules U20 to U23): a value goes before a file. `readFile` gives a file's text; one line
 * end at the end of it is no part of the value. `undefined` without a principal: the framework does not authenticate.
 */
export async function resolveCredentials(
  settings: CredentialSettings,
  readFile: (path: string) => Promise<string>,
): Promise<Credentials | undefined> {
  const read = async (path: string) => {
    const text = await readFile(path);
    return settings.credentialFilesKeepLineEnd ? text : text.replace(/\r?\n$/, '');
  };
  const principal = settings.principal ?? (await fileValue('principal', settings.principalFile, read));
  const secret = settings.secret ?? (await fileValue('secret', settings.secretFile, read));
  if (principal === undefined && secret !== undefined) {
    throw new ConfigError(
      'CONFIG_CONFLICT',
      'spark.mesos.secret is set, but spark.mesos.principal is not: a secret needs the principal it belongs to',
    );
  }
  return principal === undefined ? undefined : { principal, secret };
}

/**
 * The secret by which applications' own ones are handed to shuffle services, from the setting or the file that it names;
 * `undefined`: an application and the services share one.
 */
export async function resolveShuffleServiceSecret(
  settings: {
    readonly shuffleServiceSecret?: string | undefined;
    readonly shuffleServiceSecretFile?: string | undefined;
  },
  readFile: (path: string) => Promise<string>,
): Promise<string | undefined> {
  const read = async (path: string) => (await readFile(path)).replace(/\r?\n$/, '');
  const file = settings.shuffleServiceSecretFile;
  return settings.shuffleServiceSecret ?? (await fileValue('shuffle.service.secret', file, read));
}

async function fileValue(
  what: 'principal' | 'secret' | 'shuffle.service.secret',
  path: string | undefined,
  read: (path: string) => Promise<string>,
): Promise<string | undefined> {
  if (path === undefined) {
    return undefined;
  }
  try {
    return await read(path);
  } catch (cause) {
    throw new ConfigError(
      'CONFIG_FILE_UNREADABLE',
      `The file ${path} of spark.mesos.${what}.file cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

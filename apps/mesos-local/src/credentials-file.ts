import { readFile } from 'node:fs/promises';
import type { Credential } from '@spark-mesos/mesos-local';
import { CommandError } from './errors.ts';

/** The form that Mesos's own `--credentials` has, shown where a file has another. */
const FORM = '{"credentials": [{"principal": "spark", "secret": "…"}]}';

/** Reads a file of principals and secrets, in Mesos's own JSON form. Its text stays out of messages. */
export async function readCredentials(path: string): Promise<Credential[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const reason = `the credentials cannot be read: ${(cause as Error).message}`;
    throw new CommandError('MESOS_LOCAL_FILE_NOT_FOUND', reason, { cause });
  });
  const found = credentialsOf(text);
  if (found === undefined || found.length === 0) {
    throw new CommandError(
      'MESOS_LOCAL_SETTINGS',
      `${path} is no file of credentials; they look like ${FORM}`,
    );
  }
  return found;
}

function credentialsOf(text: string): Credential[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const list = (parsed as { credentials?: unknown } | null)?.credentials;
  return Array.isArray(list) && list.every(isCredential) ? list : undefined;
}

function isCredential(value: unknown): value is Credential {
  const { principal, secret } = (value ?? {}) as Record<string, unknown>;
  return typeof principal === 'string' && principal !== '' && typeof secret === 'string';
}

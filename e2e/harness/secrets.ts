import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Everything that the tests keep secret: settings, passwords, and a variable of every command's environment. After each
 * of them nothing that others can see may hold any.
 */
export const SECRETS = {
  authenticate: 'open sesame 7b1f',
  application: 'of the application 5c1d',
  cluster: 'of the cluster 93aa',
  gateway: 'of the gateway e04b',
  keyStorePassword: 'changeit-1',
  trustStorePassword: 'changeit-2',
  /** In `SPARK_E2E_TOKEN`: whoever submits sends those along that begin so. */
  environment: 'of the environment 41d8',
} as const;

/** What nobody but its owner reads may hold them. */
const READ_BY_OTHERS = 0o044;
/** No log of a test is as long; jars, archives and shuffle files are. */
const LONGEST_FILE = 4 * 1024 * 1024;

/** Those that a text holds, by their names, also as they stand in a URL or in base64. */
export function secretsIn(text: string): string[] {
  return Object.entries(SECRETS).flatMap(([name, secret]) => {
    const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
    return forms.some((form) => text.includes(form)) ? [name] : [];
  });
}

/** The files below a folder that others can read and that hold a secret. */
export function secretsInFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return secretsInFiles(path);
    return entry.isFile() ? secretsInFile(path) : [];
  });
}

function secretsInFile(path: string): string[] {
  const { mode, size } = statSync(path);
  if ((mode & READ_BY_OTHERS) === 0 || size > LONGEST_FILE) return [];
  return secretsIn(readFileSync(path, 'latin1')).map((name) => `${path} holds the secret "${name}"`);
}

const LONGEST_ANSWER_MS = 5000;

/** Where the master of a cluster, and dispatchers, show what they know. */
const SHOWN_BY_MASTER = ['/state', '/tasks', '/frameworks', '/metrics/snapshot'];
const SHOWN_BY_DISPATCHER = ['/', '/api/v2/submissions', '/api/v2/queues', '/metrics', '/metrics/json'];

/** What Mesos and dispatchers show to everybody and that holds a secret. */
export async function secretsShown(masterUrl: string, dispatcherUrls: readonly string[]): Promise<string[]> {
  const urls = [
    ...SHOWN_BY_MASTER.map((path) => new URL(path, masterUrl).href),
    ...dispatcherUrls.flatMap((url) => SHOWN_BY_DISPATCHER.map((path) => new URL(path, url).href)),
  ];
  const found = await Promise.all(
    urls.map(async (url) => {
      // One that has just ended, or was made to stand still, shows nothing.
      const text = await fetch(url, { signal: AbortSignal.timeout(LONGEST_ANSWER_MS) })
        .then((answer) => answer.text())
        .catch(() => '');
      return secretsIn(text).map((name) => `${url} shows the secret "${name}"`);
    }),
  );
  return found.flat();
}

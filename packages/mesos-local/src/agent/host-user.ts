import { readFile } from 'node:fs/promises';

/** A user of this machine. */
export interface HostUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Whom to become for a user's name: nobody else than oneself unless this process is root, as only root can
 * be another. The result is undefined then, and 'unknown' when the machine has no such user.
 */
export async function findHostUser(name: string | undefined): Promise<HostUser | 'unknown' | undefined> {
  if (name === undefined || name === 'root' || process.getuid?.() !== 0) return undefined;
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  for (const line of passwd.split('\n')) {
    const [user, , uid, gid] = line.split(':');
    if (user === name) return { uid: Number(uid), gid: Number(gid) };
  }
  return 'unknown';
}

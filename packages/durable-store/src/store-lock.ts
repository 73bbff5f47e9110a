import { randomUUID } from 'node:crypto';
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { StoreError } from './errors.ts';

/** Holds a store for one process. */
export interface StoreLock {
  release(): Promise<void>;
}

/**
 * Takes the lock file, or throws STORE_LOCKED while its owner lives. The file names a process by its id and the time
 * of its start, so that neither a process that was killed nor another one with the same id keeps the store shut.
 */
export async function takeLock(file: string): Promise<StoreLock> {
  const own = await identity(process.pid);
  const mine = `${file}.${process.pid}.${randomUUID()}`;
  await writeFile(mine, own, { mode: 0o600, flag: 'wx' });
  try {
    await linkOrSteal(mine, file);
  } finally {
    await unlink(mine);
  }
  return {
    release: async () => {
      // What is not there any more need not be taken away.
      await unlink(file).catch(() => {});
    },
  };
}

/** `link` makes the file only if there is none, with all of its contents at once. */
async function linkOrSteal(mine: string, file: string): Promise<void> {
  if (await tryLink(mine, file)) return;
  const owner = await readText(file);
  if (owner !== undefined && (await isAlive(owner))) throw locked(file, owner);
  await takeAway(file, owner);
  if (await tryLink(mine, file)) return;
  throw locked(file, (await readText(file)) ?? 'another process');
}

/** Two that find the same dead owner must not take away each other's lock: what was taken is looked at. */
async function takeAway(file: string, owner: string | undefined): Promise<void> {
  const aside = `${file}.${process.pid}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  const taken = await readText(aside);
  if (taken !== owner) await tryLink(aside, file);
  await unlink(aside);
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function locked(file: string, owner: string): StoreError {
  const [pid] = owner.split(' ');
  return new StoreError(
    'STORE_LOCKED',
    `process ${pid} has the store open (${file}); end it, or use another folder`,
  );
}

async function isAlive(owner: string): Promise<boolean> {
  const pid = Number(owner.split(' ')[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Someone else's process is alive all the same.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return owner === (await identity(pid));
}

/** `pid starttime`; the time is the 22nd field of /proc/PID/stat, counted behind the name, which may hold anything. */
async function identity(pid: number): Promise<string> {
  const status = await readText(`/proc/${pid}/stat`);
  const startTime = status?.slice(status.lastIndexOf(')') + 2).split(' ')[19];
  return `${pid} ${startTime ?? '-'}`;
}

async function readText(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}

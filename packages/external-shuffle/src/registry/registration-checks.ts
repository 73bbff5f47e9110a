import { ShuffleError } from '../errors.ts';
import type { ExecutorShuffleInfo, RegisteredExecutor } from '../model.ts';

/** Ids are part of keys of the store, and stay well below what it takes. */
const MAX_ID_BYTES = 400;
const MAX_LOCAL_DIRECTORIES = 128;
const MAX_SUBDIRECTORIES = 65_536;
/** The largest delay that still means something: 2^53 ms. Java's own default for "never" is more than that. */
const MAX_TIMEOUT_MS = Number.MAX_SAFE_INTEGER;

/** Throws `SHUFFLE_ID_INVALID` for what is no id, whoever made it. */
export function checkId(what: 'application' | 'executor', id: string): void {
  const shown = JSON.stringify(id.slice(0, 100));
  if (id === '' || /[\p{Control}\p{Surrogate}]/u.test(id)) {
    throw new ShuffleError('SHUFFLE_ID_INVALID', `${shown} is no id of an ${what}`);
  }
  if (id.length > MAX_ID_BYTES || encodeURIComponent(id).length > MAX_ID_BYTES) {
    throw new ShuffleError('SHUFFLE_ID_INVALID', `${shown}… is too long for the id of an ${what}`);
  }
}

/** An application's id as a part of a key: for those that Spark and Mesos make the id itself. */
export function keyPart(appId: string): string {
  if (/^[\w.-]{1,200}$/.test(appId)) return appId;
  checkId('application', appId);
  return encodeURIComponent(appId);
}

/** Throws `SHUFFLE_ID_INVALID` for numbers that are none of Spark's. */
export function checkExecutorNumbers({ localDirs, subDirsPerLocalDir }: ExecutorShuffleInfo): void {
  if (localDirs.length === 0 || localDirs.length > MAX_LOCAL_DIRECTORIES) {
    throw new ShuffleError(
      'SHUFFLE_ID_INVALID',
      `${localDirs.length} local directories: an executor has 1 to ${MAX_LOCAL_DIRECTORIES}`,
    );
  }
  if (
    !Number.isInteger(subDirsPerLocalDir) ||
    subDirsPerLocalDir < 1 ||
    subDirsPerLocalDir > MAX_SUBDIRECTORIES
  ) {
    throw new ShuffleError(
      'SHUFFLE_ID_INVALID',
      `${subDirsPerLocalDir} subdirectories: a local directory has 1 to ${MAX_SUBDIRECTORIES}`,
    );
  }
}

/** A driver's timeout as a number. Throws `SHUFFLE_ID_INVALID` for one that would be over at once. */
export function checkTimeout(heartbeatTimeoutMs: number | bigint): number {
  const timeoutMs = Number(heartbeatTimeoutMs);
  if (!(timeoutMs >= 1)) {
    throw new ShuffleError(
      'SHUFFLE_ID_INVALID',
      `a heartbeat timeout of ${heartbeatTimeoutMs} ms: it has to be at least 1`,
    );
  }
  return Math.min(Math.trunc(timeoutMs), MAX_TIMEOUT_MS);
}

/** Whether an executor says the same of itself as before. */
export function isSameExecutor(
  executor: RegisteredExecutor,
  localDirs: readonly string[],
  subDirsPerLocalDir: number,
): boolean {
  return (
    executor.subDirsPerLocalDir === subDirsPerLocalDir &&
    executor.localDirs.length === localDirs.length &&
    executor.localDirs.every((directory, index) => directory === localDirs[index])
  );
}

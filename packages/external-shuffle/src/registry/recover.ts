import type { DurableStore, StoreEntry } from '@spark-mesos/durable-store';
import type { LocalDirectories } from '../directories/local-directories.ts';
import type { Logger } from '../logger.ts';
import { type Application, newApplication } from './application.ts';
import { decodeRecord, keyOf, type StoredRecord } from './records.ts';

/** What a store had. */
export interface Recovered {
  readonly applications: Map<string, Application>;
  /** Directories and the application that each belongs to. */
  readonly owners: Map<string, string>;
  /** Directories that were to be deleted, and whose they were. */
  readonly removing: Map<string, string>;
  /** Keys of chunks whose directories are to be deleted: the process was killed before it deleted the keys, too. */
  readonly stale: string[];
}

/**
 * Reads what the registry had written. Every driver has its full timeout again: it could not be heard meanwhile. What
 * no longer may be an executor's directory, because the roots are others now, is left alone from then on.
 */
export async function recover(
  store: DurableStore,
  directories: LocalDirectories,
  clocks: { readonly nowMs: number; readonly wallNowMs: number },
  logger?: Logger,
): Promise<Recovered> {
  const recovered: Recovered = { applications: new Map(), owners: new Map(), removing: new Map(), stale: [] };
  const entries = await store.entries();
  const isChunk = ({ key }: StoreEntry) => key.startsWith('executors/');
  // After what is to be deleted; and one by one, since there may be a hundred thousand executors.
  for (const entry of [...entries.filter((each) => !isChunk(each)), ...entries.filter(isChunk)]) {
    const record = decodeRecord(entry);
    if (record === undefined) {
      logger?.warn({ key: entry.key }, 'a stored record cannot be read: it is left alone');
    } else if (record.kind === 'executors') {
      restoreChunk(recovered, record, directories, clocks, logger);
    } else restore(recovered, record, directories, clocks.nowMs);
  }
  return recovered;
}

function restore(
  { applications, removing }: Recovered,
  record: Exclude<StoredRecord, { kind: 'executors' }>,
  directories: LocalDirectories,
  nowMs: number,
): void {
  if (record.kind === 'removing') {
    const { directory, appId } = record;
    if (directories.canonical(directory) === directory) removing.set(directory, appId);
    return;
  }
  const application = applicationOf(applications, record.appId, nowMs);
  if (record.kind === 'secret') application.secret = record.secret;
  else application.driver = { timeoutMs: record.timeoutMs, lastHeartbeatMs: nowMs };
}

function restoreChunk(
  { applications, owners, removing, stale }: Recovered,
  record: StoredRecord & { kind: 'executors' },
  directories: LocalDirectories,
  { nowMs, wallNowMs }: { readonly nowMs: number; readonly wallNowMs: number },
  logger: Logger | undefined,
): void {
  const { appId, chunk } = record;
  const remaining = record.executors.filter(({ localDirs }) => !localDirs.some((each) => removing.has(each)));
  if (remaining.length === 0) stale.push(keyOf(record));
  const allowed = remaining.filter(({ localDirs }) =>
    localDirs.every((each) => directories.canonical(each) === each && (owners.get(each) ?? appId) === appId),
  );
  if (allowed.length < remaining.length) {
    logger?.warn({ appId, chunk }, 'directories of stored executors are not served any more');
  }
  if (allowed.length === 0) return;
  const application = applicationOf(applications, appId, Number.NEGATIVE_INFINITY);
  // The age goes on where it was; a wall clock that was set back makes nothing younger than now.
  const registeredMs = nowMs - Math.max(0, wallNowMs - record.registeredAtMs);
  application.lastUsedMs = Math.max(application.lastUsedMs, registeredMs);
  application.nextChunk = Math.max(application.nextChunk, chunk + 1);
  // Full: nothing joins it, so that what is left out of it here is not lost by its being written anew.
  application.chunks.push({ index: chunk, executors: allowed, bytes: Number.POSITIVE_INFINITY });
  for (const executor of allowed) {
    application.executors.set(executor.executorId, executor);
    for (const directory of executor.localDirs) owners.set(directory, application.id);
  }
}

function applicationOf(applications: Map<string, Application>, id: string, usedMs: number): Application {
  let application = applications.get(id);
  if (application === undefined) {
    application = newApplication(id, usedMs);
    applications.set(id, application);
  }
  return application;
}

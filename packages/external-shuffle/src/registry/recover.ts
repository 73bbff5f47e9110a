import type { DurableStore } from '@spark-mesos/durable-store';
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
  /** Keys of executors whose directories are to be deleted: the process was killed before it deleted the keys, too. */
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
  const executors: (StoredRecord & { kind: 'executor' })[] = [];
  for (const entry of await store.entries()) {
    const record = decodeRecord(entry);
    if (record === undefined) {
      logger?.warn({ key: entry.key }, 'a stored record cannot be read: it is left alone');
    } else if (record.kind === 'executor') executors.push(record);
    else restore(recovered, record, directories, clocks.nowMs);
  }
  // After what is to be deleted, whatever the order of the keys.
  for (const record of executors) {
    if (record.localDirs.some((directory) => recovered.removing.has(directory))) {
      recovered.stale.push(keyOf(record));
      continue;
    }
    const allowed = record.localDirs.every(
      (directory) =>
        directories.canonical(directory) === directory &&
        (recovered.owners.get(directory) ?? record.appId) === record.appId,
    );
    if (allowed) restoreExecutor(recovered, record, clocks);
    else {
      const { appId, executorId, localDirs } = record;
      logger?.warn(
        { appId, executorId, localDirs },
        'a stored executor’s directories are not served any more',
      );
    }
  }
  return recovered;
}

function restore(
  { applications, removing }: Recovered,
  record: Exclude<StoredRecord, { kind: 'executor' }>,
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

function restoreExecutor(
  { applications, owners }: Recovered,
  record: StoredRecord & { kind: 'executor' },
  { nowMs, wallNowMs }: { readonly nowMs: number; readonly wallNowMs: number },
): void {
  const { appId, executorId, localDirs, subDirsPerLocalDir } = record;
  // The age goes on where it was; a wall clock that was set back makes nothing younger than now.
  const registeredMs = nowMs - Math.max(0, wallNowMs - record.registeredAtMs);
  const application = applicationOf(applications, appId, Number.NEGATIVE_INFINITY);
  application.lastUsedMs = Math.max(application.lastUsedMs, registeredMs);
  application.executors.set(executorId, { appId: application.id, executorId, localDirs, subDirsPerLocalDir });
  for (const directory of localDirs) owners.set(directory, application.id);
}

function applicationOf(applications: Map<string, Application>, id: string, usedMs: number): Application {
  let application = applications.get(id);
  if (application === undefined) {
    application = newApplication(id, usedMs);
    applications.set(id, application);
  }
  return application;
}

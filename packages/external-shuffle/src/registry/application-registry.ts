import type { DurableStore } from '@spark-mesos/durable-store';
import type { LocalDirectories } from '../directories/local-directories.ts';
import { ShuffleError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type {
  ExecutorShuffleInfo,
  HeartbeatOutcome,
  RegisteredExecutor,
  RegistryCounters,
  ShuffleRegistry,
} from '../model.ts';
import {
  type Application,
  type ExecutorChunk,
  type ExpiryReason,
  type ExpiryRules,
  expiryOf,
} from './application.ts';
import { ApplicationTable, type EndReason } from './application-table.ts';
import { DirectoryRemover } from './directory-remover.ts';
import { PersistentRecords } from './persistent-records.ts';
import { encodeRecord, keyOf } from './records.ts';
import { type Recovered, recover } from './recover.ts';
import { checkExecutorNumbers, checkId, checkTimeout } from './registration-checks.ts';

/** What a registry is opened with. */
export interface ApplicationRegistryOptions {
  /** Stays the caller's, to be closed after the registry. */
  readonly store: DurableStore;
  readonly directories: LocalDirectories;
  /** Told of executors that are not served any more. */
  readonly dropped?: (executors: ReadonlySet<RegisteredExecutor>) => void;
  /** Milliseconds that only ever grow. */
  readonly now?: () => number;
  /** Milliseconds since 1970. */
  readonly wallNow?: () => number;
  readonly logger?: Logger;
}

/** An application that is over, and why. */
export interface ExpiredApplication {
  readonly appId: string;
  readonly reason: ExpiryReason;
  readonly localDirs: readonly string[];
}

/**
 * The applications and executors of this agent: in memory for those who ask, in the store for the next process.
 *
 * ```text
 * registerExecutor, registerDriver ──► checks ──► applications, owners ──► records ──► store
 * removeApplication, removeExpired ──► removing (store) ──► applications, records ──► DirectoryRemover
 * ```
 */
export class ApplicationRegistry implements ShuffleRegistry {
  readonly #directories: LocalDirectories;
  readonly #records: PersistentRecords;
  readonly #remover: DirectoryRemover;
  readonly #table: ApplicationTable;
  readonly #dropped: ((executors: ReadonlySet<RegisteredExecutor>) => void) | undefined;
  readonly #now: () => number;
  readonly #wallNow: () => number;
  readonly #logger: Logger | undefined;
  readonly #totals = { registrations: 0, refused: 0, heartbeats: 0, unknown: 0, removed: 0 };

  private constructor(options: ApplicationRegistryOptions, recovered: Recovered) {
    this.#directories = options.directories;
    this.#logger = options.logger;
    this.#records = new PersistentRecords(options.store, options.logger);
    this.#remover = new DirectoryRemover({
      records: this.#records,
      removed: (directory) => this.#table.disown(directory),
      logger: options.logger,
    });
    this.#dropped = options.dropped;
    this.#now = options.now ?? (() => performance.now());
    this.#wallNow = options.wallNow ?? (() => Date.now());
    this.#table = new ApplicationTable(recovered.applications, recovered.owners);
    for (const [directory, appId] of recovered.removing) {
      this.#table.own(directory, appId);
      this.#remover.restore(directory, appId);
    }
  }

  /** Opens the registry with all that the store has of it. */
  static async open(options: ApplicationRegistryOptions): Promise<ApplicationRegistry> {
    const { store, directories, logger, now, wallNow } = options;
    const clocks = { nowMs: (now ?? (() => performance.now()))(), wallNowMs: (wallNow ?? Date.now)() };
    const recovered = await recover(store, directories, clocks, logger);
    const registry = new ApplicationRegistry(options, recovered);
    for (const key of recovered.stale) void registry.#records.delete(key);
    const { registeredApplications, registeredExecutors } = registry.counters();
    logger?.info({ registeredApplications, registeredExecutors }, 'registrations read');
    return registry;
  }

  async registerExecutor(appId: string, executorId: string, info: ExecutorShuffleInfo): Promise<void> {
    let chunk: ExecutorChunk;
    try {
      checkId('application', appId);
      checkId('executor', executorId);
      checkExecutorNumbers(info);
      const localDirs = info.localDirs.map((directory) => this.#checkDirectory(appId, directory));
      const { subDirsPerLocalDir } = info;
      chunk = this.#table.addExecutor(appId, executorId, localDirs, subDirsPerLocalDir, this.#now());
    } catch (error) {
      this.#totals.refused++;
      this.#logger?.warn({ appId, executorId, error }, 'an executor is refused');
      throw error;
    }
    this.#totals.registrations++;
    const { index, executors } = chunk;
    const registeredAtMs = this.#wallNow();
    const record = { kind: 'executors', appId, chunk: index, executors, registeredAtMs } as const;
    await this.#records.put(keyOf(record), encodeRecord(record));
    this.#logger?.debug({ appId, executorId }, 'executor registered');
  }

  async registerDriver(appId: string, heartbeatTimeoutMs: number | bigint, address?: string): Promise<void> {
    const key = keyOf({ kind: 'driver', appId });
    const timeoutMs = checkTimeout(heartbeatTimeoutMs);
    if (this.#table.setDriver(appId, timeoutMs, this.#now())) {
      this.#logger?.info({ appId, address, timeoutMs }, 'driver registered');
    } else {
      this.#logger?.warn({ appId, address, timeoutMs }, 'driver was registered already');
    }
    await this.#records.put(key, encodeRecord({ kind: 'driver', appId, timeoutMs }));
  }

  heartbeat(appId: string, address?: string): HeartbeatOutcome {
    this.#totals.heartbeats++;
    const driver = this.#table.get(appId)?.driver;
    if (driver === undefined) {
      this.#totals.unknown++;
      const ended = this.#table.endOf(appId);
      this.#logger?.warn({ appId, address, ended }, 'heartbeat of an unknown application');
      return 'unknown';
    }
    driver.lastHeartbeatMs = this.#now();
    return 'known';
  }

  async removeApplication(appId: string): Promise<boolean> {
    const application = this.#table.get(appId);
    if (application === undefined) return false;
    await this.#remove(application, 'stopped');
    return true;
  }

  executor(appId: string, executorId: string): RegisteredExecutor {
    const executor = this.#table.get(appId)?.executors.get(executorId);
    if (executor !== undefined) return executor;
    throw new ShuffleError(
      'SHUFFLE_EXECUTOR_UNKNOWN',
      `Executor is not registered (appId=${appId}, execId=${executorId})`,
    );
  }

  used(appId: string): void {
    const application = this.#table.get(appId);
    if (application !== undefined) application.lastUsedMs = this.#now();
  }

  secret(appId: string): string | undefined {
    return this.#table.get(appId)?.secret;
  }

  async setSecret(appId: string, secret: string): Promise<void> {
    const key = keyOf({ kind: 'secret', appId });
    this.#table.obtain(appId, this.#now()).secret = secret;
    await this.#records.put(key, encodeRecord({ kind: 'secret', appId, secret }));
  }

  /** Applications that are over by the rules, now. */
  expired(rules: ExpiryRules): readonly ExpiredApplication[] {
    const nowMs = this.#now();
    const expired: ExpiredApplication[] = [];
    for (const application of this.#table.all()) {
      const reason = expiryOf(application, nowMs, rules);
      if (reason === undefined) continue;
      expired.push({ appId: application.id, reason, localDirs: localDirsOf(application) });
    }
    return expired;
  }

  /** Forgets an application if it is over still, and deletes its directories. */
  async removeExpired(appId: string, rules: ExpiryRules): Promise<boolean> {
    const application = this.#table.get(appId);
    const reason = application && expiryOf(application, this.#now(), rules);
    if (application === undefined || reason === undefined) return false;
    this.#logger?.info({ appId, reason }, 'application is over: its files are removed');
    await this.#remove(application, reason);
    return true;
  }

  /** Takes note that an application without a driver was used so long ago. */
  usedBefore(appId: string, agoMs: number): void {
    const application = this.#table.get(appId);
    if (application === undefined) return;
    application.lastUsedMs = Math.max(application.lastUsedMs, this.#now() - agoMs);
  }

  /** Gives every driver more time: this process could not hear them for so long. */
  excuseSilence(forMs: number): void {
    const nowMs = this.#now();
    for (const { driver } of this.#table.all()) {
      if (driver !== undefined) driver.lastHeartbeatMs = Math.min(nowMs, driver.lastHeartbeatMs + forMs);
    }
  }

  /** Whether a directory is an application's, or was and is to be deleted. */
  isOwned(directory: string): boolean {
    return this.#table.isOwned(directory);
  }

  /** Has a directory deleted that is nobody's. */
  async removeUnowned(directory: string): Promise<void> {
    if (this.#table.isOwned(directory) || this.#directories.canonical(directory) !== directory) return;
    this.#table.own(directory, '');
    await this.#remover.add(directory, '');
  }

  /** Writes what could not be written and deletes what could not be deleted. Never rejects. */
  async catchUp(): Promise<void> {
    await this.#records.retry();
    await this.#remover.work();
  }

  counters(): RegistryCounters {
    return {
      ...this.#table.counts,
      registrationsTotal: this.#totals.registrations,
      registrationsRefusedTotal: this.#totals.refused,
      heartbeatsTotal: this.#totals.heartbeats,
      heartbeatsUnknownTotal: this.#totals.unknown,
      applicationsRemovedTotal: this.#totals.removed,
      ...this.#remover.counters,
      unsavedChanges: this.#records.unsavedChanges,
    };
  }

  /** Waits for the directory that is being deleted; the others are deleted by the next process. */
  close(): Promise<void> {
    return this.#remover.close();
  }

  #checkDirectory(appId: string, directory: string): string {
    const { path, found } = this.#directories.check(directory);
    if (this.#remover.has(path)) {
      throw new ShuffleError('SHUFFLE_EXECUTOR_TAKEN', `The local directory ${path} is being deleted.`);
    }
    if (!found) {
      this.#logger?.warn({ appId, directory: path }, 'an executor’s local directory is not to be seen');
    }
    return path;
  }

  async #remove(application: Application, reason: EndReason): Promise<void> {
    const { id, executors, chunks, driver, secret } = application;
    this.#table.remove(application, reason);
    this.#totals.removed++;
    this.#dropped?.(new Set(executors.values()));
    const saved = localDirsOf(application).map((directory) => this.#remover.add(directory, id));
    for (const { index } of chunks) {
      saved.push(this.#records.delete(keyOf({ kind: 'executors', appId: id, chunk: index })));
    }
    if (driver !== undefined) saved.push(this.#records.delete(keyOf({ kind: 'driver', appId: id })));
    if (secret !== undefined) saved.push(this.#records.delete(keyOf({ kind: 'secret', appId: id })));
    await Promise.all(saved);
    // It never rejects, and takes as long as the disk does: nobody waits for it.
    void this.#remover.work();
  }
}

function localDirsOf({ executors }: Application): readonly string[] {
  const directories = new Set<string>();
  for (const { localDirs } of executors.values()) {
    for (const directory of localDirs) directories.add(directory);
  }
  return [...directories];
}

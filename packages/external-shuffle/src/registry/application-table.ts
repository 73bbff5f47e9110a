import { ShuffleError } from '../errors.ts';
import {
  type Application,
  addExecutor,
  type ExecutorChunk,
  type ExpiryReason,
  newApplication,
} from './application.ts';
import { isSameExecutor } from './registration-checks.ts';

/** Why an application is not here any more. */
export type EndReason = ExpiryReason | 'stopped';

/** So many applications that are over are remembered. */
const MAX_TOMBSTONES = 10_000;

/** Who is registered, whose each directory is, and who is over: all in memory, and nothing that takes time. */
export class ApplicationTable {
  readonly #applications: Map<string, Application>;
  /** Whose a directory is. It stays its application's until it is deleted. */
  readonly #owners: Map<string, string>;
  /** Applications that are over, in the order of their ends. */
  readonly #tombstones = new Map<string, EndReason>();
  #executors = 0;
  #drivers = 0;

  constructor(applications: Map<string, Application>, owners: Map<string, string>) {
    this.#applications = applications;
    this.#owners = owners;
    for (const { executors, driver } of applications.values()) {
      this.#executors += executors.size;
      if (driver !== undefined) this.#drivers++;
    }
  }

  get counts() {
    return {
      registeredApplications: this.#applications.size,
      registeredDrivers: this.#drivers,
      registeredExecutors: this.#executors,
    };
  }

  get(appId: string): Application | undefined {
    return this.#applications.get(appId);
  }

  all(): Iterable<Application> {
    return this.#applications.values();
  }

  obtain(appId: string, nowMs: number): Application {
    let application = this.#applications.get(appId);
    if (application === undefined) {
      application = newApplication(appId, nowMs);
      this.#applications.set(appId, application);
    }
    return application;
  }

  /** Sets an application's driver; answers with whether it had none. One that was over begins anew. */
  setDriver(appId: string, timeoutMs: number, nowMs: number): boolean {
    this.#tombstones.delete(appId);
    const application = this.obtain(appId, nowMs);
    const isNew = application.driver === undefined;
    if (isNew) this.#drivers++;
    application.driver = { timeoutMs, lastHeartbeatMs: nowMs };
    return isNew;
  }

  /** Answers with the chunk to be written. Throws `SHUFFLE_EXECUTOR_TAKEN` where that would be at another's cost. */
  addExecutor(
    appId: string,
    executorId: string,
    localDirs: readonly string[],
    subDirsPerLocalDir: number,
    nowMs: number,
  ): ExecutorChunk {
    if (this.#tombstones.get(appId) === 'stopped') {
      throw taken(`The application ${appId} has ended.`);
    }
    const foreign = localDirs.find((directory) => (this.#owners.get(directory) ?? appId) !== appId);
    if (foreign !== undefined) {
      throw taken(`The local directory ${foreign} belongs to another application.`);
    }
    const existing = this.#applications.get(appId)?.executors.get(executorId);
    if (existing !== undefined && !isSameExecutor(existing, localDirs, subDirsPerLocalDir)) {
      throw taken(`Executor ${executorId} of ${appId} is registered with other local directories.`);
    }
    const application = this.obtain(appId, nowMs);
    application.lastUsedMs = nowMs;
    // It may be a retry while the first is still being written: this one waits for the same.
    const known = existing && application.chunks.find(({ executors }) => executors.includes(existing));
    if (known !== undefined) return known;
    for (const directory of localDirs) this.#owners.set(directory, application.id);
    this.#executors++;
    return addExecutor(application, { appId: application.id, executorId, localDirs, subDirsPerLocalDir });
  }

  /** Its directories stay owned. */
  remove({ id, executors, driver }: Application, reason: EndReason): void {
    this.#applications.delete(id);
    this.#executors -= executors.size;
    if (driver !== undefined) this.#drivers--;
    this.#tombstones.delete(id);
    this.#tombstones.set(id, reason);
    for (const oldest of this.#tombstones.keys()) {
      if (this.#tombstones.size <= MAX_TOMBSTONES) break;
      this.#tombstones.delete(oldest);
    }
  }

  /** Why an application is over, if it was here and is remembered. */
  endOf(appId: string): EndReason | undefined {
    return this.#tombstones.get(appId);
  }

  isOwned(directory: string): boolean {
    return this.#owners.has(directory);
  }

  /** Takes a directory for an application, or for nobody who could register it. */
  own(directory: string, appId: string): void {
    this.#owners.set(directory, appId);
  }

  disown(directory: string): void {
    this.#owners.delete(directory);
  }
}

function taken(message: string): ShuffleError {
  return new ShuffleError('SHUFFLE_EXECUTOR_TAKEN', message);
}

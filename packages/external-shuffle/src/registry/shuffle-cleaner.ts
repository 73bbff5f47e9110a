import { lstat, readdir } from 'node:fs/promises';
import { isBlockManagerDirectory, type LocalDirectories } from '../directories/local-directories.ts';
import type { Logger } from '../logger.ts';
import type { ExpiryRules } from './application.ts';
import type { ApplicationRegistry, ExpiredApplication } from './application-registry.ts';

/**
 * Whether the Mesos master still has the framework of an application. Rejects when the master cannot be asked; then the
 * files stay, and it is asked again at the next turn.
 */
export interface FrameworkCheck {
  /** What the master knows of a framework. */
  stateOf(appId: string): Promise<'running' | 'ended'>;
}

/** What a cleaner is made with. */
export interface ShuffleCleanerOptions {
  readonly registry: ApplicationRegistry;
  readonly directories: LocalDirectories;
  /** `spark.shuffle.cleaner.interval`; default 30 s. */
  readonly intervalMs?: number;
  /** So long after a driver's timeout its application is still kept. Default 0, as in the original. */
  readonly graceMs?: number;
  /**
   * Applications that no driver has registered, as when it knows this host by another name, are over when they have not
   * been used, and no file of theirs has changed, for so long. Default 7 days; 0: never.
   */
  readonly orphanAgeMs?: number;
  /**
   * Local directories right under the roots that nobody has registered are deleted when nothing in them has changed for
   * so long. Default 0: never, since drivers and other services make such directories, too.
   */
  readonly unknownDirectoryAgeMs?: number;
  readonly frameworkCheck?: FrameworkCheck;
  /** Milliseconds that only ever grow. */
  readonly now?: () => number;
  /** Milliseconds since 1970. */
  readonly wallNow?: () => number;
  readonly logger?: Logger;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Directories that nobody has registered are looked for that often. */
const SWEEP_INTERVAL_MS = 60 * 60 * 1000;

/**
 * Removes applications that are over, with their files. Each application is a piece of work of its own: neither one that
 * fails nor one that hangs keeps the others waiting (S24).
 */
export class ShuffleCleaner {
  readonly #options: ShuffleCleanerOptions;
  readonly #rules: ExpiryRules;
  readonly #intervalMs: number;
  readonly #now: () => number;
  readonly #wallNow: () => number;
  readonly #logger: Logger | undefined;
  readonly #busy = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #lastTickMs: number | undefined;
  #lastSweepMs = Number.NEGATIVE_INFINITY;

  constructor(options: ShuffleCleanerOptions) {
    const { graceMs = 0, orphanAgeMs = 7 * DAY_MS } = options;
    this.#options = options;
    this.#rules = { graceMs, orphanAgeMs: orphanAgeMs > 0 ? orphanAgeMs : undefined };
    this.#intervalMs = options.intervalMs ?? 30_000;
    this.#now = options.now ?? (() => performance.now());
    this.#wallNow = options.wallNow ?? (() => Date.now());
    this.#logger = options.logger;
  }

  /** Begins at once, and goes on at the interval. */
  start(): void {
    if (this.#timer !== undefined) return;
    // A tick never rejects, and the next one does not wait for it.
    this.#timer = setInterval(() => void this.tick(), this.#intervalMs);
    void this.tick();
  }

  /** Looks no more. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** One turn. Resolves when all that it began has come to its end; never rejects. */
  async tick(): Promise<void> {
    this.#excuseOwnSilence();
    const work = this.#options.registry
      .expired(this.#rules)
      .filter(({ appId }) => !this.#busy.has(appId))
      .map((application) => this.#guarded(application.appId, () => this.#clean(application)));
    work.push(this.#guarded('', () => this.#sweepUnknown()));
    await Promise.all(work);
    await this.#options.registry.catchUp();
  }

  /** When turns were left out this process was stopped, and the heartbeats still wait to be read: nobody was silent. */
  #excuseOwnSilence(): void {
    const nowMs = this.#now();
    const sinceMs = nowMs - (this.#lastTickMs ?? nowMs);
    this.#lastTickMs = nowMs;
    if (sinceMs <= 2 * this.#intervalMs) return;
    this.#logger?.warn({ sinceMs }, 'this process was stopped for a while: drivers are given that time');
    this.#options.registry.excuseSilence(sinceMs);
  }

  async #guarded(appId: string, work: () => Promise<void>): Promise<void> {
    if (this.#busy.has(appId)) return;
    this.#busy.add(appId);
    try {
      await work();
    } catch (error) {
      this.#logger?.warn({ appId, error }, 'clean-up failed: it is tried again at the next turn');
    } finally {
      this.#busy.delete(appId);
    }
  }

  async #clean({ appId, reason, localDirs }: ExpiredApplication): Promise<void> {
    const { registry, frameworkCheck } = this.#options;
    if (reason === 'orphaned') {
      const unchangedMs = this.#wallNow() - (await lastChange(localDirs));
      if (unchangedMs <= (this.#rules.orphanAgeMs ?? Number.POSITIVE_INFINITY)) {
        registry.usedBefore(appId, unchangedMs);
        return;
      }
    }
    if (frameworkCheck !== undefined && (await frameworkCheck.stateOf(appId)) === 'running') {
      this.#logger?.warn({ appId, reason }, 'the master says that the framework runs: its files are kept');
      return;
    }
    await registry.removeExpired(appId, this.#rules);
  }

  async #sweepUnknown(): Promise<void> {
    const { directories, registry, unknownDirectoryAgeMs = 0 } = this.#options;
    if (unknownDirectoryAgeMs <= 0 || this.#now() - this.#lastSweepMs < SWEEP_INTERVAL_MS) return;
    this.#lastSweepMs = this.#now();
    for (const root of directories.roots) {
      for (const name of await namesIn(root)) {
        const directory = `${root}/${name}`;
        if (!isBlockManagerDirectory(name) || registry.isOwned(directory)) continue;
        const unchangedMs = this.#wallNow() - (await lastChange([directory]));
        if (unchangedMs <= unknownDirectoryAgeMs) continue;
        this.#logger?.info({ directory, unchangedMs }, 'a local directory is nobody’s: it is removed');
        await registry.removeUnowned(directory);
      }
    }
  }
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch {
    // A root that is not there, or not ours to look into, has nothing to be swept.
    return [];
  }
}

/** When a file was last made or deleted in one of the directories, or in a directory right in it; 0: they are gone. */
async function lastChange(directories: readonly string[]): Promise<number> {
  let lastMs = 0;
  for (const directory of directories) {
    lastMs = Math.max(lastMs, await modifiedMs(directory));
    for (const name of await namesIn(directory)) {
      lastMs = Math.max(lastMs, await modifiedMs(`${directory}/${name}`));
    }
  }
  return lastMs;
}

async function modifiedMs(path: string): Promise<number> {
  try {
    return (await lstat(path)).mtimeMs;
  } catch {
    return 0;
  }
}

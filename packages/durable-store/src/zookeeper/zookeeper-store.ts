import { randomBytes } from 'node:crypto';
import {
  type Change,
  Contents,
  checkSize,
  ownBytes,
  type RequestedChange,
  StagedChanges,
} from '../changes.ts';
import { StoreError } from '../errors.ts';
import type { ChangeOptions, DurableStore, StoreEntry } from '../store.ts';
import { Committer } from './committer.ts';
import { bytesInFrame, framesOf, removals } from './frames.ts';
import { BUCKET_NAMES, type ValueParts } from './layout.ts';
import { makeNode, makePath } from './make-path.ts';
import { type ReadRecords, readRecords } from './read-records.ts';
import type { ZooKeeperSession } from './session.ts';
import type { ZooKeeperLink } from './zookeeper-link.ts';

/** Settings of {@link ZooKeeperStore.open}. */
export interface ZooKeeperStoreOptions {
  /** It is not closed with the store. */
  readonly link: ZooKeeperLink;
  /** Of the node below which everything is; made if it is not there. */
  readonly path: string;
  /** Who writes, for people who look into ZooKeeper. */
  readonly owner: string;
  /** How long ZooKeeper may be away before changes are refused; 10 s unless given. */
  readonly patienceMs?: number;
  /** Called once when another one has taken the store over, and this one never writes again. */
  readonly fenced?: (error: StoreError) => void;
}

interface Outcome {
  readonly before: StoreEntry | undefined;
  readonly after: StoreEntry | undefined;
}

interface Waiting {
  readonly change: RequestedChange;
  readonly resolve: (result: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

const PATIENCE_MS = 10_000;
/** So much is made in one commit; ZooKeeper takes no packet of 1 MiB. */
const BATCH_BYTES = 512 * 1024;
/** So many nodes are removed in one commit. */
const REMOVALS = 500;

/**
 * A store in ZooKeeper: a node for each key, all of them in memory as well. Whoever opens it takes it over: it is for the one
 * that leads, and one that led before and wakes up cannot write any more (STORE_FENCED).
 *
 * ```text
 * put, delete ──► waiting ──► one commit for all that wait ──► ZooKeeper ──► contents ──► their promises
 * ```
 */
export class ZooKeeperStore implements DurableStore {
  readonly #path: string;
  readonly #committer: Committer;
  readonly #contents: Contents;
  readonly #parts: Map<string, ValueParts>;
  readonly #tellFenced: (error: StoreError) => void;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #isFenceTold = false;
  #closing: Promise<void> | undefined;

  private constructor(
    options: ZooKeeperStoreOptions,
    makeCommitter: (lostPatience: () => void) => Committer,
    records: ReadRecords,
  ) {
    this.#path = options.path;
    this.#committer = makeCommitter(() => this.#lostPatience());
    this.#contents = new Contents(records.entries);
    this.#parts = records.parts;
    this.#tellFenced = options.fenced ?? (() => {});
  }

  /** Takes the store over, or makes it, and reads it. Rejects when ZooKeeper does not answer in time. */
  static async open(options: ZooKeeperStoreOptions): Promise<ZooKeeperStore> {
    const { link, path, owner, patienceMs = PATIENCE_MS } = options;
    let lostPatience = () => {};
    const committer = new Committer({
      link,
      headPath: `${path}/head`,
      claim: randomBytes(12).toString('hex'),
      owner,
      patienceMs,
      lostPatience: () => lostPatience(),
    });
    for (;;) {
      const session = await link.connected(patienceMs);
      if (session === undefined) {
        throw new StoreError('STORE_UNREADABLE', `no ZooKeeper answers at ${link.description}`);
      }
      const records = await takeOver(session, path, committer);
      if (records === undefined) continue;
      const makeCommitter = (lost: () => void) => {
        lostPatience = lost;
        return committer;
      };
      const store = new ZooKeeperStore(options, makeCommitter, records);
      await store.#removeLeftOver(records.leftOver);
      return store;
    }
  }

  async get(key: string): Promise<StoreEntry | undefined> {
    this.#checkOpen();
    return this.#contents.get(key);
  }

  async entries(prefix = ''): Promise<readonly StoreEntry[]> {
    this.#checkOpen();
    return this.#contents.list(prefix);
  }

  async put(key: string, value: Uint8Array, options: ChangeOptions = {}): Promise<number> {
    const { after } = await this.#change({ key, value: ownBytes(value) }, options);
    return after?.version ?? 0;
  }

  async delete(key: string, options: ChangeOptions = {}): Promise<boolean> {
    const { before } = await this.#change({ key, value: undefined }, options);
    return before !== undefined;
  }

  /** What waits for a ZooKeeper that is away waits no longer than it has patience. */
  close(): Promise<void> {
    this.#closing ??= Promise.resolve(this.#writing);
    return this.#closing;
  }

  /**
   * Writes nothing from now on: for one that leads no more, and must not wait for a ZooKeeper that it cannot reach. A change whose
   * answer has not come is told as STORE_OUTCOME_UNKNOWN; all others fail with STORE_FENCED.
   */
  abandon(): void {
    this.#isFenceTold = true;
    this.#committer.abandon();
  }

  #change(change: Change, options: ChangeOptions): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.#checkOpen();
      checkSize(change);
      this.#waiting.push({ change: { ...change, ...options }, resolve, reject });
      // It never rejects: what goes wrong is told to those who wait.
      this.#writing ??= this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    // What comes up in the same turn of the event loop, as requests of many clients do, goes into the same commit: else the first goes
    // alone, and all others wait until it is made.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#writeBatch(this.#takeBatch());
    this.#writing = undefined;
  }

  #takeBatch(): readonly Waiting[] {
    let bytes = 0;
    const end = this.#waiting.findIndex(({ change: { key, value } }, index) => {
      bytes += bytesInFrame(key, value);
      return index > 0 && bytes > BATCH_BYTES;
    });
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
  }

  async #writeBatch(batch: readonly Waiting[]): Promise<void> {
    const staged = new StagedChanges(this.#contents);
    const made: (() => void)[] = [];
    const failed: ((error: unknown) => void)[] = [];
    for (const { change, resolve, reject } of batch) {
      try {
        const outcome = staged.stage(change);
        made.push(() => resolve(outcome));
        failed.push(reject);
      } catch (error) {
        reject(error);
      }
    }
    try {
      await this.#commit([...staged.entries].filter(([key, entry]) => entry ?? this.#contents.get(key)));
    } catch (error) {
      for (const fail of failed) fail(error);
      return;
    }
    for (const tell of made) tell();
  }

  async #commit(changes: readonly (readonly [string, StoreEntry | undefined])[]): Promise<void> {
    if (changes.length === 0) return;
    const has = (key: string) => this.#contents.get(key) !== undefined;
    const { commits, parts } = framesOf(changes, { path: this.#path, has, parts: this.#parts });
    for (const commit of commits) await this.#made(this.#committer.commit(commit));
    this.#contents.apply(changes);
    for (const [key, where] of parts) {
      if (where === undefined) this.#parts.delete(key);
      else this.#parts.set(key, where);
    }
  }

  /** Parts of values that were never finished, or that have others now. */
  async #removeLeftOver(paths: readonly string[]): Promise<void> {
    for (let start = 0; start < paths.length; start += REMOVALS) {
      await this.#made(this.#committer.commit(removals(paths.slice(start, start + REMOVALS))));
    }
  }

  async #made(commit: Promise<void>): Promise<void> {
    try {
      await commit;
    } catch (error) {
      const { fenced } = this.#committer;
      if (fenced !== undefined && !this.#isFenceTold) {
        this.#isFenceTold = true;
        this.#tellFenced(fenced);
      }
      throw error;
    }
  }

  /** What was not sent can be refused in good faith; what was has to wait until its fate is known. */
  #lostPatience(): void {
    const error = new StoreError(
      'STORE_WRITE_FAILED',
      'ZooKeeper does not answer; nothing can be written now',
    );
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw new StoreError('STORE_CLOSED', 'the store is closed');
  }
}

/** Undefined: the connection got lost meanwhile, and everything has to be done again. */
async function takeOver(
  session: ZooKeeperSession,
  path: string,
  committer: Committer,
): Promise<ReadRecords | undefined> {
  for (const node of [path, `${path}/records`, `${path}/parts`]) {
    if (!(await makePath(session, node))) return undefined;
  }
  const made = await Promise.all(BUCKET_NAMES.map((name) => makeNode(session, `${path}/records/${name}`)));
  if (made.includes(false)) return undefined;
  if (!(await makeNode(session, `${path}/head`))) return undefined;
  return (await committer.takeOver(session)) ? readRecords(session, path) : undefined;
}

import { StoreError } from '../errors.ts';
import { decodeHead, encodeHead, LAYOUT_FORMAT, type StoreHead } from './layout.ts';
import type { ZooKeeperChange, ZooKeeperNode, ZooKeeperResult, ZooKeeperSession } from './session.ts';
import type { ZooKeeperLink } from './zookeeper-link.ts';

/** What a {@link Committer} is made of. */
export interface CommitterOptions {
  readonly link: ZooKeeperLink;
  /** Of the node that each commit writes. */
  readonly headPath: string;
  readonly claim: string;
  readonly owner: string;
  /** How long ZooKeeper may be away before what was not sent is refused. */
  readonly patienceMs: number;
  /** Called when ZooKeeper has been away for so long, though something was sent whose fate has to be waited for. */
  readonly lostPatience: () => void;
}

/**
 * Makes changes as the only one who writes.
 *
 * Each commit writes the head together with its changes, and only onto the version that the commit before it made: once somebody else has
 * claimed the head, no commit of ours can be made any more, however late it arrives. A commit whose answer got lost is sent
 * again as it was. If it had been made, the head has another version by now, and tells that it is ours: it is made once.
 */
export class Committer {
  readonly #options: CommitterOptions;
  #version = 0;
  #commits = 0;
  #fenced: StoreError | undefined;
  /** Ends the wait for an answer; one at most is under way. */
  #giveUp: ((error: StoreError) => void) | undefined;

  constructor(options: CommitterOptions) {
    this.#options = options;
  }

  /** Why nothing is written any more, if so. */
  get fenced(): StoreError | undefined {
    return this.#fenced;
  }

  /** Takes the head over, from whoever had it; false: the connection got lost meanwhile. */
  async takeOver(session: ZooKeeperSession): Promise<boolean> {
    const { headPath } = this.#options;
    const before = await session.read(headPath);
    if (before.kind === 'lost') return false;
    if (before.kind === 'refused') throw unreadable(headPath, before);
    // A later version's store is not to be touched.
    decodeHead(headPath, before.value.data);
    const written = await session.write(headPath, this.#head());
    if (written.kind === 'lost') return false;
    if (written.kind === 'refused') throw unreadable(headPath, written);
    this.#version = written.value;
    return true;
  }

  /** Writes nothing from now on, and waits for no answer any more: another one leads, or is about to. */
  abandon(): void {
    const { link, headPath } = this.#options;
    this.#fenced ??= new StoreError('STORE_FENCED', `this process writes to ${headPath} no more`);
    this.#giveUp?.(outcomeUnknown(link.description));
  }

  /** Resolves when the changes are made. Rejects with STORE_WRITE_FAILED when they are not, and never will be. */
  async commit(changes: readonly ZooKeeperChange[]): Promise<void> {
    if (this.#fenced !== undefined) throw this.#fenced;
    const abandoned = new Promise<never>((_, reject) => {
      this.#giveUp = reject;
    });
    try {
      await Promise.race([this.#commit(changes), abandoned]);
    } finally {
      this.#giveUp = undefined;
    }
  }

  async #commit(changes: readonly ZooKeeperChange[]): Promise<void> {
    const head = this.#head(1);
    const write = {
      kind: 'write',
      path: this.#options.headPath,
      data: head,
      version: this.#version,
    } as const;
    let isSent = false;
    let isUncertain = false;
    for (;;) {
      const session = await this.#session(isSent);
      if (this.#fenced !== undefined) throw this.#fenced;
      if (session === undefined) continue;
      isSent = true;
      const result = await session.change([write, ...changes]);
      isUncertain ||= result.kind === 'lost';
      if (result.kind === 'lost') continue;
      if (result.kind === 'done' || (await this.#wasMade(result, isUncertain))) {
        this.#version += 1;
        this.#commits += 1;
        return;
      }
    }
  }

  /**
   * Whether a commit that was refused had been made before; throws where it never will be. Where an answer got lost before somebody
   * else took over, nobody knows.
   */
  async #wasMade(
    result: Extract<ZooKeeperResult<unknown>, { kind: 'refused' }>,
    isUncertain: boolean,
  ): Promise<boolean> {
    const { headPath, link } = this.#options;
    if (result.refusal !== 'badVersion') {
      throw new StoreError(
        'STORE_WRITE_FAILED',
        `ZooKeeper refuses a change below ${headPath}: ${result.reason}`,
      );
    }
    for (;;) {
      const session = await this.#session(true);
      const read = await session?.read(headPath);
      if (read === undefined || read.kind === 'lost') continue;
      // The head has moved on, which a server that lags behind does not know yet.
      if (read.kind === 'done' && read.value.version <= this.#version) continue;
      if (read.kind === 'done' && this.#isNext(read.value)) return true;
      this.#fenced = fencedBy(headPath, read);
      throw isUncertain ? outcomeUnknown(link.description) : this.#fenced;
    }
  }

  #isNext({ data, version }: ZooKeeperNode): boolean {
    if (version !== this.#version + 1) return false;
    const head = readHead(this.#options.headPath, data);
    return head?.claim === this.#options.claim && head.commit === this.#commits + 1;
  }

  /** Undefined: there is none yet, and what was sent before has to be waited for. */
  async #session(isSent: boolean): Promise<ZooKeeperSession | undefined> {
    const { link, patienceMs, lostPatience } = this.#options;
    const session = await link.connected(patienceMs).catch((error: unknown) => {
      throw isSent ? outcomeUnknown(link.description) : error;
    });
    if (session !== undefined) return session;
    lostPatience();
    if (!isSent) throw notThere(link.description);
    return undefined;
  }

  #head(ahead = 0): Buffer {
    const { claim, owner } = this.#options;
    return encodeHead({ format: LAYOUT_FORMAT, claim, commit: this.#commits + ahead, owner });
  }
}

function outcomeUnknown(description: string): StoreError {
  const message = `a change was sent to ${description}, and nobody knows whether it was made`;
  return new StoreError('STORE_OUTCOME_UNKNOWN', message);
}

/** What is said when ZooKeeper is away for too long. */
export function notThere(description: string): StoreError {
  return new StoreError('STORE_WRITE_FAILED', `no ZooKeeper answers at ${description}`);
}

/** What is said when something cannot be read at the start. */
export function unreadable(
  path: string,
  { refusal, reason }: Extract<ZooKeeperResult<unknown>, { kind: 'refused' }>,
): StoreError {
  const advice = refusal === 'forbidden' ? '; check user and password' : '';
  return new StoreError('STORE_UNREADABLE', `${path} in ZooKeeper cannot be used: ${reason}${advice}`);
}

function fencedBy(path: string, read: Exclude<ZooKeeperResult<ZooKeeperNode>, { kind: 'lost' }>): StoreError {
  const head = read.kind === 'done' ? readHead(path, read.value.data) : undefined;
  const who = head === undefined ? 'somebody else' : head.owner;
  return new StoreError('STORE_FENCED', `${who} has taken over ${path}: this process writes there no more`);
}

function readHead(path: string, data: Uint8Array): StoreHead | undefined {
  try {
    return decodeHead(path, data);
  } catch {
    return undefined;
  }
}

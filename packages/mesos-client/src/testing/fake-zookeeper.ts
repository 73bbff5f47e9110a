import type {
  ZooKeeperAnswer,
  ZooKeeperConnector,
  ZooKeeperSession,
  ZooKeeperSessionState,
} from '../master/zookeeper-session.ts';

/** One of the sessions that were opened with a {@link FakeZooKeeper}. */
export interface FakeSession {
  /** Tells the client what becomes of the session. */
  tell(state: ZooKeeperSessionState): void;
  readonly closed: boolean;
}

/** What ZooKeeper knows, and tells when a test says so. Answers come in a later turn, as those of the real one do. */
export class FakeZooKeeper {
  /** Nodes by path; a path without an entry does not exist. */
  readonly nodes = new Map<string, string>();
  readonly sessions: FakeSession[] = [];
  /** When set, the answer to everything. */
  answer: ZooKeeperAnswer<never> | undefined;
  readonly #watches = new Map<string, Set<() => void>>();

  /** For `connect` of ZooKeeperMasters. */
  readonly connector: ZooKeeperConnector = (_address, tell) => {
    let closed = false;
    this.sessions.push({
      tell,
      get closed() {
        return closed;
      },
    });
    const session: ZooKeeperSession = {
      watchChildren: async (path, changed) => {
        await Promise.resolve();
        this.#watchesOf(path).add(changed);
        return this.answer ?? this.#children(path);
      },
      read: async (path) => {
        await Promise.resolve();
        const text = this.nodes.get(path);
        return (
          this.answer ??
          (text === undefined ? { kind: 'absent' } : { kind: 'found', value: Buffer.from(text) })
        );
      },
      close: () => {
        closed = true;
      },
    };
    return session;
  };

  /** Tells those who watch a path, once. */
  notify(path: string): void {
    const watches = [...this.#watchesOf(path)];
    this.#watches.delete(path);
    for (const changed of watches) {
      changed();
    }
  }

  #watchesOf(path: string): Set<() => void> {
    const watches = this.#watches.get(path) ?? new Set();
    this.#watches.set(path, watches);
    return watches;
  }

  #children(path: string): ZooKeeperAnswer<readonly string[]> {
    const below = [...this.nodes.keys()].filter((name) => name.startsWith(`${path}/`));
    return below.length === 0 && !this.nodes.has(path)
      ? { kind: 'absent' }
      : { kind: 'found', value: below.map((name) => name.slice(path.length + 1)) };
  }
}

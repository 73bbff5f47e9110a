import type { ZooKeeperResult, ZooKeeperSessionState } from '@spark-mesos/durable-store';
import type { WatchingConnector, WatchingSession } from '../master/zookeeper-masters.ts';

const ABSENT = { kind: 'refused', refusal: 'noNode', reason: 'there is no such node' } as const;

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
  answer: ZooKeeperResult<never> | undefined;
  readonly #watches = new Map<string, Set<() => void>>();

  /** For `connect` of ZooKeeperMasters. */
  readonly connector: WatchingConnector = (tell) => {
    let closed = false;
    this.sessions.push({
      tell,
      get closed() {
        return closed;
      },
    });
    const session: WatchingSession = {
      children: async (path, changed) => {
        await Promise.resolve();
        if (changed !== undefined) this.#watchesOf(path).add(changed);
        return this.answer ?? this.#children(path);
      },
      exists: async () => {
        await Promise.resolve();
        // Who asks for children watches the path already: this one tells of both.
        return this.answer ?? { kind: 'done', value: false };
      },
      read: async (path) => {
        await Promise.resolve();
        const text = this.nodes.get(path);
        if (this.answer !== undefined || text === undefined) return this.answer ?? ABSENT;
        return { kind: 'done', value: { data: Buffer.from(text), version: 0 } };
      },
      close: async () => {
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

  #children(path: string): ZooKeeperResult<readonly string[]> {
    const below = [...this.nodes.keys()].filter((name) => name.startsWith(`${path}/`));
    return below.length === 0 && !this.nodes.has(path)
      ? ABSENT
      : { kind: 'done', value: below.map((name) => name.slice(path.length + 1)) };
  }
}

import {
  ACL,
  type Client,
  CreateMode,
  type Exception,
  Id,
  Permission,
  type Stat,
  State,
} from 'node-zookeeper-client';
import { guardedClient, SESSION_TIMEOUT_MS, type ZooKeeperEnsemble } from './guarded-client.ts';
import type {
  ZooKeeperChange,
  ZooKeeperConnector,
  ZooKeeperNode,
  ZooKeeperNodeKind,
  ZooKeeperRefusal,
  ZooKeeperResult,
  ZooKeeperSession,
  ZooKeeperSessionState,
} from './session.ts';

/** ZooKeeper's numbers of its errors. */
const REFUSALS: ReadonlyMap<unknown, ZooKeeperRefusal> = new Map<unknown, ZooKeeperRefusal>([
  [-101, 'noNode'],
  [-102, 'forbidden'],
  [-103, 'badVersion'],
  [-110, 'nodeExists'],
  [-114, 'forbidden'],
]);
/** Connection lost, session expired, authentication failed, session moved: the request may have been carried out or not. */
const LOSSES: ReadonlySet<unknown> = new Set([-4, -7, -112, -115, -118]);

type Answer<T> = (error: Error | Exception | null, value: T) => void;

/** Sessions of node-zookeeper-client with an ensemble. */
export function connectToEnsemble(
  ensemble: ZooKeeperEnsemble,
  sessionTimeoutMs: number = SESSION_TIMEOUT_MS,
): ZooKeeperConnector {
  return (tell) => new LibrarySession(ensemble, sessionTimeoutMs, tell);
}

class LibrarySession implements ZooKeeperSession {
  readonly #client: Client;
  readonly #end: () => Promise<void>;
  readonly #acls: ACL[];
  /** The library forgets requests that it had not sent when their session ended. */
  readonly #unanswered = new Set<(reason: string) => void>();
  #closing: Promise<void> | undefined;

  constructor(
    ensemble: ZooKeeperEnsemble,
    sessionTimeoutMs: number,
    tell: (state: ZooKeeperSessionState) => void,
  ) {
    const { client, close } = guardedClient(ensemble, sessionTimeoutMs);
    this.#client = client;
    this.#end = close;
    const everybody = new Id('world', 'anyone');
    this.#acls = [
      new ACL(Permission.ALL, ensemble.credentials === undefined ? everybody : new Id('auth', '')),
    ];
    client.on('state', (state: State) => {
      const told = this.#closing === undefined ? sessionState(state) : undefined;
      if (told === 'expired') this.#loseAll('the session is over');
      if (told !== undefined) tell(told);
    });
    client.connect();
  }

  read(path: string): Promise<ZooKeeperResult<ZooKeeperNode>> {
    return this.#ask((settle) =>
      this.#client.getData(path, (error, data, stat) =>
        // A node without data has none in the answer either.
        settle(error, error ? undefined : { data: data ?? new Uint8Array(0), version: stat.version }),
      ),
    );
  }

  children(path: string, changed?: () => void): Promise<ZooKeeperResult<readonly string[]>> {
    return this.#ask((settle) => {
      const answer: Answer<string[]> = (error, names) => settle(error, names);
      if (changed === undefined) this.#client.getChildren(path, answer);
      else this.#client.getChildren(path, changed, answer);
    });
  }

  exists(path: string, changed?: () => void): Promise<ZooKeeperResult<boolean>> {
    return this.#ask((settle) => {
      const answer: Answer<Stat | null> = (error, stat) => settle(error, stat !== null);
      if (changed === undefined) this.#client.exists(path, answer);
      else this.#client.exists(path, changed, answer);
    });
  }

  create(path: string, data: Uint8Array, kind: ZooKeeperNodeKind): Promise<ZooKeeperResult<string>> {
    const mode = kind === 'candidate' ? CreateMode.EPHEMERAL_SEQUENTIAL : CreateMode.PERSISTENT;
    return this.#ask((settle) => this.#client.create(path, bufferOf(data), this.#acls, mode, settle));
  }

  write(path: string, data: Uint8Array): Promise<ZooKeeperResult<number>> {
    return this.#ask((settle) =>
      this.#client.setData(path, bufferOf(data), (error, stat) => settle(error, stat?.version)),
    );
  }

  remove(path: string): Promise<ZooKeeperResult<undefined>> {
    return this.#ask((settle) => this.#client.remove(path, (error) => settle(error, undefined)));
  }

  change(changes: readonly ZooKeeperChange[]): Promise<ZooKeeperResult<undefined>> {
    return this.#ask((settle) => {
      const transaction = this.#client.transaction();
      for (const change of changes) {
        switch (change.kind) {
          case 'create':
            transaction.create(change.path, bufferOf(change.data), this.#acls, CreateMode.PERSISTENT);
            break;
          case 'write':
            // To the library 0 is any version, as undefined is.
            transaction.setData(change.path, bufferOf(change.data), change.version);
            break;
          case 'remove':
            transaction.remove(change.path);
            break;
        }
      }
      transaction.commit((error) => settle(error, undefined));
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#end();
    this.#loseAll('the session was closed');
  }

  #loseAll(reason: string): void {
    for (const lose of [...this.#unanswered]) lose(reason);
  }

  #ask<T>(send: (settle: Answer<T | undefined>) => void): Promise<ZooKeeperResult<T>> {
    return new Promise((resolve) => {
      const finish = (result: ZooKeeperResult<T>) => {
        this.#unanswered.delete(lose);
        resolve(result);
      };
      const lose = (reason: string) => finish({ kind: 'lost', reason });
      this.#unanswered.add(lose);
      if (this.#closing !== undefined) {
        lose('the session was closed');
        return;
      }
      send((error, value) => finish(error ? refused(error) : { kind: 'done', value: value as T }));
    });
  }
}

function refused(error: Error | Exception): ZooKeeperResult<never> {
  const { code } = error as { code?: unknown };
  if (LOSSES.has(code)) return { kind: 'lost', reason: String(error) };
  return { kind: 'refused', refusal: REFUSALS.get(code) ?? 'other', reason: String(error) };
}

function sessionState(state: State): ZooKeeperSessionState | undefined {
  switch (state) {
    case State.SYNC_CONNECTED:
      return 'connected';
    case State.DISCONNECTED:
      return 'disconnected';
    // A digest is never refused; should a server do so all the same, a new session may meet another one.
    case State.AUTH_FAILED:
    case State.EXPIRED:
      return 'expired';
    default:
      return undefined;
  }
}

function bufferOf(data: Uint8Array): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.length);
}

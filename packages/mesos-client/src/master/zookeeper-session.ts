import { guardedClient } from '@spark-mesos/durable-store';
import { type Client, type Exception, State } from 'node-zookeeper-client';
import type { ZooKeeperAddress } from './zookeeper-address.ts';

/**
 * What can become of a session.
 *
 * - `connected`: to one of the servers, for the first time or again; whatever was read before may be out of date
 * - `disconnected`: from all of them for now; the session may still live
 * - `expired`: the session is over for good, and with it all watches
 */
export type ZooKeeperSessionState = 'connected' | 'disconnected' | 'expired';

/** Names of nodes, or why there are none. */
export type ZooKeeperAnswer<T> =
  | { readonly kind: 'found'; readonly value: T }
  | { readonly kind: 'absent' }
  | { readonly kind: 'forbidden' }
  /** The connection is lost, or the answer makes no sense; ask again when connected. */
  | { readonly kind: 'lost'; readonly reason: string };

/** A session with an ensemble: the part of ZooKeeper that finding a master needs. */
export interface ZooKeeperSession {
  /**
   * The names of the nodes below a path; tells once when they change, or when the path comes into being.
   *
   * To be called with the same function each time: it then tells once, however often it was asked for.
   */
  watchChildren(path: string, changed: () => void): Promise<ZooKeeperAnswer<readonly string[]>>;
  /** Reads a node. */
  read(path: string): Promise<ZooKeeperAnswer<Uint8Array>>;
  /** Ends the session. */
  close(): void;
}

/** Opens a session; the state is told whenever it changes. */
export type ZooKeeperConnector = (
  address: ZooKeeperAddress,
  tell: (state: ZooKeeperSessionState) => void,
) => ZooKeeperSession;

/** ZooKeeper's numbers of its errors. */
const NO_NODE = -101;
const NO_AUTH = -102;

/** Sessions of node-zookeeper-client. */
export const connectToZooKeeper: ZooKeeperConnector = (address, tell) => {
  const servers = address.servers.map(({ host, port }) => `${host}:${port}`);
  const { client, close } = guardedClient({ servers, credentials: address.credentials });
  let open = true;
  client.on('state', (state: State) => {
    const told = open ? sessionState(state) : undefined;
    if (told !== undefined) {
      tell(told);
    }
  });
  client.connect();
  return {
    watchChildren: (path, changed) => watchChildren(client, path, changed),
    read: (path) => ask<Buffer>((answer) => client.getData(path, answer)),
    close() {
      open = false;
      // It never rejects, and nobody has to wait for it.
      void close();
    },
  };
};

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

async function watchChildren(
  client: Client,
  path: string,
  changed: () => void,
): Promise<ZooKeeperAnswer<readonly string[]>> {
  const children = await ask<string[]>((answer) => client.getChildren(path, changed, answer));
  if (children.kind !== 'absent') {
    return children;
  }
  const node = await ask((answer) => client.exists(path, changed, answer));
  // It may have come into being in between.
  return node.kind === 'found' ? watchChildren(client, path, changed) : children;
}

function ask<T>(
  send: (answer: (error: Error | Exception | null, value: T) => void) => void,
): Promise<ZooKeeperAnswer<T>> {
  return new Promise((resolve) => {
    send((error, value) => {
      if (error === null || error === undefined) {
        // `exists` answers with nothing when there is nothing.
        resolve(value == null ? { kind: 'absent' } : { kind: 'found', value });
        return;
      }
      const code = (error as { code?: unknown }).code;
      if (code === NO_NODE) {
        resolve({ kind: 'absent' });
      } else if (code === NO_AUTH) {
        resolve({ kind: 'forbidden' });
      } else {
        resolve({ kind: 'lost', reason: String(error) });
      }
    });
  });
}

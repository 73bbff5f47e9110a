import { type Client, createClient, type Exception, State } from 'node-zookeeper-client';
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
  read(path: string): Promise<ZooKeeperAnswer<Uint8Array>>;
  close(): void;
}

/** Opens a session; the state is told whenever it changes. */
export type ZooKeeperConnector = (
  address: ZooKeeperAddress,
  tell: (state: ZooKeeperSessionState) => void,
) => ZooKeeperSession;

const SESSION_TIMEOUT_MS = 10_000;
/** Between rounds through all servers, at most; the library's own default. */
const SPIN_DELAY_MS = 1_000;
/** No node of a master is anywhere near that; ZooKeeper itself refuses nodes above 1 MiB. */
const MAX_PACKET_BYTES = 4 * 1024 * 1024;
/** ZooKeeper's numbers of its errors. */
const NO_NODE = -101;
const NO_AUTH = -102;

/** The part of the library that is not in its types. */
interface ConnectionManager {
  socket?: { destroy(): void };
  pendingBuffer: Buffer | null;
  onSocketData(chunk: Buffer): void;
  onSocketClosed(hasError: boolean): void;
}

/** Sessions of node-zookeeper-client. */
export const connectToZooKeeper: ZooKeeperConnector = (address, tell) => {
  const servers = address.servers.map(({ host, port }) => `${host}:${port}`).join(',');
  const client = createClient(servers, { sessionTimeout: SESSION_TIMEOUT_MS, spinDelay: SPIN_DELAY_MS });
  const manager = guardConnection(client);
  const stopWatching = watchSilence(client, manager);
  let open = true;
  client.on('state', (state: State) => {
    const told = open ? sessionState(state) : undefined;
    if (told !== undefined) {
      tell(told);
    }
  });
  if (address.credentials !== undefined) {
    const { user, password } = address.credentials;
    client.addAuthInfo('digest', Buffer.from(`${user}:${password}`, 'utf8'));
  }
  client.connect();
  return {
    watchChildren: (path, changed) => watchChildren(client, path, changed),
    read: (path) => ask<Buffer>((answer) => client.getData(path, answer)),
    close() {
      const connected = client.getState() === State.SYNC_CONNECTED;
      open = false;
      stopWatching();
      client.close();
      if (!connected) {
        // Else it would go on trying to connect, just to end the session.
        manager.socket?.destroy();
      }
    },
  };
};

/**
 * Keeps the library within its protocol when its peer does not: garbage would throw out of a socket's listener and
 * end the process, half a packet would be kept for the next connection, and any length be believed.
 */
function guardConnection(client: Client): ConnectionManager {
  const { connectionManager: manager } = client as unknown as { connectionManager: ConnectionManager };
  const { onSocketData, onSocketClosed } = manager;
  manager.onSocketData = (chunk) => {
    try {
      onSocketData.call(manager, chunk);
    } catch {
      manager.socket?.destroy();
    }
    if (manager.pendingBuffer !== null && manager.pendingBuffer.length > MAX_PACKET_BYTES) {
      manager.socket?.destroy();
    }
  };
  manager.onSocketClosed = (hasError) => {
    manager.pendingBuffer = null;
    onSocketClosed.call(manager, hasError);
  };
  return manager;
}

/** The library sends pings, and does not mind when nobody answers: a dead connection would last for a quarter of an hour. */
function watchSilence(client: Client, manager: ConnectionManager): () => void {
  let answered = true;
  const { onSocketData } = manager;
  manager.onSocketData = (chunk) => {
    answered = true;
    onSocketData.call(manager, chunk);
  };
  const timer = setInterval(
    () => {
      if (!answered && client.getState() === State.SYNC_CONNECTED) {
        manager.socket?.destroy();
      }
      answered = false;
    },
    (SESSION_TIMEOUT_MS * 2) / 3,
  );
  return () => clearInterval(timer);
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

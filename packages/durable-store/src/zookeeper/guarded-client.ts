import { type Client, createClient, State } from 'node-zookeeper-client';

/** Where an ensemble is, and who asks. */
export interface ZooKeeperEnsemble {
  /** `host:port`, at least one. */
  readonly servers: readonly string[];
  /** Of ZooKeeper's digest authentication. Nodes are then made for this user alone. */
  readonly credentials?: { readonly user: string; readonly password: string } | undefined;
}

/** A client of the library, and what ends its connection at once. */
export interface GuardedClient {
  readonly client: Client;
  /** Ends the session; resolves when ZooKeeper has heard it, or cannot hear it. */
  close(): Promise<void>;
}

/** For how long a session outlives its connection, where nothing else is said. */
export const SESSION_TIMEOUT_MS = 10_000;
/** Between rounds through all servers, at most; the library's own default. */
const SPIN_DELAY_MS = 1_000;
/** ZooKeeper itself refuses nodes above 1 MiB; names of nodes may be a little more. */
const MAX_PACKET_BYTES = 4 * 1024 * 1024;
const CLOSE_TIMEOUT_MS = 2_000;

/** The part of the library that is not in its types. */
interface ConnectionManager {
  socket?: { destroy(): void };
  /** Ours: it connects no more. */
  isEnded?: boolean;
  pendingBuffer: Buffer | null;
  onSocketData(chunk: Buffer): void;
  onSocketClosed(hasError: boolean): void;
  findNextServer(callback: (server: unknown) => void): void;
}

/** A client of node-zookeeper-client that connects, and keeps within its protocol when its peer does not. */
export function guardedClient(
  { servers, credentials }: ZooKeeperEnsemble,
  sessionTimeoutMs: number = SESSION_TIMEOUT_MS,
): GuardedClient {
  const client = createClient(servers.join(','), {
    sessionTimeout: sessionTimeoutMs,
    spinDelay: SPIN_DELAY_MS,
  });
  const manager = guardConnection(client);
  const stopWatching = watchSilence(client, manager);
  if (credentials !== undefined) {
    const { user, password } = credentials;
    client.addAuthInfo('digest', Buffer.from(`${user}:${password}`, 'utf8'));
  }
  return {
    client,
    close: async () => {
      stopWatching();
      if (client.getState() === State.SYNC_CONNECTED) {
        await closeSession(client);
        manager.socket?.destroy();
        return;
      }
      // Else it would go on trying to connect, just to end the session.
      stopConnecting(manager);
    },
  };
}

/** The library cannot be closed before its first try to connect (it throws), and between two it makes the next one all the same. */
function stopConnecting(manager: ConnectionManager): void {
  manager.isEnded = true;
  manager.socket?.destroy();
}

/** Says goodbye; a server that does not answer does not hold it up for long. */
function closeSession(client: Client): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, CLOSE_TIMEOUT_MS);
    client.once('disconnected', () => {
      clearTimeout(timer);
      resolve();
    });
    client.close();
  });
}

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
  const { findNextServer } = manager;
  manager.findNextServer = (callback) =>
    findNextServer.call(manager, (server) => {
      if (manager.isEnded !== true) callback(server);
    });
  return manager;
}

/**
 * The library sends pings, and does not mind when nobody answers: a dead connection would last for a quarter of an hour. Nor does it
 * mind a server that takes a connection and says nothing, and would never try another one.
 */
function watchSilence(client: Client, manager: ConnectionManager): () => void {
  let answered = true;
  const { onSocketData } = manager;
  manager.onSocketData = (chunk) => {
    answered = true;
    onSocketData.call(manager, chunk);
  };
  let timer: NodeJS.Timeout;
  const look = () => {
    if (!answered) manager.socket?.destroy();
    answered = false;
    // As the server has granted it, which may be less than it was asked for.
    timer = setTimeout(look, (client.getSessionTimeout() * 2) / 3);
  };
  look();
  return () => clearTimeout(timer);
}

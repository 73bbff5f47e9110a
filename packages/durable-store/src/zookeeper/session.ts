/**
 * What can become of a session.
 *
 * - `connected`: to one of the servers, for the first time or again; whatever was read before may be out of date
 * - `disconnected`: from all of them for now; the session may still live
 * - `expired`: the session is over for good, and with it its ephemeral nodes and its watches
 */
export type ZooKeeperSessionState = 'connected' | 'disconnected' | 'expired';

/** Why ZooKeeper did not do what it was asked for. */
export type ZooKeeperRefusal = 'noNode' | 'nodeExists' | 'badVersion' | 'forbidden' | 'other';

/** What came of a request. */
export type ZooKeeperResult<T> =
  | { readonly kind: 'done'; readonly value: T }
  /** It was not done, and never will be. */
  | { readonly kind: 'refused'; readonly refusal: ZooKeeperRefusal; readonly reason: string }
  /** The connection is lost, or the session over: nobody knows whether it was done, or will be. */
  | { readonly kind: 'lost'; readonly reason: string };

/** A node as it is read. */
export interface ZooKeeperNode {
  readonly data: Uint8Array;
  /** 0 when it was made, one more with each write. */
  readonly version: number;
}

/** One of several changes that are made together or not at all. */
export type ZooKeeperChange =
  | { readonly kind: 'create'; readonly path: string; readonly data: Uint8Array }
  /** `version`, from 1 on: the node has to have it. */
  | { readonly kind: 'write'; readonly path: string; readonly data: Uint8Array; readonly version?: number }
  | { readonly kind: 'remove'; readonly path: string };

/** Nodes that stay, or those that go with their session and get a number at the end of their name. */
export type ZooKeeperNodeKind = 'lasting' | 'candidate';

/** A session with an ensemble: the part of ZooKeeper that a store, an election and its watchers need. Requests keep their order. */
export interface ZooKeeperSession {
  /** Reads a node. */
  read(path: string): Promise<ZooKeeperResult<ZooKeeperNode>>;
  /**
   * The names of the nodes below a path; with `changed`, tells once when they change. To be called with the same function each
   * time: it then tells once, however often it was asked for.
   */
  children(path: string, changed?: () => void): Promise<ZooKeeperResult<readonly string[]>>;
  /** Whether there is a node; with `changed`, tells once, by the rule of `children`, when that is no longer so. */
  exists(path: string, changed?: () => void): Promise<ZooKeeperResult<boolean>>;
  /** Resolves to the path, which is another one than asked for where the node gets a number. */
  create(path: string, data: Uint8Array, kind: ZooKeeperNodeKind): Promise<ZooKeeperResult<string>>;
  /** Writes a node whatever its version is; resolves to the new one. */
  write(path: string, data: Uint8Array): Promise<ZooKeeperResult<number>>;
  /** Removes a node. */
  remove(path: string): Promise<ZooKeeperResult<undefined>>;
  /** Makes all changes or none. */
  change(changes: readonly ZooKeeperChange[]): Promise<ZooKeeperResult<undefined>>;
  /** Ends the session, and what goes with it, if it is connected; resolves when ZooKeeper knows, or cannot be told. */
  close(): Promise<void>;
}

/** Opens a session; the state is told whenever it changes. */
export type ZooKeeperConnector = (tell: (state: ZooKeeperSessionState) => void) => ZooKeeperSession;

import type {
  ZooKeeperChange,
  ZooKeeperConnector,
  ZooKeeperNode,
  ZooKeeperRefusal,
  ZooKeeperResult,
  ZooKeeperSession,
  ZooKeeperSessionState,
} from '../zookeeper/session.ts';

/** What can go wrong with a request: it never arrives, or its answer does not. Either way the connection is lost. */
export type FakeFault = 'requestLost' | 'answerLost';

/** A request as a test sees it. */
export interface FakeRequest {
  readonly kind: 'read' | 'children' | 'exists' | 'create' | 'write' | 'remove' | 'change';
  readonly path: string;
  readonly session: FakeEnsembleSession;
}

interface FakeNode extends ZooKeeperNode {
  readonly owner: FakeEnsembleSession | undefined;
}

type Refused = Extract<ZooKeeperResult<never>, { kind: 'refused' }>;

/** An ensemble in memory that keeps ZooKeeper's promises, and breaks connections and sessions when a test says so. */
export class FakeEnsemble {
  readonly sessions: FakeEnsembleSession[] = [];
  /** Asked for each request that arrives; with a fault the connection is lost, and comes back with the next turn. */
  fault: (request: FakeRequest) => FakeFault | undefined = () => undefined;
  /** Whether there is anybody who answers. */
  isUp = true;
  readonly #nodes = new Map<string, FakeNode>([
    ['/', { data: new Uint8Array(0), version: 0, owner: undefined }],
  ]);
  readonly #watches = new Map<string, Set<() => void>>();
  readonly #existenceWatches = new Map<string, Set<() => void>>();
  #sequence = 0;

  /** For a `ZooKeeperLink`. */
  readonly connector: ZooKeeperConnector = (tell) => {
    const session = new FakeEnsembleSession(this, tell);
    this.sessions.push(session);
    session.connect();
    return session;
  };

  /** Paths of all nodes, in their order. */
  get paths(): readonly string[] {
    return [...this.#nodes.keys()].sort();
  }

  /** All servers are gone for now; sessions may live on. */
  stop(): void {
    this.isUp = false;
    for (const session of this.sessions) session.disconnect();
  }

  /** The servers are back, and so are the sessions that are not over. */
  resume(): void {
    this.isUp = true;
    for (const session of this.sessions) session.connect();
  }

  /** The node at a path. */
  read(path: string): ZooKeeperResult<ZooKeeperNode> {
    const node = this.#nodes.get(path);
    return node === undefined ? refused('noNode') : done({ data: node.data, version: node.version });
  }

  /** The names below a path; tells once when they change. */
  children(path: string, changed: (() => void) | undefined): ZooKeeperResult<readonly string[]> {
    if (!this.#nodes.has(path)) return refused('noNode');
    watch(this.#watches, path, changed);
    const start = path === '/' ? 1 : path.length + 1;
    const names = [...this.#nodes.keys()].filter((other) => other !== '/' && parentOf(other) === path);
    return done(names.map((name) => name.slice(start)));
  }

  /** Whether there is such a node; tells once when that changes. */
  exists(path: string, changed: (() => void) | undefined): ZooKeeperResult<boolean> {
    watch(this.#existenceWatches, path, changed);
    return done(this.#nodes.has(path));
  }

  /** Makes a node; one with an owner goes with it and gets a number. */
  create(path: string, data: Uint8Array, owner: FakeEnsembleSession | undefined): ZooKeeperResult<string> {
    let named = path;
    if (owner !== undefined) {
      named = `${path}${String(this.#sequence).padStart(10, '0')}`;
      this.#sequence += 1;
    }
    const problem = this.#apply([{ kind: 'create', path: named, data }], owner);
    return problem ?? done(named);
  }

  /** Writes a node whatever its version is. */
  write(path: string, data: Uint8Array): ZooKeeperResult<number> {
    return this.#apply([{ kind: 'write', path, data }]) ?? done(this.#nodes.get(path)?.version ?? 0);
  }

  /** Makes all changes or none. */
  change(changes: readonly ZooKeeperChange[]): ZooKeeperResult<undefined> {
    return this.#apply(changes) ?? done(undefined);
  }

  /** The session is over: its nodes go. */
  forget(session: FakeEnsembleSession): void {
    for (const [path, { owner }] of this.#nodes) {
      if (owner === session) this.#apply([{ kind: 'remove', path }]);
    }
  }

  #apply(changes: readonly ZooKeeperChange[], owner?: FakeEnsembleSession): Refused | undefined {
    const staged = new Map<string, FakeNode | undefined>();
    const at = (path: string) => (staged.has(path) ? staged.get(path) : this.#nodes.get(path));
    for (const change of changes) {
      const before = at(change.path);
      const problem = refusalOf(change, before, at(parentOf(change.path)) !== undefined);
      if (problem !== undefined) return refused(problem);
      staged.set(change.path, after(change, before, owner));
    }
    for (const [path, node] of staged) {
      const isThere = this.#nodes.has(path);
      if (node === undefined) this.#nodes.delete(path);
      else this.#nodes.set(path, node);
      if (isThere === (node !== undefined)) continue;
      notify(this.#watches, parentOf(path));
      notify(this.#existenceWatches, path);
    }
    return undefined;
  }
}

/** A session with a {@link FakeEnsemble}. */
export class FakeEnsembleSession implements ZooKeeperSession {
  readonly #ensemble: FakeEnsemble;
  readonly #tell: (state: ZooKeeperSessionState) => void;
  #isConnected = false;
  isOver = false;

  constructor(ensemble: FakeEnsemble, tell: (state: ZooKeeperSessionState) => void) {
    this.#ensemble = ensemble;
    this.#tell = tell;
  }

  /** Connects in the next turn, if somebody is there. */
  connect(): void {
    setImmediate(() => {
      if (this.isOver || this.#isConnected || !this.#ensemble.isUp) return;
      this.#isConnected = true;
      this.#tell('connected');
    });
  }

  /** Loses the connection; the session lives. */
  disconnect(): void {
    if (!this.#isConnected) return;
    this.#isConnected = false;
    this.#tell('disconnected');
  }

  /** ZooKeeper has not heard of it for too long; the client hears that when `isTold`, else it only gets no answers. */
  expire(isTold = true): void {
    this.disconnect();
    this.isOver = true;
    this.#ensemble.forget(this);
    if (isTold) this.#tell('expired');
  }

  /** The client of a session that has expired hears of it. */
  wakeUp(): void {
    this.#tell('expired');
  }

  read = (path: string) => this.#ask('read', path, () => this.#ensemble.read(path));

  children = (path: string, changed?: () => void) =>
    this.#ask('children', path, () => this.#ensemble.children(path, changed));

  exists = (path: string, changed?: () => void) =>
    this.#ask('exists', path, () => this.#ensemble.exists(path, changed));

  create = (path: string, data: Uint8Array, kind: 'lasting' | 'candidate') =>
    this.#ask('create', path, () =>
      this.#ensemble.create(path, data, kind === 'candidate' ? this : undefined),
    );

  write = (path: string, data: Uint8Array) =>
    this.#ask('write', path, () => this.#ensemble.write(path, data));

  remove = (path: string) =>
    this.#ask('remove', path, () => this.#ensemble.change([{ kind: 'remove', path }]));

  change = (changes: readonly ZooKeeperChange[]) =>
    this.#ask('change', changes[0]?.path ?? '', () => this.#ensemble.change(changes));

  async close(): Promise<void> {
    if (this.isOver) return;
    this.isOver = true;
    this.#isConnected = false;
    this.#ensemble.forget(this);
  }

  async #ask<T>(
    kind: FakeRequest['kind'],
    path: string,
    answer: () => ZooKeeperResult<T>,
  ): Promise<ZooKeeperResult<T>> {
    await Promise.resolve();
    if (!this.#isConnected) return LOST;
    const fault = this.#ensemble.fault({ kind, path, session: this });
    const result = fault === 'requestLost' ? LOST : answer();
    if (fault === undefined) return this.#isConnected ? result : LOST;
    this.disconnect();
    this.connect();
    return LOST;
  }
}

const LOST = { kind: 'lost', reason: 'the connection is lost' } as const;

type Watches = Map<string, Set<() => void>>;

function watch(watches: Watches, path: string, changed: (() => void) | undefined): void {
  if (changed !== undefined) watches.set(path, (watches.get(path) ?? new Set()).add(changed));
}

/** Tells those who watch a path, once. */
function notify(watches: Watches, path: string): void {
  const told = watches.get(path) ?? [];
  watches.delete(path);
  for (const changed of told) queueMicrotask(changed);
}

function done<T>(value: T): ZooKeeperResult<T> {
  return { kind: 'done', value };
}

function refused(refusal: ZooKeeperRefusal): Refused {
  return { kind: 'refused', refusal, reason: refusal };
}

function refusalOf(
  change: ZooKeeperChange,
  before: FakeNode | undefined,
  hasParent: boolean,
): ZooKeeperRefusal | undefined {
  if (change.kind === 'create') {
    if (!hasParent) return 'noNode';
    return before === undefined ? undefined : 'nodeExists';
  }
  if (before === undefined) return 'noNode';
  const isWrong = change.kind === 'write' && (change.version ?? before.version) !== before.version;
  return isWrong ? 'badVersion' : undefined;
}

function after(
  change: ZooKeeperChange,
  before: FakeNode | undefined,
  owner: FakeEnsembleSession | undefined,
): FakeNode | undefined {
  switch (change.kind) {
    case 'create':
      return { data: new Uint8Array(change.data), version: 0, owner };
    case 'write':
      return { data: new Uint8Array(change.data), version: (before?.version ?? 0) + 1, owner: before?.owner };
    case 'remove':
      return undefined;
  }
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

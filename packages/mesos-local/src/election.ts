import { type GuardedClient, guardedClient } from '@spark-mesos/durable-store';
import { parseZooKeeperAddress, type ZooKeeperAddress } from '@spark-mesos/mesos-client';
import { type Client, CreateMode, Exception, State } from 'node-zookeeper-client';
import { LocalMesosError } from './errors.ts';
import type { Leadership } from './http/leader-gate.ts';
import type { LocalMesosLogger } from './logger.ts';

/** As a master has it: so long after its death its node is there. */
const SESSION_TIMEOUT_MS = 10_000;
const REOPEN_DELAY_MS = 1000;
const NODE = /^json\.info_\d+$/;
const NODE_PREFIX = 'json.info_';

/** What a master that stands for election is to be told. */
export type Verdict = { readonly kind: 'self' } | Extract<Leadership, { kind: 'none' | 'other' }>;

/** What a master says of itself in an election; the other fields are those of its node in ZooKeeper. */
export interface CandidateInfo extends Readonly<Record<string, unknown>> {
  readonly address: { readonly hostname: string; readonly ip: string; readonly port: number };
}

/** Who stands for election. */
export interface Candidate {
  readonly info: CandidateInfo;
  /** Told who leads, whenever that changes. */
  readonly decided: (verdict: Verdict) => void;
}

/** One master's part in an election. */
export interface Candidacy {
  /** Steps down. */
  close(): Promise<void>;
}

/** Where masters find out which of them leads. */
export interface Election {
  stand(candidate: Candidate): Candidacy;
}

/** The election in ZooKeeper, as Mesos 1.11 does it. */
export function zooKeeperElection(zookeeper: ZooKeeperAddress, logger: LocalMesosLogger): Election {
  return { stand: (candidate) => new Contender({ zookeeper, logger, ...candidate }) };
}

/** Who stands for election in ZooKeeper, and where. */
export interface ContenderOptions extends Candidate {
  readonly zookeeper: ZooKeeperAddress;
  readonly logger: LocalMesosLogger;
}

/** Reads `zk://host1:2181,host2:2181/path`. */
export function zooKeeperAddress(text: string): ZooKeeperAddress {
  try {
    return parseZooKeeperAddress(text);
  } catch (cause) {
    throw new LocalMesosError('LOCAL_OPTIONS_INVALID', (cause as Error).message, { cause });
  }
}

/**
 * One master's place in the election: an ephemeral node with the next number below the path. The least number
 * leads; every master watches who that is.
 *
 *     session ──► own node ──► children, watched ──► least one: ours? ──► self
 *        └─expired──► none, and a new session           └─► its data ──► other
 */
export class Contender implements Candidacy {
  readonly #options: ContenderOptions;
  #session: GuardedClient | undefined;
  #ownNode: string | undefined;
  #reopening: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: ContenderOptions) {
    this.#options = options;
    this.#open();
  }

  /** Steps down at once: the session ends, and with it the node. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#reopening);
    await this.#session?.close();
  }

  #open(): void {
    const { servers, credentials } = this.#options.zookeeper;
    const names = servers.map(({ host, port }) => `${host}:${port}`);
    const session = guardedClient({ servers: names, credentials }, SESSION_TIMEOUT_MS);
    this.#session = session;
    this.#ownNode = undefined;
    const { client } = session;
    client.on('state', (state: State) => {
      if (!this.#isCurrent(client)) return;
      if (state === State.SYNC_CONNECTED)
        this.#contend(client).catch((error: unknown) => this.#failed(error));
      if (state === State.EXPIRED || state === State.AUTH_FAILED) this.#reopen(session);
    });
    client.connect();
  }

  /** A session that is over does not come back; the next one begins at the end of the queue. */
  #reopen(session: GuardedClient): void {
    // It never rejects, and nobody has to wait for it.
    void session.close();
    this.#session = undefined;
    this.#options.decided({ kind: 'none' });
    this.#reopening = setTimeout(() => this.#open(), REOPEN_DELAY_MS);
  }

  /** What a session of before has to say counts for nothing. */
  #isCurrent(client: Client): boolean {
    return client === this.#session?.client && !this.#isClosed;
  }

  async #contend(client: Client): Promise<void> {
    const { zookeeper, info } = this.#options;
    await makePath(client, zookeeper.path);
    if (this.#ownNode === undefined) {
      const data = Buffer.from(JSON.stringify(info));
      const path = await createNode(client, `${zookeeper.path}/${NODE_PREFIX}`, data);
      this.#ownNode = path.slice(path.lastIndexOf('/') + 1);
    }
    await this.#look(client);
  }

  async #look(client: Client): Promise<void> {
    const { path } = this.#options.zookeeper;
    const changed = () => {
      if (!this.#isCurrent(client)) return;
      this.#look(client).catch((error: unknown) => this.#failed(error));
    };
    const names = await ask<string[]>((answer) => client.getChildren(path, changed, answer));
    const [leading] = names.filter((name) => NODE.test(name)).sort(byNumber);
    if (!this.#isCurrent(client)) return;
    if (leading === this.#ownNode) this.#options.decided({ kind: 'self' });
    else if (leading === undefined) this.#options.decided({ kind: 'none' });
    else await this.#follow(client, `${path}/${leading}`);
  }

  async #follow(client: Client, node: string): Promise<void> {
    const data = await ask<Buffer>((answer) => client.getData(node, answer));
    const { address } = JSON.parse(data.toString('utf8')) as { address: { hostname: string; port: number } };
    if (!this.#isCurrent(client)) return;
    this.#options.decided({ kind: 'other', hostname: address.hostname, port: address.port });
  }

  /** The connection was lost in the middle of it: when it is back, all is asked again. */
  #failed(error: unknown): void {
    if (!this.#isClosed) this.#options.logger.warn({ error: String(error) }, 'ZooKeeper does not answer');
  }
}

/** Mesos writes ten digits, which may overflow into a sign; their order is that of the numbers. */
function byNumber(left: string, right: string): number {
  return Number(left.slice(NODE_PREFIX.length)) - Number(right.slice(NODE_PREFIX.length));
}

async function makePath(client: Client, path: string): Promise<void> {
  const parts = path.split('/').filter((part) => part !== '');
  for (const depth of parts.keys()) {
    const node = `/${parts.slice(0, depth + 1).join('/')}`;
    await ask<string>((answer) => client.create(node, answer)).catch((error: unknown) => {
      const isThere = error instanceof Exception && error.getCode() === Exception.NODE_EXISTS;
      if (!isThere) throw error;
    });
  }
}

function createNode(client: Client, path: string, data: Buffer): Promise<string> {
  // With the library's own list of rights: everybody, everything, as Mesos has it.
  return ask((answer) => client.create(path, data, CreateMode.EPHEMERAL_SEQUENTIAL, answer));
}

function ask<T>(send: (answer: (error: Error | Exception | null, value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    send((error, value) => {
      if (error) reject(error);
      else resolve(value);
    });
  });
}

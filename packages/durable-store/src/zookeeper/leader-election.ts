import { randomBytes } from 'node:crypto';
import { makePath } from './make-path.ts';
import type { ZooKeeperResult, ZooKeeperSession, ZooKeeperSessionState } from './session.ts';
import type { ZooKeeperLink } from './zookeeper-link.ts';

/**
 * Who leads, as one of those sees it who stand for election.
 *
 * - `none`: nobody as far as is known: nothing was heard yet, or the session is over. Left when ZooKeeper has answered
 * - `self`: this one has the least number. Left for `none` when its session is over, and for `other` when it resigns.
 *   Not left while ZooKeeper is away: nobody else leads before the session is over, and writes fence
 * - `other`: another one has it; `candidate` is what that one says of itself
 */
export type Leadership =
  | { readonly kind: 'none' }
  | { readonly kind: 'self' }
  | { readonly kind: 'other'; readonly candidate: Uint8Array };

/** Settings of a {@link LeaderElection}. */
export interface LeaderElectionOptions {
  /** It is not closed with the election. */
  readonly link: ZooKeeperLink;
  /** Of the node below which each candidate has one; made if it is not there. */
  readonly path: string;
  /** What the others are told of this one. */
  readonly candidate: Uint8Array;
  /** Called with each change. It must not throw. */
  readonly changed: (leadership: Leadership) => void;
  /** Called when ZooKeeper refuses something that an election needs. */
  readonly problem: (message: string) => void;
}

const NODE = /^candidate-(?<id>[\da-f]+)-(?<sequence>\d{10,})$/;

/** The connection is lost: when it is back, everything is looked at again. */
class LookLost extends Error {
  override readonly name = 'LookLost';
}

/**
 * Stands for election: a node with the next number that goes with the session. The least number leads.
 *
 * ```text
 * session ──► own node ──► all nodes, watched ──► the least one: ours? ──► self
 *    └─expired──► none, and a new node             └──► its data ──► other
 * ```
 */
export class LeaderElection {
  readonly #options: LeaderElectionOptions;
  readonly #unsubscribe: () => void;
  /** Of our node. It is in its name, so that it is found where the answer that tells its number got lost. */
  #id = newId();
  /** Of nodes of this session that are to go: they could not be removed while ZooKeeper was away, and would lead for ever. */
  readonly #withdrawn = new Set<string>();
  /** Of the look that counts: what an earlier one finds is out of date. */
  #look = 0;
  #leadership: Leadership = { kind: 'none' };
  #candidates: readonly Uint8Array[] = [];
  #isClosed = false;

  constructor(options: LeaderElectionOptions) {
    this.#options = options;
    this.#unsubscribe = options.link.subscribe((state) => this.#sessionChanged(state));
    if (options.link.session !== undefined) this.#startLook();
  }

  /** Who leads, as far as this candidate knows. */
  get leadership(): Leadership {
    return this.#leadership;
  }

  /** What all say of themselves who stand, the one that leads first, as this one saw it last while it led. */
  get candidates(): readonly Uint8Array[] {
    return this.#candidates;
  }

  /** Lets another one lead, and stands again behind all others. */
  async resign(): Promise<void> {
    const id = this.#id;
    this.#id = newId();
    this.#withdrawn.add(id);
    this.#lead({ kind: 'none' });
    await this.#withdraw(id);
    this.#startLook();
  }

  /** Stands no more: whoever is next leads at once. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#look += 1;
    this.#unsubscribe();
    await this.#withdraw(this.#id);
  }

  #sessionChanged(state: ZooKeeperSessionState): void {
    if (state === 'connected') this.#startLook();
    if (state !== 'expired') return;
    this.#look += 1;
    // The old node is gone with its session, or goes when ZooKeeper finds that.
    this.#id = newId();
    this.#withdrawn.clear();
    this.#lead({ kind: 'none' });
  }

  /** One function for all looks of all sessions: a session then tells once, however often it was asked. */
  readonly #startLook = (): void => {
    const { session } = this.#options.link;
    if (session === undefined || this.#isClosed) return;
    this.#look += 1;
    const look = this.#look;
    this.#findLeader(session, () => look === this.#look).catch((error: unknown) => {
      if (!(error instanceof LookLost) && look === this.#look) this.#options.problem(String(error));
    });
  };

  async #findLeader(session: ZooKeeperSession, isCurrent: () => boolean): Promise<void> {
    const { path, candidate } = this.#options;
    let nodes = await this.#nodes(session);
    if (!isCurrent()) return;
    const leftBehind = nodes.filter(({ id }) => this.#withdrawn.has(id));
    if (leftBehind.length > 0) {
      const removed = await Promise.all(leftBehind.map(({ name }) => session.remove(`${path}/${name}`)));
      for (const result of removed) if (result.kind === 'lost') throw new LookLost(result.reason);
      if (!isCurrent()) return;
      nodes = nodes.filter((node) => !leftBehind.includes(node));
    }
    if (!nodes.some(({ id }) => id === this.#id)) {
      await session.create(`${path}/candidate-${this.#id}-`, candidate, 'candidate').then(doneOrThrow);
      if (!isCurrent()) return;
      nodes = await this.#nodes(session);
      if (!isCurrent()) return;
    }
    const [least, ...others] = nodes.sort((one, other) => (one.sequence < other.sequence ? -1 : 1));
    if (least === undefined) return;
    if (least.id === this.#id) {
      this.#candidates = [candidate];
      this.#lead({ kind: 'self' });
      const read = await Promise.all(others.map(({ name }) => session.read(`${path}/${name}`)));
      if (!isCurrent()) return;
      const data = read.flatMap((result) => (result.kind === 'done' ? [result.value.data] : []));
      this.#candidates = [candidate, ...data];
      return;
    }
    const data = await session.read(`${path}/${least.name}`);
    // Gone in between: the watch tells that.
    if (!isCurrent() || (data.kind === 'refused' && data.refusal === 'noNode')) return;
    this.#lead({ kind: 'other', candidate: doneOrThrow(data).data });
  }

  async #nodes(session: ZooKeeperSession): Promise<{ name: string; id: string; sequence: bigint }[]> {
    const { path } = this.#options;
    let names = await session.children(path, this.#startLook);
    if (names.kind === 'refused' && names.refusal === 'noNode') {
      if (!(await makePath(session, path))) throw new LookLost();
      names = await session.children(path, this.#startLook);
    }
    return doneOrThrow(names).flatMap((name) => {
      const { id, sequence } = NODE.exec(name)?.groups ?? {};
      return id === undefined || sequence === undefined ? [] : [{ name, id, sequence: BigInt(sequence) }];
    });
  }

  /** Removes our node, if that can be done now; else it goes with the session. */
  async #withdraw(id: string): Promise<void> {
    const { link, path } = this.#options;
    const { session } = link;
    const names = await session?.children(path);
    if (session === undefined || names?.kind !== 'done') return;
    const own = names.value.filter((name) => NODE.exec(name)?.groups?.id === id);
    await Promise.all(own.map((name) => session.remove(`${path}/${name}`)));
  }

  #lead(leadership: Leadership): void {
    if (isSame(this.#leadership, leadership)) return;
    this.#leadership = leadership;
    this.#options.changed(leadership);
  }
}

function newId(): string {
  return randomBytes(12).toString('hex');
}

function doneOrThrow<T>(result: ZooKeeperResult<T>): T {
  if (result.kind === 'done') return result.value;
  if (result.kind === 'lost') throw new LookLost(result.reason);
  throw new Error(`ZooKeeper refuses what an election needs: ${result.reason}`);
}

function isSame(one: Leadership, other: Leadership): boolean {
  if (one.kind !== 'other' || other.kind !== 'other') return one.kind === other.kind;
  return Buffer.from(one.candidate).equals(other.candidate);
}

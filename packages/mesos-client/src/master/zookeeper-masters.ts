import {
  connectToEnsemble,
  type ZooKeeperResult,
  type ZooKeeperSession,
  type ZooKeeperSessionState,
} from '@spark-mesos/durable-store';
import { type BackOffSettings, backOffMs } from '../back-off.ts';
import { type CancelTimer, type Clock, SYSTEM_CLOCK } from '../clock.ts';
import { MesosError } from '../errors.ts';
import { type Logger, SILENT_LOGGER } from '../logger.ts';
import { formatAddress, type MasterAddress } from './address.ts';
import type { MasterDetector } from './detector.ts';
import { leadingNode, masterOfNode } from './master-nodes.ts';
import { describeZooKeeper, type ZooKeeperAddress } from './zookeeper-address.ts';

/*
 *   session ──connected──┐
 *   watch ────changed────┴─► look: children ─► least json.info_ ─► its data ─► leader ─┬─► detect()
 *   session ──expired──► a new session, after a while                                 └─► changed()
 */

/** What of a session finding a master needs. */
export type WatchingSession = Pick<ZooKeeperSession, 'children' | 'exists' | 'read' | 'close'>;

/** Opens a session; the state is told whenever it changes. */
export type WatchingConnector = (tell: (state: ZooKeeperSessionState) => void) => WatchingSession;

/** Settings of {@link ZooKeeperMasters}. */
export interface ZooKeeperMastersOptions {
  /** Whether to connect to a master's IP address or to its name. Default: `ip`. */
  readonly prefer?: 'ip' | 'hostname';
  /** How long `detect` waits for a leader before it says what is missing. */
  readonly detectTimeoutMs?: number;
  readonly logger?: Logger;
  readonly clock?: Clock;
  /** Spreads tries; `Math.random` by default. */
  readonly random?: () => number;
  /** Opens sessions; for tests. */
  readonly connect?: WatchingConnector;
}

const DETECT_TIMEOUT_MS = 10_000;
const REOPEN_BACK_OFF: BackOffSettings = { firstDelayMs: 500, longestDelayMs: 10_000 };

/** The master that leads by what is written in ZooKeeper, watched for as long as it takes. */
export class ZooKeeperMasters implements MasterDetector {
  readonly description: string;
  readonly #address: ZooKeeperAddress;
  readonly #prefer: 'ip' | 'hostname';
  readonly #detectTimeoutMs: number;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #connect: WatchingConnector;
  readonly #listeners = new Set<() => void>();
  #session: WatchingSession | undefined;
  #cancelReopening: CancelTimer | undefined;
  #sessionsLost = 0;
  /** Of the look that counts: what an earlier one finds is out of date. */
  #look = 0;
  #leader: MasterAddress | undefined;
  /** Why there is no leader. */
  #problem: MesosError;
  #closed = false;

  constructor(address: ZooKeeperAddress, options: ZooKeeperMastersOptions = {}) {
    this.#address = address;
    this.description = describeZooKeeper(address);
    this.#prefer = options.prefer ?? 'ip';
    this.#detectTimeoutMs = options.detectTimeoutMs ?? DETECT_TIMEOUT_MS;
    this.#logger = options.logger ?? SILENT_LOGGER;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#random = options.random ?? Math.random;
    this.#connect = options.connect ?? connectorTo(address);
    this.#problem = this.#unreachable();
  }

  /** The master that leads, as soon as there is one; rejects after a while, saying what is missing. */
  detect(_failed: MasterAddress | undefined, signal: AbortSignal): Promise<MasterAddress> {
    if (this.#closed) {
      return Promise.reject(new MesosError('MESOS_CLOSED', `${this.description} is no longer watched`));
    }
    if (this.#session === undefined && this.#cancelReopening === undefined) {
      this.#open();
    }
    return this.#wait(() => this.#leader, signal, this.#detectTimeoutMs);
  }

  /** Resolves when another master leads than this one. Rejects when aborted or closed. */
  changed(from: MasterAddress, signal: AbortSignal): Promise<MasterAddress> {
    const other = () =>
      this.#leader !== undefined && formatAddress(this.#leader) !== formatAddress(from)
        ? this.#leader
        : undefined;
    return this.#wait(other, signal, undefined);
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#endSession();
    this.#tell();
    return Promise.resolve();
  }

  #open(): void {
    this.#cancelReopening = undefined;
    // News of sessions before this one count for nothing.
    const session: WatchingSession = this.#connect((state) => {
      if (this.#session === session) {
        this.#sessionChanged(state);
      }
    });
    this.#session = session;
  }

  #sessionChanged(state: ZooKeeperSessionState): void {
    const { description: zookeeper } = this;
    this.#logger.debug({ zookeeper, state }, 'the session with ZooKeeper changes');
    switch (state) {
      case 'connected':
        this.#startLook();
        break;
      case 'disconnected':
        // Whoever led may lead still, and is the best that is known.
        this.#problem = this.#unreachable();
        break;
      case 'expired':
        this.#reopenLater();
        break;
    }
  }

  #reopenLater(): void {
    this.#endSession();
    this.#sessionsLost += 1;
    this.#problem = this.#unreachable();
    const delayMs = backOffMs(REOPEN_BACK_OFF, this.#sessionsLost, this.#random);
    this.#logger.warn(
      { zookeeper: this.description, delayMs },
      'the session with ZooKeeper is over; opening a new one',
    );
    this.#cancelReopening = this.#clock.setTimer(() => this.#open(), delayMs);
  }

  #endSession(): void {
    this.#cancelReopening?.();
    this.#cancelReopening = undefined;
    this.#look += 1;
    const session = this.#session;
    this.#session = undefined;
    // It never rejects, and nobody has to wait for it.
    void session?.close();
  }

  /** One function for all looks of all sessions: a session then tells once, however often it was asked. */
  readonly #startLook = (): void => {
    const session = this.#session;
    if (session === undefined) {
      return;
    }
    this.#look += 1;
    const look = this.#look;
    this.#findLeader(session, () => look === this.#look).catch((error: unknown) => {
      // A connector that keeps to its word answers and does not throw.
      this.#logger.error({ problem: String(error) }, 'looking into ZooKeeper has failed');
    });
  };

  async #findLeader(session: WatchingSession, isCurrent: () => boolean): Promise<void> {
    const { path } = this.#address;
    const children = await session.children(path, this.#startLook);
    if (!isCurrent()) {
      return;
    }
    if (isAbsent(children)) {
      await this.#waitForPath(session, isCurrent);
      return;
    }
    const node = children.kind === 'done' ? leadingNode(children.value) : undefined;
    if (node === undefined) {
      this.#leaderless(children);
      return;
    }
    const read = await session.read(`${path}/${node}`);
    if (!isCurrent()) {
      return;
    }
    if (read.kind === 'done') {
      this.#found(node, read.value.data);
    } else if (isAbsent(read)) {
      // Gone in between; there may be no news of that, since the watch was set before.
      this.#startLook();
    } else {
      this.#leaderless(read);
    }
  }

  async #waitForPath(session: WatchingSession, isCurrent: () => boolean): Promise<void> {
    const exists = await session.exists(this.#address.path, this.#startLook);
    if (!isCurrent()) {
      return;
    }
    if (exists.kind === 'done' && exists.value) {
      // It has come into being in between.
      this.#startLook();
    } else {
      this.#leaderless(exists);
    }
  }

  #found(node: string, data: Uint8Array): void {
    const leader = masterOfNode(data, this.#prefer);
    if (leader === undefined) {
      const text = `${this.description}/${node} does not hold what a Mesos master writes there`;
      this.#lead(undefined, new MesosError('MESOS_PROTOCOL', text));
      return;
    }
    this.#sessionsLost = 0;
    this.#lead(leader, this.#problem);
  }

  #leaderless(answer: ZooKeeperResult<unknown>): void {
    if (answer.kind === 'lost' || (answer.kind === 'refused' && answer.refusal === 'other')) {
      // When the connection is back, there is a new look.
      this.#problem = this.#unreachable(answer.reason);
    } else if (answer.kind === 'refused' && answer.refusal === 'forbidden') {
      const text = `ZooKeeper does not let us read ${this.description}; check user and password (zk://user:password@…)`;
      this.#lead(undefined, new MesosError('MESOS_UNAUTHENTICATED', text));
    } else {
      const text = `no Mesos master leads now: there is none in ${this.description}; is the path right, and does one run?`;
      this.#lead(undefined, new MesosError('MESOS_UNAVAILABLE', text));
    }
  }

  #lead(leader: MasterAddress | undefined, problem: MesosError): void {
    const before = this.#leader && formatAddress(this.#leader);
    const now = leader && formatAddress(leader);
    this.#leader = leader;
    this.#problem = problem;
    if (before !== now) {
      this.#logger.info({ zookeeper: this.description, master: now, before }, 'another master leads');
    }
    this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) {
      listener();
    }
  }

  #unreachable(reason?: string): MesosError {
    const { description } = this;
    const detail = reason === undefined ? '' : ` (${reason})`;
    return new MesosError(
      'MESOS_UNREACHABLE',
      `no ZooKeeper answers at ${description}${detail}; check the addresses, and that it runs`,
    );
  }

  /** Resolves when there is what is wanted; rejects with the problem after a while, or at once where waiting is of no use. */
  #wait<T>(wanted: () => T | undefined, signal: AbortSignal, timeoutMs: number | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        cancelTimer();
        signal.removeEventListener('abort', abort);
        this.#listeners.delete(look);
        settle();
      };
      const giveUp = (problem: MesosError) => finish(() => reject(problem));
      const abort = () => giveUp(new MesosError('MESOS_CLOSED', 'nobody waits for a master any more'));
      const look = () => {
        const value = wanted();
        if (value !== undefined) {
          finish(() => resolve(value));
        } else if (this.#closed) {
          abort();
        } else if (timeoutMs !== undefined && this.#problem.code === 'MESOS_UNAUTHENTICATED') {
          giveUp(this.#problem);
        }
      };
      const cancelTimer =
        timeoutMs === undefined ? () => {} : this.#clock.setTimer(() => giveUp(this.#problem), timeoutMs);
      signal.addEventListener('abort', abort, { once: true });
      this.#listeners.add(look);
      if (signal.aborted) {
        abort();
      } else {
        look();
      }
    });
  }
}

function isAbsent(answer: ZooKeeperResult<unknown>): boolean {
  return answer.kind === 'refused' && answer.refusal === 'noNode';
}

function connectorTo({ servers, credentials }: ZooKeeperAddress): WatchingConnector {
  return connectToEnsemble({ servers: servers.map(({ host, port }) => `${host}:${port}`), credentials });
}

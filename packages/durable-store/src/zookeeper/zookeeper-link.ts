import { StoreError } from '../errors.ts';
import { type StoreClock, SYSTEM_STORE_CLOCK } from './clock.ts';
import type { ZooKeeperConnector, ZooKeeperSession, ZooKeeperSessionState } from './session.ts';

/** Settings of a {@link ZooKeeperLink}. */
export interface ZooKeeperLinkOptions {
  readonly connect: ZooKeeperConnector;
  /** How it is called in messages: `zk://host:port/path`. */
  readonly description: string;
  readonly clock?: StoreClock;
}

const REOPEN_MS = 1_000;

/** A session with ZooKeeper for as long as it takes: when one is over, the next is opened. */
export class ZooKeeperLink {
  readonly description: string;
  readonly #connect: ZooKeeperConnector;
  readonly #clock: StoreClock;
  readonly #listeners = new Set<(state: ZooKeeperSessionState) => void>();
  readonly #waiting = new Set<() => void>();
  #session: ZooKeeperSession | undefined;
  #isConnected = false;
  #cancelReopening: () => void = () => {};
  #closing: Promise<void> | undefined;

  constructor(options: ZooKeeperLinkOptions) {
    this.description = options.description;
    this.#connect = options.connect;
    this.#clock = options.clock ?? SYSTEM_STORE_CLOCK;
    this.#open();
  }

  /** The session, while it is connected. */
  get session(): ZooKeeperSession | undefined {
    return this.#isConnected ? this.#session : undefined;
  }

  /** Calls back whenever the state changes, until the function returned is called. After `expired` there is a new session. */
  subscribe(listener: (state: ZooKeeperSessionState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The session as soon as it is connected; undefined if it is not in time. Rejects when the link is closed. */
  connected(timeoutMs: number): Promise<ZooKeeperSession | undefined> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        cancelTimer();
        this.#waiting.delete(look);
        settle();
      };
      const look = () => {
        const { session } = this;
        if (this.#closing !== undefined) finish(() => reject(closed(this.description)));
        else if (session !== undefined) finish(() => resolve(session));
      };
      const cancelTimer = this.#clock.setTimer(() => finish(() => resolve(undefined)), timeoutMs);
      this.#waiting.add(look);
      look();
    });
  }

  /** Ends the session, and with it what others see of it. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#cancelReopening();
    // Whoever waits has to find it closed, which it is only when this function has returned once.
    await Promise.resolve();
    this.#tellWaiting();
    await this.#session?.close();
    this.#isConnected = false;
    this.#listeners.clear();
  }

  #open(): void {
    // News of sessions before this one count for nothing.
    const session: ZooKeeperSession = this.#connect((state) => {
      if (this.#session === session && this.#closing === undefined) this.#changed(state);
    });
    this.#session = session;
  }

  #changed(state: ZooKeeperSessionState): void {
    this.#isConnected = state === 'connected';
    if (state === 'expired') {
      const over = this.#session;
      this.#session = undefined;
      void over?.close();
      this.#cancelReopening = this.#clock.setTimer(() => this.#open(), REOPEN_MS);
    }
    for (const listener of [...this.#listeners]) listener(state);
    this.#tellWaiting();
  }

  #tellWaiting(): void {
    for (const look of [...this.#waiting]) look();
  }
}

function closed(description: string): StoreError {
  return new StoreError('STORE_CLOSED', `the link to ${description} is closed`);
}

import { formatAddress, type MasterAddress } from './address.ts';

/**
 * Finds out where to subscribe.
 *
 * The answer need not be the leader: a master that does not lead redirects.
 */
export interface MasterDetector {
  /** What is asked, for messages: `zk://…` or the addresses. */
  readonly description: string;
  /**
   * The master to try next. Called before every attempt; may wait until there is one.
   *
   * @param failed the one that was tried last and did not serve
   */
  detect(failed: MasterAddress | undefined, signal: AbortSignal): Promise<MasterAddress>;
  /**
   * Resolves when another master leads than this one; rejects when aborted. Absent where nobody tells.
   *
   * With it, a subscription moves to a new leader at once, also when the old one hangs rather than ends.
   */
  changed?(from: MasterAddress, signal: AbortSignal): Promise<MasterAddress>;
  /** Stops looking, and lets go of connections. */
  close(): Promise<void>;
}

/** Masters known by name: the next one on the list each time that one fails. */
export class ListedMasters implements MasterDetector {
  readonly description: string;
  readonly #addresses: readonly MasterAddress[];
  #current = 0;

  constructor(addresses: readonly MasterAddress[]) {
    this.#addresses = addresses;
    this.description = addresses.map(formatAddress).join(',');
  }

  detect(failed: MasterAddress | undefined): Promise<MasterAddress> {
    if (failed !== undefined) {
      this.#current = (this.#current + 1) % this.#addresses.length;
    }
    return Promise.resolve(this.#addresses[this.#current] as MasterAddress);
  }

  /** Stops looking, and lets go of connections. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

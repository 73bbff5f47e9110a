import type { Profile } from './demand.ts';
import type { ExecutorRegistry } from './executors.ts';

/** An offer that is passed over while a better host may still come. */
export interface LocalityWait {
  readonly ok: false;
  readonly reason: 'LOCALITY_WAIT';
  readonly hostname: string;
  /** Hosts on which work waits, and on which no executor is yet. */
  readonly need: readonly string[];
  /** When any host will do, in milliseconds of the clock. */
  readonly untilMs: number;
}

/** Of the hosts that are waited for, as many are named as a person reads. */
const NAMED_HOSTS = 5;

/**
 * Waits a little for hosts on which work waits that should run there (rule C28): until `spark.locality.wait` is over,
 * only those are taken that have no executor yet; then any.
 *
 * The wait begins anew when totals are set, and with the first offers after nothing was wanted (C20 c).
 */
export class Locality {
  readonly #waitMs: number;
  readonly #executors: ExecutorRegistry;
  #sinceMs = Number.NEGATIVE_INFINITY;
  #isLaunching = false;

  constructor(waitMs: number, executors: ExecutorRegistry) {
    this.#waitMs = waitMs;
    this.#executors = executors;
  }

  /** Totals were set. */
  restart(nowMs: number): void {
    this.#sinceMs = nowMs;
  }

  /** Offers came; `isLaunching`: more executors are wanted. */
  offered(isLaunching: boolean, nowMs: number): void {
    if (isLaunching && !this.#isLaunching) {
      this.restart(nowMs);
    }
    this.#isLaunching = isLaunching;
  }

  /** Why a host is not taken for a profile now; `undefined`: it is. */
  refusal(hostname: string, profile: Profile, nowMs: number): LocalityWait | undefined {
    const { preferredHosts } = profile;
    const untilMs = this.#sinceMs + this.#waitMs;
    if (preferredHosts === undefined || nowMs > untilMs || this.#isFree(hostname, preferredHosts)) {
      return undefined;
    }
    return { ok: false, reason: 'LOCALITY_WAIT', hostname, need: this.#someFree(preferredHosts), untilMs };
  }

  #someFree(hosts: ReadonlySet<string>): string[] {
    const some: string[] = [];
    for (const host of hosts) {
      if (some.length === NAMED_HOSTS) {
        break;
      }
      if (this.#executors.countOnHost(host) === 0) {
        some.push(host);
      }
    }
    return some;
  }

  #isFree(hostname: string, preferredHosts: ReadonlySet<string>): boolean {
    return preferredHosts.has(hostname) && this.#executors.countOnHost(hostname) === 0;
  }
}

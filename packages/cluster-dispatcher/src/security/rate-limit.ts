/** How many requests somebody may make. */
export interface RateLimitRules {
  /** In the long run. */
  readonly perSecond: number;
  /** At once, after a pause. */
  readonly burst: number;
}

/** Vain attempts of one address: enough for a program that was given an old token, and too few to guess one. */
export const VAIN_ATTEMPTS: RateLimitRules = { perSecond: 1, burst: 20 };

interface Bucket {
  tokens: number;
  atMs: number;
}

/** So many are told apart; those that were quiet the longest are forgotten first. */
const MOST_CLIENTS = 10_000;

/** A bucket of tokens for each client: each request takes one, and time brings them back. */
export class RateLimit {
  readonly #rules: RateLimitRules;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(rules: RateLimitRules, now: () => number = Date.now) {
    this.#rules = rules;
    this.#now = now;
  }

  /** 0: go on. Otherwise milliseconds after which it is worth another try. */
  take(client: string): number {
    const bucket = this.#bucketOf(client);
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return 0;
    }
    return Math.ceil(((1 - bucket.tokens) / this.#rules.perSecond) * 1000);
  }

  /** Whether a request of this one would have to wait; takes nothing. */
  isEmpty(client: string): boolean {
    return this.#buckets.has(client) && this.#bucketOf(client).tokens < 1;
  }

  #bucketOf(client: string): Bucket {
    const { perSecond, burst } = this.#rules;
    const nowMs = this.#now();
    const known = this.#buckets.get(client) ?? { tokens: burst, atMs: nowMs };
    known.tokens = Math.min(burst, known.tokens + (Math.max(0, nowMs - known.atMs) / 1000) * perSecond);
    known.atMs = nowMs;
    // The map keeps the order in which its keys came: the first one is the one that was quiet the longest.
    this.#buckets.delete(client);
    this.#buckets.set(client, known);
    if (this.#buckets.size > MOST_CLIENTS) {
      for (const oldest of this.#buckets.keys()) {
        this.#buckets.delete(oldest);
        break;
      }
    }
    return known;
  }
}

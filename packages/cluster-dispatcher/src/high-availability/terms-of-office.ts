import { type Logger, messageOf, silentLogger } from '@spark-mesos/scheduler-utils';
import { type Clock, SYSTEM_CLOCK } from '../shell/port.ts';

/** A time in which this process leads. */
export interface Term {
  /**
   * Ends it. `deposed`: another one leads or is about to, and nothing may be written nor waited for; `leaving`: in good order.
   */
  end(how: 'deposed' | 'leaving'): Promise<void>;
}

/** What {@link TermsOfOffice} are made of. */
export interface TermsOfOfficeOptions {
  /** Takes the state over and begins to lead. `deposed` is to be called when it is found that another one has taken it over. */
  readonly begin: (deposed: (why: string) => void) => Promise<Term>;
  /** Lets another one lead, and stands for election behind all others. */
  readonly resign: () => Promise<void>;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

const FIRST_AGAIN_MS = 1_000;
const LONGEST_AGAIN_MS = 30_000;

/**
 * Leads when it is elected and stops when it is not, one after the other, however fast that changes.
 *
 * - `standby`: at first; left for `beginning` when elected
 * - `beginning`: the state is taken over. Left for `leading`; or for `standby` when that fails, after resigning, so that another one
 *   can try
 * - `leading`: left for `ending` when not elected any more, when another one has taken the state over, and at the end
 * - `ending`: left for `standby`
 */
export class TermsOfOffice {
  readonly #options: TermsOfOfficeOptions;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #isElected = false;
  #isClosed = false;
  /** Of the present term: whether another one has taken over. */
  #deposed: string | undefined;
  #term: Term | undefined;
  #working: Promise<void> | undefined;
  #failures = 0;
  #restingUntilMs = 0;
  #cancelRest: () => void = () => {};

  constructor(options: TermsOfOfficeOptions) {
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#logger = options.logger ?? silentLogger;
  }

  /** Whether it leads. */
  get isLeading(): boolean {
    return this.#term !== undefined && this.#deposed === undefined;
  }

  /** The election has been decided for this one, or against it. */
  elected(isElected: boolean): void {
    this.#isElected = isElected;
    this.#work();
  }

  /** Stops leading, in good order if it does, and never leads again. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelRest();
    await this.#working;
    await this.#end('leaving');
  }

  #work(): void {
    // It never rejects: what goes wrong is dealt with where it happens.
    this.#working ??= this.#workOff().finally(() => {
      this.#working = undefined;
    });
  }

  async #workOff(): Promise<void> {
    for (;;) {
      // What is decided in the same turn counts together.
      await Promise.resolve();
      if (this.#term !== undefined) {
        if (this.#deposed === undefined && (this.#isElected || this.#isClosed)) return;
        await this.#endDeposed();
      } else {
        if (!this.#isElected || this.#isClosed || this.#isResting()) return;
        await this.#begin();
      }
    }
  }

  async #begin(): Promise<void> {
    this.#deposed = undefined;
    this.#logger.info({}, 'elected: taking the state over');
    try {
      this.#term = await this.#options.begin((why) => {
        this.#deposed ??= why;
        this.#work();
      });
      this.#failures = 0;
      this.#logger.info({}, 'this dispatcher leads');
    } catch (error) {
      const delayMs = Math.min(FIRST_AGAIN_MS * 2 ** Math.min(this.#failures, 10), LONGEST_AGAIN_MS);
      this.#logger.error({ reason: messageOf(error), delayMs }, 'leading could not begin: another one may');
      this.#failures += 1;
      await this.#resignFor(delayMs);
    }
  }

  async #endDeposed(): Promise<void> {
    const wasFenced = this.#deposed;
    this.#logger.warn({ reason: wasFenced ?? 'the election was lost' }, 'this dispatcher leads no more');
    await this.#end('deposed');
    // Elected or not: where somebody else writes, another term has to be another election.
    if (wasFenced !== undefined) await this.#resignFor(FIRST_AGAIN_MS);
  }

  async #end(how: 'deposed' | 'leaving'): Promise<void> {
    const term = this.#term;
    this.#term = undefined;
    try {
      await term?.end(how);
    } catch (error) {
      this.#logger.error({ reason: messageOf(error) }, 'leading did not end in order');
    }
  }

  async #resignFor(delayMs: number): Promise<void> {
    this.#restingUntilMs = this.#clock.now() + delayMs;
    this.#isElected = false;
    if (this.#isClosed) return;
    this.#cancelRest = this.#clock.setTimer(() => this.#work(), delayMs);
    await this.#options.resign().catch((error: unknown) => {
      this.#logger.warn({ reason: messageOf(error) }, 'resigning failed');
    });
  }

  #isResting(): boolean {
    return this.#clock.now() < this.#restingUntilMs;
  }
}

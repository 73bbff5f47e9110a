import { asError } from './as-error.ts';
import type { EngineEvent } from './engine-events.ts';
import { engineEventsOf } from './mesos-events.ts';
import { OpenCalls } from './open-calls.ts';
import type { Clock, SchedulerPort } from './scheduler-port.ts';

/** What every engine is told beside its own events. */
export type EngineInput = EngineEvent | { readonly kind: 'wake' };

/** The decisions of a mode: events in, effects out, no I/O, no clock of its own. */
export interface EngineCore<Event, Effect> {
  /** Takes an event in and says what is to be done about it, in order. */
  handle(event: Event | EngineInput, nowMs: number): readonly Effect[];
  /** When to send `wake` at the latest; `undefined`: not unless something else happens. */
  nextWakeMs(): number | undefined;
}

/** What an {@link EngineLoop} is made of. */
export interface EngineLoopOptions<Event, Effect> {
  readonly client: SchedulerPort;
  readonly clock: Clock;
  readonly core: EngineCore<Event, Effect>;
  /** Does what the core wants done; may call {@link EngineLoop.handle} and {@link EngineLoop.track}. */
  readonly carryOut: (effect: Effect) => void;
  /** Sees every event before the core does. */
  readonly observe?: (event: Event | EngineInput) => void;
}

/**
 * Runs a core under a connection to Mesos and a clock.
 *
 * ```text
 *   client.events() ──► core.handle ──► effects ──► carryOut
 *   handle(event)   ──►     ▲                          │ track: answers of calls, counted
 *                           └── wake ◄── one timer     ▼
 * ```
 */
export class EngineLoop<Event, Effect> {
  readonly #options: EngineLoopOptions<Event, Effect>;
  /** Events that came while another was being dealt with, as from within a callback. */
  readonly #inbox: (Event | EngineInput)[] = [];
  readonly #calls = new OpenCalls();
  #isHandling = false;
  #cancelTimer: () => void = () => {};

  constructor(options: EngineLoopOptions<Event, Effect>) {
    this.#options = options;
  }

  /** Subscribes, and deals with what happens; resolves when the connection is closed. */
  async read(): Promise<void> {
    try {
      for await (const event of this.#options.client.events()) {
        for (const engineEvent of engineEventsOf(event, (epochMs) => this.#fromEpoch(epochMs))) {
          this.handle(engineEvent);
        }
        await this.#calls.room();
      }
    } catch (cause) {
      this.handle({ kind: 'subscriptionFailed', error: asError(cause) });
    }
  }

  /** Deals with an event, and with those that come up meanwhile, one after another. */
  handle(event: Event | EngineInput): void {
    this.#inbox.push(event);
    if (this.#isHandling) {
      return;
    }
    const { core, clock, carryOut, observe } = this.#options;
    this.#isHandling = true;
    try {
      for (let next = this.#inbox.shift(); next !== undefined; next = this.#inbox.shift()) {
        observe?.(next);
        for (const effect of core.handle(next, clock.now())) {
          carryOut(effect);
        }
      }
    } finally {
      this.#isHandling = false;
    }
    this.#setTimer();
  }

  /** Waits for the answer of a call in the background; `settled` gets `undefined` when it went well. */
  track(answer: Promise<void>, settled: (error: unknown) => void): void {
    this.#calls.track(answer, settled);
  }

  #fromEpoch(epochMs: number): number {
    const { clock } = this.#options;
    return clock.now() + epochMs - (clock.epochNow?.() ?? Date.now());
  }

  #setTimer(): void {
    const { core, clock } = this.#options;
    this.#cancelTimer();
    const wakeMs = core.nextWakeMs();
    if (wakeMs === undefined) {
      this.#cancelTimer = () => {};
      return;
    }
    const delayMs = Math.min(Math.max(0, Math.ceil(wakeMs - clock.now())), 2 ** 31 - 1);
    this.#cancelTimer = clock.setTimer(() => this.handle({ kind: 'wake' }), delayMs);
  }
}

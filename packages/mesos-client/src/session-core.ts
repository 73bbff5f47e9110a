import type { Clock } from './clock.ts';
import type { MesosError } from './errors.ts';
import type { EventQueue } from './event-queue.ts';
import type { Logger } from './logger.ts';
import { TimerSet } from './timer-set.ts';

/** What the steps of schedulers' and executors' subscriptions ask for alike. */
export type SessionEffect<Timer extends string, Event> =
  /** End the connection of the attempt, if there is one. */
  | { readonly kind: 'abort' }
  | { readonly kind: 'setTimer'; readonly timer: Timer; readonly delayMs: number }
  | { readonly kind: 'clearTimer'; readonly timer: Timer }
  | { readonly kind: 'emit'; readonly event: Event }
  /** For the log alone. */
  | { readonly kind: 'retrying'; readonly problem: MesosError; readonly delayMs: number }
  /** No event will follow. */
  | { readonly kind: 'finish'; readonly discard: boolean };

/** A state of a subscription, as far as the session knows it. */
export interface SessionState {
  readonly phase: string;
  /** Of the try that is under way. */
  readonly attempt: number;
}

interface OwnEffect {
  readonly kind: string;
}

/** What a {@link SessionCore} is made of. */
export interface SessionCoreOptions<State extends SessionState, Input, Timer extends string, Event, Own> {
  readonly initial: State;
  readonly step: (
    state: State,
    input: Input,
  ) => { readonly state: State; readonly effects: readonly (SessionEffect<Timer, Event> | Own)[] };
  /** What it means to the steps that a timer fires. */
  readonly timer: (timer: Timer) => Input;
  /** Carries out what only these steps ask for. */
  readonly perform: (effect: Own) => void;
  /** Called for each event that the consumer gets. */
  readonly emitted: (event: Event) => void;
  /** Who is at the other end, for the log. */
  readonly peer: () => object;
  readonly queue: EventQueue<Event>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const COMMON: ReadonlySet<string> = new Set<SessionEffect<string, unknown>['kind']>([
  'abort',
  'setTimer',
  'clearTimer',
  'emit',
  'retrying',
  'finish',
]);

/** Steps a subscription, and carries out what all subscriptions ask for: timers, connections, events. */
export class SessionCore<
  State extends SessionState,
  Input,
  Timer extends string,
  Event,
  Own extends OwnEffect,
> {
  readonly #options: SessionCoreOptions<State, Input, Timer, Event, Own>;
  readonly #timers: TimerSet<Timer>;
  /** Connections that are ending; closing waits for them. */
  readonly #running = new Set<Promise<void>>();
  readonly #listeners = new Set<() => void>();
  #state: State;
  #connection: AbortController | undefined;

  constructor(options: SessionCoreOptions<State, Input, Timer, Event, Own>) {
    this.#options = options;
    this.#timers = new TimerSet(options.clock, (timer) => this.apply(options.timer(timer)));
    this.#state = options.initial;
  }

  get state(): State {
    return this.#state;
  }

  /** Takes what happened and does what follows from it. */
  apply(input: Input): void {
    const before = this.#state;
    const { state, effects } = this.#options.step(before, input);
    this.#state = state;
    if (state.phase !== before.phase) {
      const { phase: to, attempt } = state;
      const fields = { from: before.phase, to, attempt, ...this.#options.peer() };
      this.#options.logger.debug(fields, 'the subscription changes phase');
    }
    for (const effect of effects) {
      if (isCommon(effect)) {
        this.#perform(effect);
      } else {
        this.#options.perform(effect);
      }
    }
    if (state !== before) {
      for (const listener of [...this.#listeners]) {
        listener();
      }
    }
  }

  /** Calls back after every change of state, until the function returned is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Starts work of the present try, which the effect `abort` ends. */
  run(work: (signal: AbortSignal) => Promise<void>): void {
    const controller = new AbortController();
    this.#connection = controller;
    const running = work(controller.signal).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves when no work is under way any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  #perform(effect: SessionEffect<Timer, Event>): void {
    const { logger, queue, emitted } = this.#options;
    switch (effect.kind) {
      case 'abort':
        this.#connection?.abort();
        this.#connection = undefined;
        break;
      case 'setTimer':
        this.#timers.set(effect.timer, effect.delayMs);
        break;
      case 'clearTimer':
        this.#timers.clear(effect.timer);
        break;
      case 'emit':
        queue.push(effect.event);
        emitted(effect.event);
        break;
      case 'retrying': {
        const { problem, delayMs } = effect;
        const fields = { code: problem.code, problem: problem.message, delayMs };
        logger.warn(fields, 'no subscription; trying again');
        break;
      }
      case 'finish':
        queue.finish({ discard: effect.discard });
        break;
    }
  }
}

function isCommon<Timer extends string, Event>(effect: {
  readonly kind: string;
}): effect is SessionEffect<Timer, Event> {
  return COMMON.has(effect.kind);
}

import type { mesos } from '@spark-mesos/mesos-proto';
import type { Logger } from '../logger.ts';
import { messageOf } from './as-error.ts';
import { type EngineCore, type EngineInput, EngineLoop } from './engine-loop.ts';
import type { TaskId } from './ids.ts';
import type { Clock, SchedulerPort } from './scheduler-port.ts';

/** What the shell tells a core beside what Mesos and the application do. */
export type ShellEvent =
  | EngineInput
  /** An ACCEPT did not get through, or nobody knows whether it did. */
  | { readonly kind: 'acceptFailed'; readonly taskIds: readonly TaskId[]; readonly reason: string }
  /** REVIVE was answered, well or not. */
  | { readonly kind: 'reviveSettled'; readonly ok: boolean };

/** The effects that mean the same in every mode; the shell deals with them by itself. */
export type ShellEffect =
  | { readonly kind: 'accept'; readonly taskIds: readonly TaskId[] }
  | { readonly kind: 'acknowledge'; readonly status: mesos.v1.ITaskStatus }
  | { readonly kind: 'revive' }
  | { readonly kind: 'registered'; readonly frameworkId: string }
  /** The framework is removed. */
  | { readonly kind: 'teardown' }
  /** The connection is closed, and the framework is left to whoever subscribes with its id next. */
  | { readonly kind: 'detach' };

/** Nothing to fulfil for effects that have the form of {@link ShellEffect} where they have its kind; else impossible. */
type WellFormed<Effect extends { readonly kind: string }> =
  Extract<Effect, { readonly kind: ShellEffect['kind'] }> extends ShellEffect ? unknown : never;

/** What an {@link EngineShell} is made of. */
export interface EngineShellOptions<Event, Effect extends { readonly kind: string }> {
  /** The framework's connection, not yet subscribed. The shell ends it. */
  readonly client: SchedulerPort;
  readonly clock: Clock;
  readonly core: EngineCore<Event | ShellEvent, Effect>;
  readonly logger: Logger;
  /** The call that an effect asks for; `undefined` for effects that are no calls, and for calls that cannot be made. */
  readonly callOf: (effect: Effect) => mesos.v1.scheduler.ICall | undefined;
  /** Tells the application what an effect means to it. Must not throw. */
  readonly tell: (effect: Effect, logger: Logger) => void;
  /** Called before the core hears of the event. */
  readonly logEvent?: (logger: Logger, event: Event | ShellEvent) => void;
  /** Called before the effect is carried out. */
  readonly logEffect?: (logger: Logger, effect: Effect) => void;
}

const SHELL_KINDS: ReadonlySet<string> = new Set<ShellEffect['kind']>([
  'accept',
  'acknowledge',
  'revive',
  'registered',
  'teardown',
  'detach',
]);

function isShellEffect(effect: { readonly kind: string }): effect is ShellEffect {
  return SHELL_KINDS.has(effect.kind);
}

/**
 * What every engine has around its core: the loop that runs it, its calls and their failures, and the end of its
 * framework.
 *
 * ```text
 *   client's events, wake ──► core ──► effects ──► client.call, acknowledge, teardown, close
 *   handle(event) ──────────►                └───► tell: the application's callbacks
 * ```
 */
export class EngineShell<Event extends { readonly kind: string }, Effect extends { readonly kind: string }> {
  readonly #options: EngineShellOptions<Event, Effect>;
  readonly #loop: EngineLoop<Event | ShellEvent, Effect>;
  #logger: Logger;
  #reading: Promise<void> = Promise.resolve();
  #left: Promise<void> | undefined;
  #announceEnd: () => void = () => {};
  #ended: Promise<void> | undefined;

  constructor(options: EngineShellOptions<Event, Effect> & WellFormed<Effect>) {
    const { client, clock, core, logEvent } = options;
    this.#options = options;
    this.#logger = options.logger;
    this.#loop = new EngineLoop<Event | ShellEvent, Effect>({
      client,
      clock,
      core,
      carryOut: (effect) => this.#carryOut(effect),
      observe: (event) => logEvent?.(this.#logger, event),
    });
  }

  /** The engine's own, with the id of the framework once that is known. */
  get logger(): Logger {
    return this.#logger;
  }

  /** Subscribes, unless the end has been asked for already. */
  start(): void {
    if (this.#ended === undefined) {
      this.#reading = this.#loop.read();
      this.#loop.handle({ kind: 'wake' });
    }
  }

  /** Deals with an event, and with those that come up meanwhile, one after another. */
  handle(event: Event | ShellEvent): void {
    this.#loop.handle(event);
  }

  /** Hands in the event that asks for the end; resolves once the core is through with it and the connection closed. */
  end(event: Event): Promise<void> {
    this.#ended ??= this.#untilLeft();
    this.#loop.handle(event);
    return this.#ended;
  }

  async #untilLeft(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#announceEnd = resolve;
    });
    await this.#left;
    await this.#reading;
  }

  #carryOut(effect: Effect): void {
    const { client, callOf, tell, logEffect } = this.#options;
    logEffect?.(this.#logger, effect);
    const call = callOf(effect);
    if (call !== undefined) {
      this.#track(client.call(call), effect);
    } else if (isShellEffect(effect)) {
      this.#carryOutOwn(effect);
    }
    tell(effect, this.#logger);
  }

  #carryOutOwn(effect: ShellEffect): void {
    if (effect.kind === 'acknowledge') {
      this.#track(this.#options.client.acknowledge(effect.status), effect);
    } else if (effect.kind === 'teardown' || effect.kind === 'detach') {
      this.#left = this.#leave(effect.kind);
      this.#announceEnd();
    } else if (effect.kind === 'registered') {
      this.#logger = this.#logger.child({ frameworkId: effect.frameworkId });
    }
  }

  /** Waits for the answer of a call in the background and reports what the core needs to know of it. */
  #track(answer: Promise<void>, effect: { readonly kind: string }): void {
    this.#loop.track(answer, (error) => {
      const reason = error === undefined ? undefined : messageOf(error);
      if (reason !== undefined) {
        this.#logger.warn({ call: effect.kind, reason }, 'a call did not get through');
      }
      if (!isShellEffect(effect)) return;
      if (effect.kind === 'revive') {
        this.#loop.handle({ kind: 'reviveSettled', ok: reason === undefined });
      } else if (effect.kind === 'accept' && reason !== undefined) {
        this.#loop.handle({ kind: 'acceptFailed', taskIds: effect.taskIds, reason });
      }
    });
  }

  async #leave(how: 'teardown' | 'detach'): Promise<void> {
    const { client } = this.#options;
    try {
      await (how === 'teardown' ? client.teardown() : client.close?.());
    } catch (error) {
      this.#logger.warn({ reason: messageOf(error) }, `the framework could not be left: ${how}`);
    }
  }
}

import { randomBytes } from 'node:crypto';
import type { Logger } from '@spark-mesos/scheduler-utils';
import { silentLogger } from '@spark-mesos/scheduler-utils';
import { CoarseScheduler } from '../core/coarse-scheduler.ts';
import type { CoarseEffect, CoarseEvent } from '../core/events.ts';
import type { CoarseSnapshot } from '../core/snapshot.ts';
import type { CoarseApplication, ExecutorTotals } from '../model.ts';
import type { CoarseSettings } from '../settings.ts';
import { callOf } from './calls.ts';
import { logEffect } from './effect-log.ts';
import { coarseEventOf } from './mesos-events.ts';
import type { Clock, SchedulerPort } from './port.ts';
import { SYSTEM_CLOCK } from './port.ts';

/** What a {@link CoarseBackend} is made of. */
export interface CoarseBackendOptions {
  /** The framework's connection, not yet subscribed. The backend ends it. */
  readonly client: SchedulerPort;
  readonly application: CoarseApplication;
  readonly settings: CoarseSettings;
  readonly logger?: Logger;
  readonly clock?: Clock;
  /** Random text before each task id; 16 hexadecimal digits if not given. */
  readonly taskIdPrefix?: string;
  /** Stops the backend when it aborts. */
  readonly signal?: AbortSignal;
}

/** How the end of an application is made. */
export interface StopOptions {
  /** How long executors may take to end by themselves; `spark.mesos.coarse.shutdownTimeout` if not given. */
  readonly graceMs?: number;
}

/** Calls without an answer yet; with more, no more events are read. */
const MAX_OPEN_CALLS = 1000;

/**
 * Coarse mode of one application: long-lived executors as Mesos tasks.
 *
 * ```text
 *   client.events() ──► CoarseScheduler.handle ──► effects ──► client.call, client.acknowledge, client.teardown
 *   application's wishes ──►    ▲                       └────► application's callbacks
 *                               └── wake ◄── one timer
 * ```
 */
export class CoarseBackend {
  readonly #client: SchedulerPort;
  readonly #application: CoarseApplication;
  readonly #clock: Clock;
  readonly #scheduler: CoarseScheduler;
  #logger: Logger;
  /** Events that came while another was being dealt with, as from within a callback. */
  readonly #inbox: CoarseEvent[] = [];
  #isHandling = false;
  #cancelTimer: () => void = () => {};
  #openCalls = 0;
  #roomWanted: (() => void) | undefined;
  #isRegistered = false;
  #reading: Promise<void> = Promise.resolve();
  #tornDown: Promise<void> | undefined;
  #announceTeardown: () => void = () => {};
  #stopped: Promise<void> | undefined;

  constructor(options: CoarseBackendOptions) {
    this.#client = options.client;
    this.#application = options.application;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#logger = options.logger ?? silentLogger;
    this.#scheduler = new CoarseScheduler({
      settings: options.settings,
      taskIdPrefix: options.taskIdPrefix ?? randomBytes(8).toString('hex'),
      launch: (executor) => options.application.launch(executor),
    });
    options.signal?.addEventListener('abort', () => void this.stop(), { once: true });
    if (options.signal?.aborted) {
      void this.stop();
    }
  }

  /** Subscribes and begins to place executors. Executors come once totals are set. */
  start(): void {
    if (this.#stopped !== undefined) {
      return;
    }
    this.#reading = this.#read();
    this.#handle({ kind: 'wake' });
  }

  /** Sets how many executors of each profile shall be alive. None is killed for that: see {@link killExecutors}. */
  setExecutorTotals(totals: ExecutorTotals): void {
    this.#handle({ kind: 'executorTotals', totals: new Map(totals) });
  }

  /** Kills executors (rule C55). The totals stay: what is killed and still wanted is replaced. */
  killExecutors(executorIds: readonly number[]): boolean {
    if (!this.#isRegistered) {
      this.#logger.warn({ executorIds }, 'asked to kill executors before the framework was registered');
      return false;
    }
    this.#handle({ kind: 'killExecutors', executorIds: [...executorIds] });
    return true;
  }

  /** Gives agents that are left out after failures another chance. */
  clearExclusions(): void {
    this.#handle({ kind: 'clearExclusions' });
  }

  /** What it has, wants and refuses at present. */
  snapshot(): CoarseSnapshot {
    return this.#scheduler.snapshot(this.#clock.now());
  }

  /**
   * Ends the application (rule C57): wants nothing from now on, gives executors time to end by themselves, kills the
   * rest, and tears the framework down. A second call can only shorten the time.
   */
  stop(options: StopOptions = {}): Promise<void> {
    this.#stopped ??= this.#untilTornDown();
    this.#handle({ kind: 'stop', graceMs: options.graceMs });
    return this.#stopped;
  }

  /** The same as {@link stop}. */
  close(): Promise<void> {
    return this.stop();
  }

  async #untilTornDown(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#announceTeardown = resolve;
    });
    await this.#tornDown;
    await this.#reading;
  }

  async #read(): Promise<void> {
    try {
      for await (const event of this.#client.events()) {
        const coarseEvent = coarseEventOf(event);
        if (coarseEvent !== undefined) {
          this.#handle(coarseEvent);
        }
        await this.#roomForCalls();
      }
    } catch (cause) {
      this.#handle({ kind: 'subscriptionFailed', error: asError(cause) });
    }
  }

  /** Deals with an event, and with those that come up meanwhile, one after another. */
  #handle(event: CoarseEvent): void {
    this.#inbox.push(event);
    if (this.#isHandling) {
      return;
    }
    this.#isHandling = true;
    try {
      for (let next = this.#inbox.shift(); next !== undefined; next = this.#inbox.shift()) {
        for (const effect of this.#scheduler.handle(next, this.#clock.now())) {
          this.#carryOut(effect);
        }
      }
    } finally {
      this.#isHandling = false;
    }
    this.#setTimer();
  }

  #carryOut(effect: CoarseEffect): void {
    logEffect(this.#logger, effect);
    const call = callOf(effect);
    if (call !== undefined) {
      this.#track(this.#client.call(call), effect);
    } else if (effect.kind === 'acknowledge') {
      this.#track(this.#client.acknowledge(effect.status), effect);
    } else if (effect.kind === 'teardown') {
      this.#cancelTimer();
      this.#tornDown = this.#teardown();
      this.#announceTeardown();
    } else {
      this.#tellApplication(effect);
    }
  }

  /** Waits for the answer of a call in the background and reports what the scheduler needs to know of it. */
  #track(answer: Promise<void>, effect: CoarseEffect): void {
    this.#openCalls += 1;
    const settled = (error: unknown) => {
      this.#openCalls -= 1;
      this.#roomWanted?.();
      if (error !== undefined) {
        const reason = asError(error).message;
        this.#logger.warn({ call: effect.kind, reason }, 'a call did not get through');
      }
      if (effect.kind === 'revive') {
        this.#handle({ kind: 'reviveSettled', ok: error === undefined });
      } else if (effect.kind === 'accept' && error !== undefined) {
        this.#handle({ kind: 'acceptFailed', taskIds: effect.taskIds, reason: asError(error).message });
      }
    };
    answer.then(() => settled(undefined), settled);
  }

  async #roomForCalls(): Promise<void> {
    while (this.#openCalls > MAX_OPEN_CALLS) {
      await new Promise<void>((resolve) => {
        this.#roomWanted = resolve;
      });
      this.#roomWanted = undefined;
    }
  }

  async #teardown(): Promise<void> {
    try {
      await this.#client.teardown();
    } catch (error) {
      this.#logger.warn({ reason: asError(error).message }, 'the framework could not be torn down');
    }
  }

  #tellApplication(effect: CoarseEffect): void {
    try {
      this.#callBack(effect);
    } catch (error) {
      // A bug of the layer above must not stop the executors of its application.
      this.#logger.error(
        { effect: effect.kind, reason: asError(error).message },
        'a callback of the application failed',
      );
    }
  }

  #callBack(effect: CoarseEffect): void {
    switch (effect.kind) {
      case 'registered':
        this.#isRegistered = true;
        this.#logger = this.#logger.child({ frameworkId: effect.frameworkId });
        this.#application.registered(effect.frameworkId);
        break;
      case 'executorLaunched':
        this.#application.executorLaunched(effect.executor);
        break;
      case 'executorState':
        this.#application.executorState(effect.executor, effect.state, effect.detail);
        break;
      case 'waiting':
        this.#application.waiting(effect.report);
        break;
      case 'failed':
        this.#application.failed(effect.error);
        break;
      default:
        break;
    }
  }

  #setTimer(): void {
    this.#cancelTimer();
    const wakeMs = this.#scheduler.nextWakeMs();
    if (wakeMs === undefined) {
      this.#cancelTimer = () => {};
      return;
    }
    const delayMs = Math.min(Math.max(0, Math.ceil(wakeMs - this.#clock.now())), 2 ** 31 - 1);
    this.#cancelTimer = this.#clock.setTimer(() => this.#handle({ kind: 'wake' }), delayMs);
  }
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}

import { randomBytes } from 'node:crypto';
import {
  asError,
  type Clock,
  EngineLoop,
  type Logger,
  type SchedulerPort,
  SYSTEM_CLOCK,
  silentLogger,
} from '@spark-mesos/scheduler-utils';
import type { TaskEnd } from '../carrier/end-message.ts';
import type { FineEffect, FineEvent } from '../core/events.ts';
import { FineScheduler } from '../core/fine-scheduler.ts';
import type { FineSnapshot, FineSummary } from '../core/snapshot.ts';
import type { FineApplication, FineTask } from '../model.ts';
import { tellApplication } from './application-news.ts';
import { callOf } from './calls.ts';
import { logEffect, logEvent } from './effect-log.ts';
import type { FineBackendOptions, FineStopOptions } from './options.ts';

/**
 * Fine mode of one application: executors that hold next to nothing, and cores for as long as tasks need them.
 *
 * ```text
 *   EngineLoop: client's events, wake ──► FineScheduler ──► effects ──► client.call, acknowledge, teardown
 *   hold, ended, killed ────────────────►                      └────► application: pass, taskLost, executorState, …
 * ```
 */
export class FineBackend {
  readonly #client: SchedulerPort;
  readonly #application: FineApplication;
  readonly #clock: Clock;
  readonly #scheduler: FineScheduler;
  readonly #loop: EngineLoop<FineEvent, FineEffect>;
  #logger: Logger;
  #reading: Promise<void> = Promise.resolve();
  #tornDown: Promise<void> | undefined;
  #announceTeardown: () => void = () => {};
  #stopped: Promise<void> | undefined;

  constructor(options: FineBackendOptions) {
    this.#client = options.client;
    this.#application = options.application;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#logger = options.logger ?? silentLogger;
    this.#scheduler = new FineScheduler({
      settings: options.settings,
      taskIdPrefix: options.taskIdPrefix ?? randomBytes(8).toString('hex'),
      launchExecutor: (executor) => options.application.launchExecutor(executor),
      slotLine: (taskId) => options.application.slotLine?.(taskId),
      isReturning: options.frameworkId !== undefined,
      nextExecutorId: options.nextExecutorId,
      random: options.random,
    });
    this.#loop = new EngineLoop<FineEvent, FineEffect>({
      client: this.#client,
      clock: this.#clock,
      core: this.#scheduler,
      carryOut: (effect) => this.#carryOut(effect),
      observe: (event) => logEvent(this.#logger, event),
    });
    options.signal?.addEventListener('abort', () => void this.stop(), { once: true });
    if (options.signal?.aborted) {
      void this.stop();
    }
  }

  /** Subscribes and begins to place executors, on each agent that has room unless a total says otherwise. */
  start(): void {
    if (this.#stopped === undefined) {
      this.#reading = this.#loop.read();
      this.#loop.handle({ kind: 'wake' });
    }
  }

  /** Sets how many executors are wanted; `undefined`: one on each agent. None is killed for that. */
  setExecutorTotal(total: number | undefined): void {
    this.#loop.handle({ kind: 'executorTotal', total });
  }

  /** Kills executors. The total stays: what is killed and still wanted is replaced. */
  killExecutors(executorIds: readonly number[]): void {
    this.#loop.handle({ kind: 'killExecutors', executorIds: [...executorIds] });
  }

  /**
   * A task wants to run. The application's `pass` is called once it may, which is within this call if a slot is there
   * for it; or `taskLost` if it never will.
   */
  hold(task: FineTask): void {
    this.#loop.handle({ kind: 'hold', task });
  }

  /** A task that was passed on has ended; in exact mode, and with an executor of ours, Mesos hears how. */
  ended(taskId: string, end?: TaskEnd): void {
    this.#loop.handle({ kind: 'ended', taskId, end });
  }

  /**
   * A task is to be killed. One that waits is passed on first, within this call, so that the kill that the caller sends
   * behind it finds it there; with one that was passed on before there is nothing to do here.
   */
  killed(taskId: string): void {
    this.#loop.handle({ kind: 'killed', taskId });
  }

  /** A slot has opened the line that it was given (`slotLine`), and can be told to end by it. */
  slotConnected(slotTaskId: string): void {
    this.#loop.handle({ kind: 'slotConnected', taskId: slotTaskId });
  }

  /** The line of a slot is closed. */
  slotDisconnected(slotTaskId: string): void {
    this.#loop.handle({ kind: 'slotDisconnected', taskId: slotTaskId });
  }

  /** How it is, without a word of single executors and agents: for lists. */
  summary(): FineSummary {
    return this.#scheduler.summary(this.#clock.now());
  }

  /** What it has, wants and refuses at present. */
  snapshot(): FineSnapshot {
    return this.#scheduler.snapshot(this.#clock.now());
  }

  /**
   * Ends the application: wants nothing from now on, gives executors time to end by themselves, kills the rest, and
   * tears the framework down. A second call can only shorten the time.
   */
  stop(options: FineStopOptions = {}): Promise<void> {
    this.#stopped ??= this.#untilTornDown();
    this.#loop.handle({ kind: 'stop', graceMs: options.graceMs });
    return this.#stopped;
  }

  /**
   * Closes the connection and leaves the framework to the next backend with its id, which kills what runs of it: tasks
   * are paid for by one who knows them. Mesos does so when the failover timeout of the framework is over.
   */
  detach(): Promise<void> {
    this.#stopped ??= this.#untilTornDown();
    this.#loop.handle({ kind: 'detach' });
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

  #carryOut(effect: FineEffect): void {
    logEffect(this.#logger, effect);
    const call = callOf(effect);
    if (call !== undefined) {
      this.#track(this.#client.call(call), effect);
    } else if (effect.kind === 'acknowledge') {
      this.#track(this.#client.acknowledge(effect.status), effect);
    } else if (effect.kind === 'teardown' || effect.kind === 'detach') {
      this.#tornDown = this.#leave(effect.kind);
      this.#announceTeardown();
    } else if (effect.kind === 'registered') {
      this.#logger = this.#logger.child({ frameworkId: effect.frameworkId });
    }
    tellApplication(this.#application, effect, this.#logger);
  }

  /** Waits for the answer of a call in the background and reports what the scheduler needs to know of it. */
  #track(answer: Promise<void>, effect: FineEffect): void {
    this.#loop.track(answer, (error) => {
      const reason = error === undefined ? undefined : asError(error).message;
      if (reason !== undefined) {
        this.#logger.warn({ call: effect.kind, reason }, 'a call did not get through');
      }
      if (effect.kind === 'revive') {
        this.#loop.handle({ kind: 'reviveSettled', ok: reason === undefined });
      } else if (effect.kind === 'accept' && reason !== undefined) {
        this.#loop.handle({ kind: 'acceptFailed', taskIds: effect.taskIds, reason });
      }
    });
  }

  async #leave(how: 'teardown' | 'detach'): Promise<void> {
    try {
      await (how === 'teardown' ? this.#client.teardown() : this.#client.close?.());
    } catch (error) {
      this.#logger.warn({ reason: asError(error).message }, `the framework could not be left: ${how}`);
    }
  }
}

import { randomBytes } from 'node:crypto';
import { type Clock, EngineShell, SYSTEM_CLOCK, silentLogger } from '@spark-mesos/scheduler-utils';
import type { TaskEnd } from '../carrier/end-message.ts';
import type { FineEffect, FineEvent } from '../core/events.ts';
import { FineScheduler } from '../core/fine-scheduler.ts';
import type { FineSnapshot, FineSummary } from '../core/snapshot.ts';
import type { FineTask } from '../model.ts';
import { tellApplication } from './application-news.ts';
import { callOf } from './calls.ts';
import { logEffect, logEvent } from './effect-log.ts';
import type { FineBackendOptions, FineStopOptions } from './options.ts';

/**
 * Fine mode of one application: executors that hold next to nothing, and cores for as long as tasks need them.
 *
 * ```text
 *   EngineShell: client's events, wake ──► FineScheduler ──► effects ──► client.call, acknowledge, teardown
 *   hold, ended, killed ────────────────►                      └────► application: pass, taskLost, executorState, …
 * ```
 */
export class FineBackend {
  readonly #clock: Clock;
  readonly #scheduler: FineScheduler;
  readonly #shell: EngineShell<FineEvent, FineEffect>;

  constructor(options: FineBackendOptions) {
    const { application } = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#scheduler = new FineScheduler({
      settings: options.settings,
      taskIdPrefix: options.taskIdPrefix ?? randomBytes(8).toString('hex'),
      launchExecutor: (executor) => application.launchExecutor(executor),
      slotLine: (taskId) => application.slotLine?.(taskId),
      isReturning: options.frameworkId !== undefined,
      nextExecutorId: options.nextExecutorId,
      random: options.random,
    });
    this.#shell = new EngineShell<FineEvent, FineEffect>({
      client: options.client,
      clock: this.#clock,
      core: this.#scheduler,
      logger: options.logger ?? silentLogger,
      callOf,
      tell: (effect, logger) => tellApplication(application, effect, logger),
      logEvent,
      logEffect,
    });
    options.signal?.addEventListener('abort', () => void this.stop(), { once: true });
    if (options.signal?.aborted) {
      void this.stop();
    }
  }

  /** Subscribes and begins to place executors, on each agent that has room unless a total says otherwise. */
  start(): void {
    this.#shell.start();
  }

  /** Sets how many executors are wanted; `undefined`: one on each agent. None is killed for that. */
  setExecutorTotal(total: number | undefined): void {
    this.#shell.handle({ kind: 'executorTotal', total });
  }

  /** Kills executors. The total stays: what is killed and still wanted is replaced. */
  killExecutors(executorIds: readonly number[]): void {
    this.#shell.handle({ kind: 'killExecutors', executorIds: [...executorIds] });
  }

  /**
   * A task wants to run. The application's `pass` is called once it may, which is within this call if a slot is there
   * for it; or `taskLost` if it never will.
   */
  hold(task: FineTask): void {
    this.#shell.handle({ kind: 'hold', task });
  }

  /** A task that was passed on has ended; in exact mode, and with an executor of ours, Mesos hears how. */
  ended(taskId: string, end?: TaskEnd): void {
    this.#shell.handle({ kind: 'ended', taskId, end });
  }

  /**
   * A task is to be killed. One that waits is passed on first, within this call, so that the kill that the caller sends
   * behind it finds it there; with one that was passed on before there is nothing to do here.
   */
  killed(taskId: string): void {
    this.#shell.handle({ kind: 'killed', taskId });
  }

  /** A slot has opened the line that it was given (`slotLine`), and can be told to end by it. */
  slotConnected(slotTaskId: string): void {
    this.#shell.handle({ kind: 'slotConnected', taskId: slotTaskId });
  }

  /** The line of a slot is closed. */
  slotDisconnected(slotTaskId: string): void {
    this.#shell.handle({ kind: 'slotDisconnected', taskId: slotTaskId });
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
    return this.#shell.end({ kind: 'stop', graceMs: options.graceMs });
  }

  /**
   * Closes the connection and leaves the framework to the next backend with its id, which kills what runs of it: tasks
   * are paid for by one who knows them. Mesos does so when the failover timeout of the framework is over.
   */
  detach(): Promise<void> {
    return this.#shell.end({ kind: 'detach' });
  }

  /** The same as {@link stop}. */
  close(): Promise<void> {
    return this.stop();
  }
}

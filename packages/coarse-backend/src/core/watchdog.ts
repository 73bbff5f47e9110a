import { DueQueue, earliest } from '@spark-mesos/scheduler-utils';
import type { Executor } from './executor.ts';
import type { ExecutorRegistry } from './executors.ts';
import { FirstWords } from './first-words.ts';

/** After this time without a word of a launched task, the master is asked for it. */
const LAUNCH_SILENCE_MS = 60_000;

/** A KILL can get lost when its agent is cut off, so it is repeated. */
const KILL_REPEAT_MS = 10_000;

/** What has taken too long. */
export interface Overdue {
  readonly silent: readonly Executor[];
  readonly unkilled: readonly Executor[];
  readonly unreachable: readonly Executor[];
}

/**
 * Watches over the executors that something is expected of: a first word, an end, a return. Only these are in its
 * sets, so a look at it costs nothing in the number of executors that run quietly.
 */
export class Watchdog {
  readonly #firstWords: FirstWords;
  readonly #killed = new DueQueue<Executor>(KILL_REPEAT_MS);
  readonly #unreachable: DueQueue<Executor>;

  /** An executor whose agent is cut off for longer than this is taken for lost. */
  constructor(unreachableTimeoutMs: number, executors: ExecutorRegistry) {
    this.#unreachable = new DueQueue(unreachableTimeoutMs);
    this.#firstWords = new FirstWords(LAUNCH_SILENCE_MS, executors);
  }

  /** The executors from this number on were launched, up to one before `endId`. */
  launched(firstId: number, endId: number, nowMs: number): void {
    this.#firstWords.launched(firstId, endId, nowMs);
  }

  heardOf(executor: Executor): void {
    executor.isSilent = false;
    this.#unreachable.delete(executor);
  }

  killed(executor: Executor, nowMs: number): void {
    this.#killed.set(executor, nowMs);
  }

  unreachable(executor: Executor, nowMs: number): void {
    this.#unreachable.set(executor, nowMs);
  }

  /** Nothing could be heard for a while: those that are cut off get their whole time again. */
  reconnected(nowMs: number): void {
    this.#unreachable.restart(nowMs);
  }

  ended(executor: Executor): void {
    this.heardOf(executor);
    this.#killed.delete(executor);
  }

  /** What is overdue; the silent and the unkilled are due again after the same time. */
  overdue(nowMs: number): Overdue {
    return {
      silent: this.#firstWords.overdue(nowMs),
      unkilled: this.#killed.due(nowMs),
      unreachable: this.#unreachable.due(nowMs),
    };
  }

  /** The earliest time at which something is overdue. */
  nextWakeMs(): number | undefined {
    return earliest([this.#firstWords.nextDueMs(), this.#killed.nextDueMs(), this.#unreachable.nextDueMs()]);
  }
}

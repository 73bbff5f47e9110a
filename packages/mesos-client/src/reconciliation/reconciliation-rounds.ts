import { type DoubtfulTask, type ReconcileQuestion, TaskReconciler } from './task-reconciler.ts';

/** How {@link ReconciliationRounds} go about it. */
export interface ReconciliationRoundsOptions {
  /** After so long without a question all tasks are asked for again. */
  readonly intervalMs: number;
  /** At least 0, below 1; spreads the questions of many frameworks. */
  readonly random: () => number;
}

/**
 * Asks the master for the state of tasks until each has been answered, and then for those that we do not know
 * (rule C44); after each new subscription, and every now and then in between, since an update of the master itself
 * is sent only once.
 *
 * The original never asked: after a lost connection it kept executors that were long gone, and left others running.
 */
export class ReconciliationRounds<Task extends DoubtfulTask = DoubtfulTask> {
  readonly #intervalMs: number;
  readonly #tasks: TaskReconciler<Pick<Task, 'taskId' | 'agentId'>>;
  /** When all are asked for again; `undefined` before the first subscription. */
  #nextRoundMs: number | undefined;

  constructor({ intervalMs, random }: ReconciliationRoundsOptions) {
    this.#intervalMs = intervalMs;
    this.#tasks = new TaskReconciler({ random });
  }

  /** A subscription is there; the next round counts from here. */
  subscribed(nowMs: number): void {
    this.#nextRoundMs = nowMs + this.#intervalMs;
  }

  /** Tasks whose state is in doubt; asked at once. */
  request(tasks: Iterable<Task>, nowMs: number): void {
    // Nothing else of them is kept: whoever knows them may have forgotten them when the answer comes.
    const queries = [...tasks].map(({ taskId, agentId }) => ({ taskId, agentId }));
    this.#tasks.request(queries, nowMs);
  }

  /** An update of the task has come, or it is over. */
  answered(taskId: string): void {
    this.#tasks.answered(taskId);
  }

  /** The question that is due now, if there is one. `all` gives every task that we know. */
  settle(
    isConnected: boolean,
    all: () => Iterable<Task>,
    nowMs: number,
  ): ReconcileQuestion<Pick<Task, 'taskId' | 'agentId'>> | undefined {
    if (isConnected && this.#nextRoundMs !== undefined && nowMs >= this.#nextRoundMs) {
      this.#nextRoundMs = nowMs + this.#intervalMs;
      this.request(all(), nowMs);
    }
    return this.#tasks.settle(isConnected, nowMs);
  }

  /** When to come back, unless something happens before. */
  nextWakeMs(): number | undefined {
    const dueMs = this.#tasks.nextWakeMs();
    const roundMs = this.#nextRoundMs;
    return dueMs === undefined || roundMs === undefined ? (dueMs ?? roundMs) : Math.min(dueMs, roundMs);
  }
}

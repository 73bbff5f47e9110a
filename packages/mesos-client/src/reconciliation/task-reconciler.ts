import { type BackOffSettings, backOffMs } from '../back-off.ts';

/** A task whose state is in doubt. */
export interface DoubtfulTask {
  readonly taskId: string;
  /** Where it was last known to be: with it a master can tell that an agent is gone. */
  readonly agentId?: string | undefined;
}

/** A question for the master: for `reconcileCall(question.tasks)`. */
export interface ReconcileQuestion<Task extends DoubtfulTask> {
  readonly kind: 'reconcile';
  /** Without any it is the implicit question, which the master answers with every task that it knows. */
  readonly tasks: readonly Task[];
}

/** Settings of a {@link TaskReconciler}. */
export interface TaskReconcilerOptions {
  /** Between questions for the same tasks. Default: 5 s, doubled up to 60 s. */
  readonly backOff?: BackOffSettings;
  /** At least 0, below 1; spreads the questions of many frameworks. */
  readonly random?: () => number;
  /** Whether to ask for all tasks in the end, to find those that we do not know. Default: true. */
  readonly implicit?: boolean;
}

const DEFAULT_BACK_OFF: BackOffSettings = { firstDelayMs: 5_000, longestDelayMs: 60_000 };

/**
 * Asks for the state of tasks until each has been answered, and then for those that nobody remembers
 * (Mesos: docs/reconciliation.md).
 *
 * A master drops questions while agents are still coming back after a failover, and answers may get lost: so it asks
 * again, less and less often, for what is still open. It does nothing by itself: the caller hands in what happens and
 * the time, in milliseconds of any clock that does not go back, and sends what `settle` gives.
 *
 * ```ts
 * reconciler.request(tasks, now);                     // at every `subscribed`
 * reconciler.answered(update.status.taskId.value);    // at every update
 * const question = reconciler.settle(isConnected, now); // after either, and at nextWakeMs()
 * if (question) await client.call(reconcileCall(question.tasks));
 * ```
 */
export class TaskReconciler<Task extends DoubtfulTask = DoubtfulTask> {
  readonly #backOff: BackOffSettings;
  readonly #random: () => number;
  readonly #implicit: boolean;
  readonly #open = new Map<string, Task>();
  #questions = 0;
  #dueMs: number | undefined;
  #implicitOpen = false;

  constructor(options: TaskReconcilerOptions = {}) {
    this.#backOff = options.backOff ?? DEFAULT_BACK_OFF;
    this.#random = options.random ?? Math.random;
    this.#implicit = options.implicit ?? true;
  }

  /**
   * Begins anew, with these tasks besides those that are still open: the first question is due at once.
   *
   * Without any task only the implicit question is asked.
   */
  request(tasks: Iterable<Task>, nowMs: number): void {
    for (const task of tasks) {
      this.#open.set(task.taskId, task);
    }
    this.#questions = 0;
    this.#implicitOpen = this.#implicit;
    this.#dueMs = this.#open.size > 0 || this.#implicitOpen ? nowMs : undefined;
  }

  /** An update of the task has come, whatever it says, or nobody wants to know any more. */
  answered(taskId: string): void {
    if (this.#open.delete(taskId) && this.#open.size === 0) {
      // What is left is the implicit question, and nothing to wait for.
      this.#dueMs = this.#implicitOpen ? Number.NEGATIVE_INFINITY : undefined;
    }
  }

  /** The question that is due now, if there is one; it counts as asked. */
  settle(isConnected: boolean, nowMs: number): ReconcileQuestion<Task> | undefined {
    if (!isConnected || this.#dueMs === undefined || nowMs < this.#dueMs) {
      return undefined;
    }
    if (this.#open.size === 0) {
      this.#implicitOpen = false;
      this.#dueMs = undefined;
      return { kind: 'reconcile', tasks: [] };
    }
    this.#questions += 1;
    this.#dueMs = nowMs + backOffMs(this.#backOff, this.#questions, this.#random);
    return { kind: 'reconcile', tasks: [...this.#open.values()] };
  }

  /** When to call {@link settle} next, in the caller's time; undefined when everything is known. */
  nextWakeMs(): number | undefined {
    return this.#dueMs;
  }

  /** Whether the task has not been answered yet. */
  isOpen(taskId: string): boolean {
    return this.#open.has(taskId);
  }

  /** How many tasks have not been answered yet. */
  get open(): number {
    return this.#open.size;
  }

  /** Whether every task is known, and the master has been asked for those that we did not know. */
  get isDone(): boolean {
    return this.#dueMs === undefined;
  }
}

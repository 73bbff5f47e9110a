import type { CoreContext } from './context.ts';

/** Between two questions for all drivers while nothing speaks for a doubt. */
const PERIOD_MS = 15 * 60_000;
/** So many tasks are asked for at once. */
const TASKS_PER_CALL = 1000;

/**
 * Asks the master for the drivers that it should have (rules D46, D47): at each subscription until each is answered, and
 * for those that nobody here knows; then once in a while.
 */
export class Reconciliation {
  readonly #context: CoreContext;
  #nextPeriodMs: number | undefined;

  constructor(context: CoreContext) {
    this.#context = context;
  }

  get nextWakeMs(): number | undefined {
    const next = this.#context.reconciler.nextWakeMs();
    if (next === undefined) return this.#nextPeriodMs;
    return this.#nextPeriodMs === undefined ? next : Math.min(next, this.#nextPeriodMs);
  }

  /** A subscription has begun: anything may have happened unseen. */
  begin(): void {
    this.#request();
  }

  settle(): void {
    const { reconciler, connection, nowMs, emit } = this.#context;
    if (this.#nextPeriodMs !== undefined && nowMs >= this.#nextPeriodMs) this.#request();
    const question = reconciler.settle(connection.isSubscribed, nowMs);
    if (question === undefined) return;
    if (question.tasks.length === 0) emit({ kind: 'reconcile', tasks: [] });
    for (let at = 0; at < question.tasks.length; at += TASKS_PER_CALL) {
      emit({ kind: 'reconcile', tasks: question.tasks.slice(at, at + TASKS_PER_CALL) });
    }
  }

  #request(): void {
    const { reconciler, fleet, unsent, nowMs } = this.#context;
    // No master knows of those that are still being written down, and it would say so.
    const tasks = [...fleet.liveTasks()].filter(({ taskId }) => !unsent.has(taskId));
    reconciler.request(tasks, nowMs);
    this.#nextPeriodMs = nowMs + PERIOD_MS;
  }
}

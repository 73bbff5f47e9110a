import type { AgentId, TaskId } from '../ids.ts';
import type { CoarseEffect, ReconciledTask } from './events.ts';

const FIRST_RETRY_MS = 5000;
const LONGEST_RETRY_MS = 60_000;

/**
 * Asks the master for the state of tasks, again and again until each has been answered (rule C44).
 *
 * The original never asked: after a lost connection it kept executors that were long gone.
 */
export class Reconciler {
  readonly #open = new Map<TaskId, AgentId>();
  #retryMs = FIRST_RETRY_MS;
  #dueMs: number | undefined;

  /** Tasks whose state is in doubt; asked at once. */
  request(tasks: Iterable<ReconciledTask>, nowMs: number): void {
    let isAny = false;
    for (const { taskId, agentId } of tasks) {
      this.#open.set(taskId, agentId);
      isAny = true;
    }
    if (isAny) {
      this.#retryMs = FIRST_RETRY_MS;
      this.#dueMs = nowMs;
    }
  }

  /** An update of the task has come, or it is over. */
  answered(taskId: TaskId): void {
    if (this.#open.delete(taskId) && this.#open.size === 0) {
      this.#dueMs = undefined;
    }
  }

  /** The question that is due now, if there is one. */
  settle(isConnected: boolean, nowMs: number): CoarseEffect | undefined {
    if (!isConnected || this.#dueMs === undefined || nowMs < this.#dueMs) {
      return undefined;
    }
    this.#dueMs = nowMs + this.#retryMs;
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
    const tasks = [...this.#open].map(([taskId, agentId]) => ({ taskId, agentId }));
    return { kind: 'reconcile', tasks };
  }

  nextWakeMs(): number | undefined {
    return this.#dueMs;
  }
}

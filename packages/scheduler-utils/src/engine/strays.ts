import type { AgentId, TaskId } from './ids.ts';

/** A KILL can get lost, so it is repeated until an end is told. */
const KILL_REPEAT_MS = 10_000;

/** A task of our framework that the application knows nothing of. */
export interface Stray {
  readonly taskId: TaskId;
  readonly agentId: AgentId | undefined;
}

/**
 * Tasks of our framework that run and that nobody knows: of an earlier life of the framework, or given up for lost
 * while their agent was cut off. They are killed until Mesos says that they have ended, for an executor that its
 * driver does not know works for nobody and holds resources (rule C44).
 */
export class Strays {
  readonly #dueMs = new Map<TaskId, { readonly stray: Stray; readonly dueMs: number }>();

  /** One was seen alive. */
  seen(stray: Stray, nowMs: number): void {
    this.#dueMs.delete(stray.taskId);
    this.#dueMs.set(stray.taskId, { stray, dueMs: nowMs + KILL_REPEAT_MS });
  }

  /** It has ended, or its agent is cut off: then it is heard of again when that comes back. */
  gone(taskId: TaskId): void {
    this.#dueMs.delete(taskId);
  }

  /** Those that should have ended by now; they are due again later. */
  overdue(nowMs: number): readonly Stray[] {
    const due: Stray[] = [];
    for (const { stray, dueMs } of this.#dueMs.values()) {
      if (dueMs > nowMs) {
        break;
      }
      due.push(stray);
    }
    for (const stray of due) {
      this.seen(stray, nowMs);
    }
    return due;
  }

  /** When to come back, unless something happens before. */
  nextWakeMs(): number | undefined {
    return this.#dueMs.values().next().value?.dueMs;
  }
}

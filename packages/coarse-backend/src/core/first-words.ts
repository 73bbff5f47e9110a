import type { Executor } from './executors.ts';

/** Executors of whom a first word is due at the same time. */
interface Batch {
  readonly dueMs: number;
  readonly executors: readonly Executor[];
  /** Those before it have been heard of. */
  next: number;
}

/**
 * The executors that were launched and not heard of since, by when a first word of them is due.
 *
 * Executors come in batches, and most are heard of long before; so each only says of itself that it is silent, and
 * those that are not any more fall out when their batch is looked at.
 */
export class FirstWords {
  readonly #silenceMs: number;
  #batches: Batch[] = [];

  /** After this time without a word the master is asked, and then again each time. */
  constructor(silenceMs: number) {
    this.#silenceMs = silenceMs;
  }

  /** Executors were launched; they must be marked as silent. */
  launched(executors: readonly Executor[], nowMs: number): void {
    if (executors.length > 0) {
      this.#batches.push({ dueMs: nowMs + this.#silenceMs, executors, next: 0 });
    }
  }

  /** Those that are silent for too long, in the order of their launches. */
  overdue(nowMs: number): Executor[] {
    const due = this.#batches.filter(({ dueMs }) => dueMs <= nowMs);
    if (due.length === 0) {
      return [];
    }
    const silent = due.flatMap(({ executors }) => executors.filter(({ isSilent }) => isSilent));
    this.#batches = this.#batches.slice(due.length);
    this.launched(silent, nowMs);
    return silent;
  }

  /** When the first word of the first that is still silent is due. */
  nextDueMs(): number | undefined {
    for (let batch = this.#batches[0]; batch !== undefined; batch = this.#batches[0]) {
      while (batch.next < batch.executors.length) {
        if (batch.executors[batch.next]?.isSilent) {
          return batch.dueMs;
        }
        batch.next += 1;
      }
      this.#batches.shift();
    }
    return undefined;
  }
}

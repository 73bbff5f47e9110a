import type { Executor } from './executor.ts';
import type { ExecutorRegistry } from './executors.ts';

/** Executors with numbers in a row, of whom a first word is due at the same time. */
interface Batch {
  readonly dueMs: number;
  /** The first that may be silent; those before it have been heard of, or have ended. */
  nextId: number;
  /** One more than the last. */
  readonly endId: number;
}

/**
 * The executors that were launched and not heard of since, by when a first word of them is due.
 *
 * Executors come in batches, and most are heard of long before; so each only says of itself that it is silent, and
 * those that are not any more fall out when their batch is looked at.
 */
export class FirstWords {
  readonly #silenceMs: number;
  readonly #executors: ExecutorRegistry;
  /** The earliest first. */
  readonly #batches: Batch[] = [];

  /** After this time without a word the master is asked, and then again each time. */
  constructor(silenceMs: number, executors: ExecutorRegistry) {
    this.#silenceMs = silenceMs;
    this.#executors = executors;
  }

  /** The executors from this number on were launched, up to one before `endId`. */
  launched(firstId: number, endId: number, nowMs: number): void {
    if (firstId < endId) {
      this.#batches.push({ dueMs: nowMs + this.#silenceMs, nextId: firstId, endId });
    }
  }

  /** Those that are silent for too long, batch by batch. */
  overdue(nowMs: number): Executor[] {
    const notDue = this.#batches.findIndex(({ dueMs }) => dueMs > nowMs);
    const due = this.#batches.splice(0, notDue < 0 ? this.#batches.length : notDue);
    return due.flatMap((batch) => {
      const silent = this.#silentIn(batch);
      const [first, last] = [silent.at(0), silent.at(-1)];
      if (first !== undefined && last !== undefined) {
        this.launched(first.executorId, last.executorId + 1, nowMs);
      }
      return silent;
    });
  }

  /** When the first word of the first that is still silent is due. */
  nextDueMs(): number | undefined {
    for (let batch = this.#batches[0]; batch !== undefined; batch = this.#batches[0]) {
      for (; batch.nextId < batch.endId; batch.nextId += 1) {
        if (this.#executors.byExecutorId(batch.nextId)?.isSilent) {
          return batch.dueMs;
        }
      }
      this.#batches.shift();
    }
    return undefined;
  }

  #silentIn({ nextId, endId }: Batch): Executor[] {
    const silent: Executor[] = [];
    for (let executorId = nextId; executorId < endId; executorId += 1) {
      const executor = this.#executors.byExecutorId(executorId);
      if (executor?.isSilent) {
        silent.push(executor);
      }
    }
    return silent;
  }
}

import { type Thousandths, toThousandths } from '@spark-mesos/scheduler-utils';
import type { FineTask } from '../model.ts';
import type { Executor } from './executor.ts';
import type { Slot } from './slot.ts';

/**
 * Where a task stands between `hold` and `ended`.
 *
 * - `held`: waits in the queue of its executor. Left when a slot is there for it.
 * - `bound`: has a slot of its own that is being launched (exact mode). Left when that runs.
 * - `passed`: a slot pays for it. Left at its end.
 * - `unpaid`: was passed on, and nobody pays: it is to be killed, or was passed on for that. Left at its end.
 */
export type TaskPhase = 'held' | 'bound' | 'passed' | 'unpaid';

/** A task that has not ended. */
export interface TaskRecord {
  readonly task: FineTask;
  readonly executor: Executor;
  readonly cpus: Thousandths;
  phase: TaskPhase;
  /** What pays for it, or will. */
  slot: Slot | undefined;
}

/** Makes the record of a task that begins to wait. */
export function taskRecord(task: FineTask, executor: Executor, taskCpus: number): TaskRecord {
  const cpus = toThousandths(task.cpus ?? taskCpus);
  return { task, executor, cpus, phase: 'held', slot: undefined };
}

/** The tasks held for one executor, in order; of how many cores they are is counted, so that nobody walks over them. */
export class TaskQueue {
  #tasks = new Map<string, TaskRecord>();
  readonly #countByCpus = new Map<Thousandths, number>();

  get size(): number {
    return this.#tasks.size;
  }

  /** How many there are of each size. */
  get countByCpus(): ReadonlyMap<Thousandths, number> {
    return this.#countByCpus;
  }

  all(): readonly TaskRecord[] {
    return [...this.#tasks.values()];
  }

  add(record: TaskRecord): void {
    this.#tasks.set(record.task.taskId, record);
    this.#count(record.cpus, 1);
  }

  /** Puts it back before all others. */
  addFirst(record: TaskRecord): void {
    this.#tasks = new Map([[record.task.taskId, record], ...this.#tasks]);
    this.#count(record.cpus, 1);
  }

  delete(record: TaskRecord): void {
    if (this.#tasks.delete(record.task.taskId)) {
      this.#count(record.cpus, -1);
    }
  }

  /** The one of this size that waits behind so many others of it. */
  at(cpus: Thousandths, index: number): TaskRecord | undefined {
    let behind = index;
    for (const record of this.#tasks.values()) {
      if (record.cpus === cpus) {
        if (behind === 0) {
          return record;
        }
        behind -= 1;
      }
    }
    return undefined;
  }

  /** Takes out the first of this size. */
  takeFirst(cpus: Thousandths): TaskRecord | undefined {
    const record = this.at(cpus, 0);
    if (record !== undefined) {
      this.delete(record);
    }
    return record;
  }

  #count(cpus: Thousandths, by: 1 | -1): void {
    const count = (this.#countByCpus.get(cpus) ?? 0) + by;
    if (count === 0) {
      this.#countByCpus.delete(cpus);
    } else {
      this.#countByCpus.set(cpus, count);
    }
  }
}

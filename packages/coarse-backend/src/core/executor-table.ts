import type { Executor } from './executor.ts';

/** Numbers of a page; an application has few pages, or many executors. */
const PAGE_SIZE = 64;

interface Page {
  readonly executors: (Executor | undefined)[];
  /** How many there are. */
  count: number;
}

/**
 * Executors by their numbers, which are given one after another: in pages of neighbours, which take a fraction of a
 * Map's room and never move as they become more.
 */
export class ExecutorTable {
  readonly #pages = new Map<number, Page>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(executorId: number): Executor | undefined {
    return this.#pages.get(Math.floor(executorId / PAGE_SIZE))?.executors[executorId % PAGE_SIZE];
  }

  /** Adds one whose number is not there yet. */
  add(executor: Executor): void {
    const { executorId } = executor;
    const page = this.#page(Math.floor(executorId / PAGE_SIZE));
    page.executors[executorId % PAGE_SIZE] = executor;
    page.count += 1;
    this.#size += 1;
  }

  /** Says whether it was there. */
  delete(executorId: number): boolean {
    const number = Math.floor(executorId / PAGE_SIZE);
    const page = this.#pages.get(number);
    if (page?.executors[executorId % PAGE_SIZE] === undefined) {
      return false;
    }
    page.executors[executorId % PAGE_SIZE] = undefined;
    page.count -= 1;
    this.#size -= 1;
    if (page.count === 0) {
      this.#pages.delete(number);
    }
    return true;
  }

  /** Page by page, in the order of their numbers but for those that were adopted in another. */
  *values(): IterableIterator<Executor> {
    for (const { executors } of this.#pages.values()) {
      for (const executor of executors) {
        if (executor !== undefined) {
          yield executor;
        }
      }
    }
  }

  #page(number: number): Page {
    let page = this.#pages.get(number);
    if (page === undefined) {
      page = { executors: new Array<Executor | undefined>(PAGE_SIZE).fill(undefined), count: 0 };
      this.#pages.set(number, page);
    }
    return page;
  }
}

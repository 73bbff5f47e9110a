/**
 * Values from one writer to one reader, in order, with a limit that the writer is asked to keep to.
 *
 * The writer may always push, for what must not wait, and looks at {@link isFull} where it can.
 */
export class EventQueue<T> implements AsyncIterableIterator<T> {
  readonly #limit: number;
  readonly #items: T[] = [];
  #finished = false;
  #waitingReaders: ((result: IteratorResult<T>) => void)[] = [];
  #waitingWriters: (() => void)[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  get isFull(): boolean {
    return this.#items.length >= this.#limit;
  }

  push(item: T): void {
    if (this.#finished) {
      return;
    }
    const reader = this.#waitingReaders.shift();
    if (reader === undefined) {
      this.#items.push(item);
    } else {
      reader({ value: item, done: false });
    }
  }

  /** Resolves when there is room again, or when there will never be. */
  drained(): Promise<void> {
    if (!this.isFull || this.#finished) {
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#waitingWriters.push(resolve));
  }

  /** Ends the iteration, after what is queued unless that is discarded. */
  finish(options: { readonly discard: boolean }): void {
    this.#finished = true;
    if (options.discard) {
      this.#items.length = 0;
    }
    for (const reader of this.#waitingReaders.splice(0)) {
      reader({ value: undefined, done: true });
    }
    this.#releaseWriters();
  }

  next(): Promise<IteratorResult<T>> {
    const item = this.#items.shift();
    if (item !== undefined) {
      if (!this.isFull) {
        this.#releaseWriters();
      }
      return Promise.resolve({ value: item, done: false });
    }
    if (this.#finished) {
      return Promise.resolve({ value: undefined, done: true });
    }
    return new Promise((resolve) => this.#waitingReaders.push(resolve));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #releaseWriters(): void {
    for (const writer of this.#waitingWriters.splice(0)) {
      writer();
    }
  }
}

/**
 * Things that are all given the same time, the earliest first: what is due, and when the next one is, costs nothing in
 * the number of those that are not.
 */
export class DueQueue<Item> {
  readonly #delayMs: number;
  readonly #dueMs = new Map<Item, number>();

  /** Each is due so long after it was set. */
  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  /** Whether it waits for its time. */
  has(item: Item): boolean {
    return this.#dueMs.has(item);
  }

  /** All that wait for their time, the first to be due first. */
  all(): readonly Item[] {
    return [...this.#dueMs.keys()];
  }

  /** Gives it the whole of its time, whether it waited already or not. */
  set(item: Item, nowMs: number): void {
    this.#dueMs.delete(item);
    this.#dueMs.set(item, nowMs + this.#delayMs);
  }

  /** Takes one out; it is no longer due. */
  delete(item: Item): void {
    this.#dueMs.delete(item);
  }

  /** Gives all of them the whole of their time again. */
  restart(nowMs: number): void {
    for (const item of [...this.#dueMs.keys()]) {
      this.set(item, nowMs);
    }
  }

  /** Takes out those whose time has come. */
  takeDue(nowMs: number): readonly Item[] {
    const due: Item[] = [];
    for (const [item, dueMs] of this.#dueMs) {
      if (dueMs > nowMs) {
        break;
      }
      due.push(item);
    }
    for (const item of due) {
      this.#dueMs.delete(item);
    }
    return due;
  }

  /** Those whose time has come; they are due again after the same time. */
  due(nowMs: number): readonly Item[] {
    const due = this.takeDue(nowMs);
    for (const item of due) {
      this.set(item, nowMs);
    }
    return due;
  }

  /** When the first is due. */
  nextDueMs(): number | undefined {
    return this.#dueMs.values().next().value;
  }
}

interface Entry<Item> {
  readonly dueMs: number;
  readonly order: number;
  readonly item: Item;
}

/** What falls due at a time, soonest first; of equal times, in the order in which it was added. A binary heap. */
export class DueTimes<Item> {
  readonly #heap: Entry<Item>[] = [];
  #added = 0;

  get nextMs(): number | undefined {
    return this.#heap[0]?.dueMs;
  }

  add(dueMs: number, item: Item): void {
    const heap = this.#heap;
    const entry = { dueMs, order: this.#added, item };
    this.#added += 1;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isSooner(entry, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  }

  /** Takes the next one out if it is due. */
  take(nowMs: number): Item | undefined {
    const heap = this.#heap;
    const [first] = heap;
    if (first === undefined || first.dueMs > nowMs) return undefined;
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) this.#sink(last);
    return first.item;
  }

  #sink(entry: Entry<Item>): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      const left = heap[2 * at + 1];
      const right = heap[2 * at + 2];
      const isRight = left !== undefined && right !== undefined && isSooner(right, left);
      const child = isRight ? right : left;
      if (child === undefined || !isSooner(child, entry)) break;
      heap[at] = child;
      at = 2 * at + (isRight ? 2 : 1);
    }
    heap[at] = entry;
  }
}

function isSooner<Item>(one: Entry<Item>, other: Entry<Item>): boolean {
  return one.dueMs < other.dueMs || (one.dueMs === other.dueMs && one.order < other.order);
}

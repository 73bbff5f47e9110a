interface Entry {
  readonly key: string;
  readonly atMs: number;
}

/**
 * What is due when, by key; a new time for a key replaces the old one. A core asks it what to do now and
 * tells its shell when to come back, so that the core needs no timer of its own.
 */
export class DeadlineQueue {
  readonly #times = new Map<string, number>();
  /** A binary heap, smallest time first; entries whose time has been replaced are skipped on the way out. */
  readonly #heap: Entry[] = [];

  set(key: string, atMs: number): void {
    this.#times.set(key, atMs);
    this.#heap.push({ key, atMs });
    this.#up(this.#heap.length - 1);
  }

  delete(key: string): void {
    this.#times.delete(key);
  }

  get(key: string): number | undefined {
    return this.#times.get(key);
  }

  /** When the next one is due, or undefined when nothing is. */
  next(): number | undefined {
    this.#dropStale();
    return this.#heap[0]?.atMs;
  }

  /** Takes out one key that is due, or undefined. */
  takeDue(nowMs: number): string | undefined {
    this.#dropStale();
    const first = this.#heap[0];
    if (first === undefined || first.atMs > nowMs) return undefined;
    this.#pop();
    this.#times.delete(first.key);
    return first.key;
  }

  #dropStale(): void {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (this.#times.get(first.key) === first.atMs) return;
      this.#pop();
    }
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#down(0);
  }

  #up(start: number): void {
    for (let index = start; index > 0; ) {
      const parent = (index - 1) >> 1;
      if (this.#at(parent) <= this.#at(index)) return;
      this.#swap(parent, index);
      index = parent;
    }
  }

  #down(start: number): void {
    for (let index = start; ; ) {
      const left = 2 * index + 1;
      let least = index;
      if (this.#at(left) < this.#at(least)) least = left;
      if (this.#at(left + 1) < this.#at(least)) least = left + 1;
      if (least === index) return;
      this.#swap(least, index);
      index = least;
    }
  }

  #at(index: number): number {
    return this.#heap[index]?.atMs ?? Number.POSITIVE_INFINITY;
  }

  #swap(one: number, other: number): void {
    const entry = this.#heap[one] as Entry;
    this.#heap[one] = this.#heap[other] as Entry;
    this.#heap[other] = entry;
  }
}

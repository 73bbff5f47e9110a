/** One that holds tasks. */
export interface TaskHolder {
  /** There is room again, for all. */
  roomAgain(): void;
}

/** What is held of tasks for all executors of a relay together. */
export class HeldBudget {
  readonly #maxBytes: number;
  readonly #holders = new Map<TaskHolder, number>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Whether those that hold something should hold no more; who holds nothing may begin with a task. */
  get isExceeded(): boolean {
    return this.#bytes > this.#maxBytes;
  }

  /** Takes note of how much one holds now. */
  note(holder: TaskHolder, bytes: number): void {
    const before = this.#holders.get(holder) ?? 0;
    if (before === bytes) return;
    const wasExceeded = this.isExceeded;
    this.#bytes += bytes - before;
    if (bytes === 0) this.#holders.delete(holder);
    else this.#holders.set(holder, bytes);
    if (!wasExceeded || this.isExceeded) return;
    for (const other of [...this.#holders.keys()]) if (other !== holder) other.roomAgain();
  }
}

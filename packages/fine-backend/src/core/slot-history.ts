/** So many tasks of a slot are remembered, the last ones. */
const MAX_TASKS = 100;

/** So many ended slots are remembered. */
const MAX_SLOTS = 100;

/** A slot that has ended, for people who look for a task of theirs among the tasks of Mesos. */
export interface EndedSlot {
  readonly taskId: string;
  readonly name: string;
  readonly hostname: string;
  readonly cores: number;
  /** How many tasks it has paid for. */
  readonly carried: number;
  /** Which, as far as that is remembered: the last ones. */
  readonly tasks: readonly string[];
}

/** The tasks that one slot has paid for. */
export class CarriedTasks {
  #count = 0;
  readonly #last: string[] = [];

  get count(): number {
    return this.#count;
  }

  /** The ids of the last ones, in their order. */
  get last(): readonly string[] {
    return [...this.#last];
  }

  add(taskId: string): void {
    this.#count += 1;
    this.#last.push(taskId);
    if (this.#last.length > MAX_TASKS) {
      this.#last.shift();
    }
  }
}

/** The slots that have ended last. */
export class SlotHistory {
  readonly #slots: EndedSlot[] = [];

  get last(): readonly EndedSlot[] {
    return [...this.#slots];
  }

  add(slot: EndedSlot): void {
    this.#slots.push(slot);
    if (this.#slots.length > MAX_SLOTS) {
      this.#slots.shift();
    }
  }
}

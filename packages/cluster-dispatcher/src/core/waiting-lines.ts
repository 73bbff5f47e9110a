import type { SubmissionId } from '../model/ids.ts';
import type { DriverRecord } from './driver-record.ts';

/** Those of one priority. What is submitted comes last; what comes back after a launch that failed, in its old place. */
interface Line {
  readonly priority: number;
  /** In the order of their sequence, since that is how they are added. */
  readonly members: Map<SubmissionId, DriverRecord>;
  /** Few; in the order of their sequence. */
  readonly returned: DriverRecord[];
}

/**
 * The drivers that wait for their first launch, in a total order: higher priority first, then the earlier submission
 * (rules D32, D34). To add, to remove and to go on to the next one cost the same however many wait.
 */
export class WaitingLines implements Iterable<DriverRecord> {
  /** Highest priority first; there are as many as there are queues with a priority of their own. */
  readonly #lines: Line[] = [];
  readonly #countByQueue = new Map<string, number>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** How many wait in that queue. */
  countOf(queue: string): number {
    return this.#countByQueue.get(queue) ?? 0;
  }

  /** The queues in which something waits. */
  get queues(): Iterable<string> {
    return this.#countByQueue.keys();
  }

  add(record: DriverRecord): void {
    const { members, returned } = this.#lineOf(record.priority);
    const isLast = record.sequence > (this.#lastSequence.get(record.priority) ?? -1);
    if (isLast) {
      members.set(record.id, record);
      this.#lastSequence.set(record.priority, record.sequence);
    } else {
      const at = returned.findIndex(({ sequence }) => sequence > record.sequence);
      returned.splice(at < 0 ? returned.length : at, 0, record);
    }
    this.#count(record, 1);
  }

  remove(record: DriverRecord): boolean {
    const line = this.#lines.find(({ priority }) => priority === record.priority);
    if (line === undefined) return false;
    const at = line.returned.indexOf(record);
    if (at >= 0) line.returned.splice(at, 1);
    else if (!line.members.delete(record.id)) return false;
    this.#count(record, -1);
    return true;
  }

  *[Symbol.iterator](): IterableIterator<DriverRecord> {
    for (const { members, returned } of this.#lines) {
      let next = 0;
      for (const record of members.values()) {
        for (let back = returned[next]; back && back.sequence < record.sequence; back = returned[next]) {
          next += 1;
          yield back;
        }
        yield record;
      }
      yield* returned.slice(next);
    }
  }

  /** The highest sequence that each line has ever had at its end. */
  readonly #lastSequence = new Map<number, number>();

  #lineOf(priority: number): Line {
    const found = this.#lines.findIndex((line) => line.priority <= priority);
    const line = this.#lines[found];
    if (line?.priority === priority) return line;
    const made: Line = { priority, members: new Map(), returned: [] };
    this.#lines.splice(found < 0 ? this.#lines.length : found, 0, made);
    return made;
  }

  #count(record: DriverRecord, by: 1 | -1): void {
    const { queue } = record.plan;
    this.#size += by;
    const count = this.countOf(queue) + by;
    if (count === 0) this.#countByQueue.delete(queue);
    else this.#countByQueue.set(queue, count);
  }
}
